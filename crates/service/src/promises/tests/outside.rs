//! What leaves: third parties and transfers.

use jiff::Span;
use policy::Promise;

use super::world::{POLICY, World};

#[tokio::test]
async fn third_parties() {
    let world = World::new().await;
    world.assert_kept(Promise::ThirdParties).await;
    world.sabotage(
        r#"UPDATE record_metadata SET shared_with = '["nobody"]' WHERE record_type = 'client_profile'"#,
    );
    world.assert_broken(Promise::ThirdParties, "may not receive it").await;
}

#[tokio::test]
async fn third_parties_whose_agreement_lapsed_are_named_and_get_nothing() {
    let world = World::new().await;
    world.move_clock(Span::new().years(2));
    let evidence = world.assert_kept(Promise::ThirdParties).await;
    assert!(evidence.contains("lapsed agreements: google_analytics"), "{evidence}");
}

#[tokio::test]
async fn transfers() {
    let narrow = POLICY.replace(r#"from = "*", to = "US""#, r#"from = "CA", to = "US""#);
    assert_ne!(narrow, POLICY);
    let world = World::under(&narrow).await;
    world.assert_kept(Promise::Transfers).await;
    world.sabotage("UPDATE subject SET region = 'FR' WHERE role = 'client'");
    world.assert_broken(Promise::Transfers, "country that the policy does not cover").await;
}

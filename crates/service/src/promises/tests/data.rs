//! What and how long: inventory, purposes, payment, retention.

use domain::record::SealedField;
use jiff::Span;
use policy::Promise;

use super::world::World;

#[tokio::test]
async fn inventory() {
    let world = World::new().await;
    world.assert_kept(Promise::Inventory).await;
    world.sabotage("UPDATE record SET record_type = 'shadow' WHERE record_type = 'client_profile'");
    world.assert_broken(Promise::Inventory, "no policy in force declares").await;
}

#[tokio::test]
async fn purposes() {
    let world = World::new().await;
    world.assert_kept(Promise::Purposes).await;
    world.sabotage(
        r#"UPDATE record_metadata SET collected_for = '["marketing"]' WHERE record_type = 'access_log'"#,
    );
    world.assert_broken(Promise::Purposes, "does not list").await;
}

#[tokio::test]
async fn purposes_when_refusals_do_not_reach_the_log() {
    let world = World::new().await;
    world.trigger("AFTER INSERT ON audit_bundle BEGIN UPDATE audit_bundle SET details = x'' WHERE number = NEW.number; END");
    world.assert_broken(Promise::Purposes, "not in the log").await;
}

#[tokio::test]
async fn payment() {
    let world = World::new().await;
    world.assert_kept(Promise::Payment).await;
    world.store_openly("support_message", "body", b"charge 4111 1111 1111 1111");
    world.assert_broken(Promise::Payment, "card number stands in the clear").await;
}

#[tokio::test]
async fn retention() {
    let world = World::new().await;
    world.assert_kept(Promise::Retention).await;
    // The job that deletes stands still while the clock goes on.
    world.move_clock(Span::new().years(1).hours(2));
    world.assert_broken(Promise::Retention, "its time was over").await;
    world.run_jobs().await;
    world.assert_kept(Promise::Retention).await;
}

#[tokio::test]
async fn retention_of_a_record_whose_end_was_taken_away() {
    let world = World::new().await;
    world.sabotage("UPDATE record_metadata SET expires_at = NULL WHERE record_type = 'support_message'");
    world.assert_broken(Promise::Retention, "does not end when its clock says").await;
}

#[tokio::test]
async fn retention_when_ends_do_not_follow_what_happens() {
    let world = World::new().await;
    let kept = world.assert_kept(Promise::Retention).await;
    assert!(kept.contains("closed and opened again"), "{kept}");
    world.trigger(
        "AFTER UPDATE OF expires_at ON record_metadata WHEN NEW.expires_at IS NOT NULL AND NEW.record_version = 1
         BEGIN UPDATE record_metadata SET expires_at = NULL WHERE record_id = NEW.record_id; END",
    );
    world.assert_broken(Promise::Retention, "its record has no end").await;
}

#[tokio::test]
async fn retention_when_what_is_taken_back_stands() {
    let world = World::new().await;
    world.trigger(
        "AFTER UPDATE OF expires_at ON record_metadata WHEN NEW.expires_at IS NULL AND OLD.expires_at IS NOT NULL
         BEGIN UPDATE record_metadata SET expires_at = OLD.expires_at WHERE record_id = NEW.record_id; END",
    );
    world.assert_broken(Promise::Retention, "still ends").await;
}

impl World {
    /// Puts readable text where a seal should be.
    pub(super) fn store_openly(&self, record_type: &str, field: &str, text: &[u8]) {
        let field = SealedField { name: field.to_owned(), version: 1, sealed: text.to_vec() };
        let fields = postcard::to_allocvec(&vec![field]).unwrap();
        self.sabotage_with("UPDATE record SET fields = ?1 WHERE record_type = ?2", (fields, record_type));
    }
}

//! The policy itself: sensitive, changes, verification.

use jiff::{Span, civil::Date};
use policy::{Diagnostic, Policy, Promise};

use super::world::{POLICY, World};
use crate::Status;

#[tokio::test]
async fn sensitive() {
    let world = World::new().await;
    world.assert_kept(Promise::Sensitive).await;
    let assessment = world.service.assess_with(careless).await.unwrap();
    let finding = assessment.findings.iter().find(|finding| finding.promise == Promise::Sensitive).unwrap();
    assert_eq!(finding.status, Status::Broken, "{}", finding.evidence);
}

#[tokio::test]
async fn sensitive_text_whose_flag_is_lost() {
    let world = World::new().await;
    world.trigger(
        "AFTER INSERT ON record_metadata WHEN NEW.flags <> '' BEGIN
             UPDATE record_metadata SET flags = '' WHERE account_id = NEW.account_id AND record_id = NEW.record_id; END",
    );
    world.assert_broken(Promise::Sensitive, "without its flag").await;
}

#[tokio::test]
async fn sensitive_text_that_the_policy_refuses() {
    let world = World::under(&POLICY.replace("free_text = \"flag\"", "free_text = \"refuse\"")).await;
    let evidence = world.assert_kept(Promise::Sensitive).await;
    assert!(evidence.contains("was refused"), "{evidence}");
}

/// A compiler that does not look at what was appended.
fn careless(source: &str, today: Date, operator: Option<&Policy>) -> Result<Policy, Vec<Diagnostic>> {
    let rest = source.split("[categories.examined_health]").next().unwrap_or(source);
    Policy::compile(rest, today, operator)
}

#[tokio::test]
async fn changes() {
    let world = World::new().await;
    for term in ["P4Y", "P6Y"] {
        let next = POLICY.replace(r#"then = "P7Y""#, &format!("then = \"{term}\""));
        assert_ne!(next, POLICY);
        world.service.gate().publish_policy(&world.operator(), &next, None).await.unwrap();
    }
    world.run_jobs().await;
    world.move_clock(Span::new().minutes(5));
    world.assert_kept(Promise::Changes).await;
    world.sabotage("DELETE FROM policy_version WHERE number = 2");
    let world = world.restart().await;
    world.assert_broken(Promise::Changes, "version 2").await;
}

#[tokio::test]
async fn changes_of_which_the_log_says_nothing() {
    let world = World::new().await;
    let next = POLICY.replace(r#"then = "P7Y""#, r#"then = "P6Y""#);
    world.service.gate().publish_policy(&world.operator(), &next, None).await.unwrap();
    // What the last entry says is replaced by what the one before it says.
    world.sabotage(
        "UPDATE audit_bundle SET details = (SELECT details FROM audit_bundle ORDER BY number DESC LIMIT 1, 1)
         WHERE number = (SELECT max(number) FROM audit_bundle)",
    );
    world.run_jobs().await;
    world.move_clock(Span::new().minutes(5));
    world.assert_broken(Promise::Changes, "no entry of the log says that version 2").await;
}

#[tokio::test]
async fn verification() {
    let world = World::new().await;
    world.assert_kept(Promise::Verification).await;
    // An agreement lapses: what was accurate when it was published is no longer so.
    world.move_clock(Span::new().years(2));
    world.assert_broken(Promise::Verification, "P0406").await;
}

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

/// The reference policy with orders kept for another time.
fn keeping_orders(term: &str) -> String {
    let next = POLICY.replace(r#"then = "P7Y""#, &format!("then = \"{term}\""));
    assert_ne!(next, POLICY);
    next
}

/// The same, from a day on.
fn from(day: &str, policy: &str) -> String {
    policy.replacen("effective = 2018-05-25", &format!("effective = {day}"), 1)
}

#[tokio::test]
async fn changes() {
    let world = World::new().await;
    let gate = world.service.gate();
    gate.publish_policy(&world.operator(), &keeping_orders("P4Y"), None).await.unwrap();
    let because = "a court ordered it";
    let longer = keeping_orders("P6Y");
    gate.publish_policy_urgently(&world.operator(), &longer, because, None).await.unwrap();
    world.run_jobs().await;
    world.move_clock(Span::new().minutes(5));
    let evidence = world.assert_kept(Promise::Changes).await;
    assert!(evidence.contains("but for 1 declared urgent"), "{evidence}");
    world.sabotage("DELETE FROM policy_version WHERE number = 2");
    let world = world.restart().await;
    world.assert_broken(Promise::Changes, "version 2").await;
}

#[tokio::test]
async fn changes_that_nobody_was_told_of() {
    let world = World::new().await;
    let longer = from("2026-04-02", &keeping_orders("P9Y"));
    world.service.gate().publish_policy(&world.operator(), &longer, None).await.unwrap();
    world.run_jobs().await;
    world.move_clock(Span::new().minutes(5));
    let evidence = world.assert_kept(Promise::Changes).await;
    assert!(evidence.contains("1 of them permit more"), "{evidence}");
    world.sabotage(
        "UPDATE policy_version SET source = replace(source, 'effective = 2026-04-02', 'effective = 2026-03-09')
         WHERE number = 2",
    );
    let world = world.restart().await;
    world.assert_broken(Promise::Changes, "before the notice of it is over").await;
}

#[tokio::test]
async fn changes_that_were_called_urgent_afterwards() {
    let world = World::new().await;
    let shorter = keeping_orders("P6Y");
    world.service.gate().publish_policy(&world.operator(), &shorter, None).await.unwrap();
    world.run_jobs().await;
    world.sabotage("UPDATE policy_version SET because = 'a court ordered it' WHERE number = 2");
    let world = world.restart().await;
    world.move_clock(Span::new().minutes(5));
    world.assert_broken(Promise::Changes, "no entry of the log says that version 2").await;
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

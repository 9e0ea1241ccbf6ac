//! Publishing: what binds, from when, and for whom.

use std::sync::Arc;

use domain::{Action, value::Fault};
use serde_json::json;

use super::world::{POLICY, World, new_record, revealed};
use crate::{GateError, PublishError};

/// A Client's policy: messages hold a text and nothing else, for a year.
const ACCOUNT: &str = include_str!("account.toml");

#[tokio::test]
async fn a_published_policy_binds_at_the_next_decision_and_after_reopening() {
    let world = World::new().await;
    let stricter = POLICY.replace("unknown = \"allow\"", "unknown = \"refuse\"");
    let record = {
        let process = world.open().await;
        let person = process.person().await;
        let record = process.profile(person.id, "ada@example.org").await;
        process.read(record).await.unwrap();
        let published = process.publish_policy(&process.operator, &stricter, None).await.unwrap();
        assert_eq!(published.number, 2);
        let refused = process.read(record).await;
        assert!(matches!(refused, Err(GateError::Refused { .. })), "{refused:?}");
        record
    };
    let process = world.open().await;
    assert_eq!(process.policy_versions(process.account_id()).len(), 2);
    let refused = process.read(record).await;
    assert!(matches!(refused, Err(GateError::Refused { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_policy_with_errors_leaves_the_one_in_force() {
    let world = World::new().await;
    let process = world.open().await;
    let before = process.entries().await;
    let broken = POLICY.replace("then = \"P90D\"", "");
    let refused = process.publish_policy(&process.operator, &broken, None).await;
    assert!(matches!(refused, Err(PublishError::Diagnostics(found)) if !found.is_empty()));
    assert_eq!(process.policy(process.account_id()).unwrap().operator.number, 1);
    assert_eq!(process.entries().await, before);
}

#[tokio::test]
async fn of_two_published_at_once_each_has_its_number() {
    let world = World::new().await;
    let process = world.open().await;
    let publish = || process.publish_policy(&process.operator, POLICY, None);
    let (one, two) = tokio::join!(publish(), publish());
    let made = [one.is_ok(), two.is_ok()].iter().filter(|made| **made).count();
    assert!(made >= 1);
    let numbers: Vec<_> =
        process.policy_versions(process.account_id()).iter().map(|version| version.number).collect();
    assert_eq!(numbers, (1..=u32::try_from(made).unwrap() + 1).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_accounts_own_policy_binds_it_alone() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let person = process.person_for(&client, "end_user").await;
    let published = process.publish_policy(&client, ACCOUNT, None).await;
    published.unwrap_or_else(|error| panic!("{error}: {error:?}"));
    let with_email = new_record("message", json!({ "body": "hello", "email": "ada@example.org" }));
    let refused = process.create_record(&client, person.id, "support", &with_email, None).await;
    assert!(matches!(refused, Err(GateError::Invalid(faults)) if faults[0].fault == Fault::Undeclared));
    let own = process.person().await;
    process.create_record(&process.operator, own.id, "support", &with_email, None).await.unwrap();
    let widening = ACCOUNT.replace("P1Y", "P2Y");
    let refused = process.publish_policy(&client, &widening, None).await;
    assert!(matches!(refused, Err(PublishError::Diagnostics(_))), "{refused:?}");
}

/// What a policy does not declare any more is not lost from sight: it is listed, and stays shut.
#[tokio::test]
async fn what_is_declared_no_more_is_withheld() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let profile = process.profile(person.id, "ada@example.org").await;
    let message = process.message(person.id, "hello").await;
    let narrower = POLICY
        .replace("email = { category = \"email\", lookup = true }\n[records.message]", "[records.message]")
        .replace("[records.message", "[records.letter")
        .replace("{{records.message}}", "{{records.letter}}");
    process.publish_policy(&process.operator, &narrower, None).await.unwrap();
    let opened = process.read_record(&process.operator, profile, "support", None).await.unwrap();
    assert_eq!(revealed(&opened.fields), json!({ "full_name": "Ada Lovelace" }));
    assert_eq!(opened.withheld[0].field, "email");
    let refused = process.read(message).await;
    assert!(matches!(refused, Err(GateError::Refused { refusals, entry: Some(_) }) if !refusals.is_empty()));
    let listed = process.list_records(&process.operator, person.id, "support", None, 9).await.unwrap();
    let shut = listed.iter().find(|opened| opened.record.id == message).unwrap();
    assert!(shut.fields.reveal().is_empty() && shut.withheld[0].field == "body");
}

/// A Client that had no policy of its own is expected to have none still when a decision is committed.
#[tokio::test]
async fn an_accounts_first_policy_published_meanwhile_decides() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let person = process.person_for(&client, "end_user").await;
    let (gate, publisher) = (Arc::clone(&process.gate), client.clone());
    world.faults.interpose(0, async move {
        gate.publish_policy(&publisher, ACCOUNT, None).await.unwrap();
    });
    let with_email = new_record("message", json!({ "body": "hello", "email": "ada@example.org" }));
    let refused = process.create_record(&client, person.id, "support", &with_email, None).await;
    assert!(matches!(refused, Err(GateError::Invalid(_))), "{refused:?}");
    assert!(process.stores.data.records(person.id, None, 9).await.unwrap().is_empty());
}

/// What an account published under an operator's version need not fit under the next; the server starts all the
/// same, and both bind.
#[tokio::test]
async fn an_operator_that_narrows_its_policy_does_not_lock_itself_out() {
    let world = World::new().await;
    let account = {
        let process = world.open().await;
        let client = process.client().await;
        process.publish_policy(&client, ACCOUNT, None).await.unwrap();
        world.pass_days(1);
        let shorter =
            POLICY.replace("while = \"changed\"\nthen = \"P1Y\"", "while = \"changed\"\nthen = \"P6M\"");
        process.publish_policy(&process.operator, &shorter, None).await.unwrap();
        client.account_id()
    };
    let process = world.open().await;
    let effective = process.policy(account).unwrap();
    assert_eq!((effective.operator.number, effective.account.unwrap().1.number), (2, 1));
}

#[tokio::test]
async fn publishing_is_recorded() {
    let world = World::new().await;
    let process = world.open().await;
    process.publish_policy(&process.operator, POLICY, None).await.unwrap();
    process.advance_log().await.unwrap();
    let entry = process.prove_at(1).await.unwrap().entry;
    let detail = process.open_entry(&process.operator, entry, None).await.unwrap().unwrap();
    assert_eq!(detail.action, Action::PolicyPublished);
    assert!(detail.note.unwrap().starts_with("version 2, sha256:"));
}

//! Finding people by what is known of them, and nothing of those who are not there.

use domain::{Action, Outcome};
use serde_json::json;

use super::world::World;
use crate::GateError;

#[tokio::test]
async fn spellings_of_one_value_find_the_same_person() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    process.profile(person.id, "Ada.Lovelace@Example.org").await;
    for spelling in ["ada.lovelace@example.org", " ADA.Lovelace@example.ORG "] {
        assert_eq!(process.found(spelling).await, [person.id], "{spelling}");
    }
    assert!(process.found("ada@example.org").await.is_empty());
    process.access_log(person.id).await;
    let found = process.lookup(&process.operator, "ip", "192.0.2.7", "security").await.unwrap();
    assert_eq!(found, [person.id]);
}

#[tokio::test]
async fn each_person_found_has_an_entry_and_one_who_is_not_leaves_none() {
    let world = World::new().await;
    let process = world.open().await;
    let people = [process.person().await, process.person().await];
    for person in &people {
        process.profile(person.id, "shared@example.org").await;
        process.message(person.id, "without address").await;
    }
    let before = process.entries().await;
    assert!(process.found("nobody@example.org").await.is_empty());
    assert_eq!(process.entries().await, before);
    assert_eq!(process.found("shared@example.org").await.len(), 2);
    assert_eq!(process.entries().await, before + 2);
    for person in &people {
        let newest = process.entries_of(&process.operator, person.id, None, 1).await.unwrap();
        let detail = &newest[0].detail;
        assert_eq!((detail.action, detail.outcome), (Action::SubjectLookedUp, Outcome::Allowed));
        assert_eq!(detail.categories, ["email"]);
    }
}

#[tokio::test]
async fn someone_with_two_records_is_found_once() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    process.profile(person.id, "ada@example.org").await;
    process.store(person.id, "message", json!({ "email": "ada@example.org", "body": "hello" })).await;
    let before = process.entries().await;
    assert_eq!(process.found("ada@example.org").await, [person.id]);
    assert_eq!(process.entries().await, before + 1);
}

#[tokio::test]
async fn a_purpose_that_finds_nobody_is_refused_whoever_is_there() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    process.profile(person.id, "ada@example.org").await;
    for text in ["ada@example.org", "nobody@example.org"] {
        let refused = process.lookup(&process.operator, "email", text, "security").await;
        let Err(GateError::Refused { entry: Some(entry), .. }) = refused else { panic!("{refused:?}") };
        let detail = process.open_entry(&process.operator, entry, None).await.unwrap().unwrap();
        assert_eq!((detail.subject, detail.outcome), (None, Outcome::Refused));
    }
    let malformed = process.lookup(&process.operator, "full_name", "Ada", "support").await;
    assert!(matches!(malformed, Err(GateError::Malformed(_))), "{malformed:?}");
}

/// The field can find clients by their network address, but not by a record of another purpose.
#[tokio::test]
async fn someone_whom_the_policy_keeps_from_being_found_is_not() {
    let policy = super::world::POLICY.replace(
        "email = { category = \"email\", lookup = true }\nbody",
        "ip = { category = \"ip_address\", lookup = true }\nbody",
    );
    let world = World::under(&policy).await;
    let process = world.open().await;
    let person = process.person().await;
    process.store(person.id, "message", json!({ "ip": "192.0.2.7", "body": "hello" })).await;
    // Security finds by the access log, which holds nothing of this person.
    let before = process.entries().await;
    let found = process.lookup(&process.operator, "ip", "192.0.2.7", "security").await.unwrap();
    assert!(found.is_empty());
    assert_eq!(process.entries().await, before + 1);
    let newest = process.entries_of(&process.operator, person.id, None, 1).await.unwrap();
    assert_eq!(newest[0].detail.outcome, Outcome::Refused);
    assert!(newest[0].detail.reason.is_some());
}

#[tokio::test]
async fn the_index_follows_a_patch() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "old@example.org").await;
    process.patch(record, None, json!({ "email": "new@example.org" })).await.unwrap();
    assert!(process.found("old@example.org").await.is_empty());
    assert_eq!(process.found("new@example.org").await, [person.id]);
    process.patch(record, None, json!({ "full_name": "Ada King" })).await.unwrap();
    assert_eq!(process.found("new@example.org").await, [person.id]);
    process.patch(record, None, json!({ "email": null })).await.unwrap();
    assert!(process.found("new@example.org").await.is_empty());
}

#[tokio::test]
async fn who_is_gone_is_not_found() {
    let world = World::new().await;
    let process = world.open().await;
    let (expired, erased, deleted) = (process.person().await, process.person().await, process.person().await);
    process.store(expired.id, "message", json!({ "email": "one@example.org", "body": "hello" })).await;
    process.profile(erased.id, "two@example.org").await;
    let record = process.profile(deleted.id, "three@example.org").await;
    process.erase(&process.operator, erased.id).await.unwrap();
    process.delete_record(&process.operator, record, None).await.unwrap();
    world.pass_days(366);
    let before = process.entries().await;
    for email in ["one@example.org", "two@example.org", "three@example.org"] {
        assert!(process.found(email).await.is_empty(), "{email}");
    }
    assert_eq!(process.entries().await, before);
}

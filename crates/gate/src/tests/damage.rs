//! A key that is missing without a tombstone is damage, and never taken for an erasure.

use domain::SubjectId;
use jiff::Timestamp;
use serde_json::json;
use store::{key_store::Deletion, subjects::AUDIT_CLASS};

use super::world::{Process, World, new_record};
use crate::GateError;

/// Destroys a key behind the gate's back.
pub(super) async fn lose_key(process: &Process, subject: SubjectId, class: &str) {
    let (owner, keys) = process.stores.data.subject(subject).await.unwrap().unwrap();
    let slot = keys.iter().find(|key| key.class == class).unwrap().slot;
    let class = class.to_owned();
    let at = Timestamp::UNIX_EPOCH;
    let deletion =
        Deletion { at, account: owner.account, subject, class, slot, lives_in: None, erasure: None };
    process.stores.keys.destroy(&[deletion]).await.unwrap();
}

#[tokio::test]
async fn a_missing_key_of_a_living_person_is_reported() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let message = process.message(person.id, "hello").await;
    let profile = process.profile(person.id, "ada@example.org").await;
    lose_key(&process, person.id, "archive").await;
    let read = process.read(message).await;
    assert!(matches!(read, Err(GateError::Damaged(_))), "{read:?}");
    let new = new_record("message", json!({ "body": "another" }));
    let stored = process.create_record(&process.operator, person.id, "support", &new, None).await;
    assert!(matches!(stored, Err(GateError::Damaged(_))), "{stored:?}");
    let listed = process.list_records(&process.operator, person.id, "support", None, 9).await;
    assert!(matches!(listed, Err(GateError::Damaged(_))), "{listed:?}");
    process.read(profile).await.unwrap();
}

#[tokio::test]
async fn nothing_is_read_without_the_key_that_records_it() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let profile = process.profile(person.id, "ada@example.org").await;
    lose_key(&process, person.id, AUDIT_CLASS).await;
    for outcome in [
        process.read(profile).await.map(drop),
        process.patch(profile, None, json!({ "full_name": "Eve" })).await.map(drop),
        process.lookup(&process.operator, "email", "ada@example.org", "support").await.map(drop),
        process.rule(&process.operator, person.id, "email", "support", None).await.map(drop),
        process.entries_of(&process.operator, person.id, None, 9).await.map(drop),
    ] {
        assert!(matches!(outcome, Err(GateError::Damaged(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn altered_slots_and_fields_are_damage() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    let mut held = process.stores.data.record(record).await.unwrap().unwrap();
    held.record.fields[0].sealed[20] ^= 1;
    let changes = vec![store::Change::ReplaceRecord(held.record)];
    process.stores.data.commit(store::Unit { changes, ..store::Unit::default() }).await.unwrap();
    let read = process.read(record).await;
    assert!(matches!(read, Err(GateError::Damaged(_))), "{read:?}");
    drop(process);
    let path = world.folder.path().join("keys/slots");
    let mut slots = std::fs::read(&path).unwrap();
    slots[512..].iter_mut().for_each(|byte| *byte ^= 0x40);
    std::fs::write(&path, slots).unwrap();
    let process = world.open().await;
    let read = process.read(record).await;
    assert!(matches!(read, Err(GateError::Damaged(_))), "{read:?}");
}

#[tokio::test]
async fn a_record_moved_to_another_person_does_not_open() {
    let world = World::new().await;
    let process = world.open().await;
    let (person, other) = (process.person().await, process.person().await);
    let record = process.message(person.id, "hello").await;
    process.message(other.id, "theirs").await;
    let mut held = process.stores.data.record(record).await.unwrap().unwrap().record;
    held.subject = other.id;
    let changes = vec![store::Change::RemoveRecord(record), store::Change::AddRecord(held)];
    process.stores.data.commit(store::Unit { changes, ..store::Unit::default() }).await.unwrap();
    let read = process.read(record).await;
    assert!(matches!(read, Err(GateError::Damaged(_))), "{read:?}");
}

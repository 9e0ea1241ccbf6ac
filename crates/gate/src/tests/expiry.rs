//! What is over is gone at once, and deleted by the job.

use domain::Action;
use serde_json::json;
use store::key_store::Slot;

use super::world::World;
use crate::GateError;

#[tokio::test]
async fn a_record_is_gone_at_the_moment_of_its_end() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    let kept = process.profile(person.id, "ada@example.org").await;
    world.pass_days(364);
    process.read(record).await.unwrap();
    world.pass_days(1);
    let gone = process.read(record).await;
    assert!(matches!(gone, Err(GateError::Gone("record"))), "{gone:?}");
    let gone = process.patch(record, None, json!({ "body": "again" })).await;
    assert!(matches!(gone, Err(GateError::Gone("record"))), "{gone:?}");
    let listed = process.list_records(&process.operator, person.id, "support", None, 9).await.unwrap();
    assert_eq!(listed.iter().map(|opened| opened.record.id).collect::<Vec<_>>(), [kept]);
}

#[tokio::test]
async fn a_change_starts_the_clock_anew() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    world.pass_days(300);
    process.patch(record, None, json!({ "body": "hello again" })).await.unwrap();
    world.pass_days(300);
    assert_eq!(process.expire(10).await.unwrap(), 0);
    process.read(record).await.unwrap();
}

#[tokio::test]
async fn the_job_deletes_and_shreds_the_class_once_it_is_empty() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let first = process.message(person.id, "one").await;
    world.pass_days(10);
    let second = process.message(person.id, "two").await;
    let (_, keys) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    let slot = keys.iter().find(|key| key.class == "archive").unwrap().slot;
    world.pass_days(356);
    assert_eq!(process.expire(10).await.unwrap(), 1);
    assert!(process.stores.data.record(first).await.unwrap().is_none());
    assert_eq!(process.read(second).await.unwrap(), json!({ "body": "two" }));
    world.pass_days(10);
    assert_eq!(process.expire(10).await.unwrap(), 1);
    assert_eq!(process.expire(10).await.unwrap(), 0);
    assert_eq!(process.stores.keys.read(slot).await.unwrap(), Slot::Destroyed);
    let entries = process.entries_of(&process.operator, person.id, None, 1).await.unwrap();
    assert_eq!(entries[0].detail.action, Action::RecordExpired);
    assert_eq!(entries[0].detail.actor, None);
}

#[tokio::test]
async fn a_damaged_audit_key_keeps_no_record_from_being_deleted() {
    let world = World::new().await;
    let process = world.open().await;
    let (damaged, person) = (process.person().await, process.person().await);
    let stuck = process.message(damaged.id, "one").await;
    world.pass_days(1);
    let record = process.message(person.id, "two").await;
    super::damage::lose_key(&process, damaged.id, store::subjects::AUDIT_CLASS).await;
    world.pass_days(400);
    assert_eq!(process.expire(10).await.unwrap(), 2);
    assert!(process.stores.data.record(record).await.unwrap().is_none());
    assert!(process.stores.data.record(stuck).await.unwrap().is_none());
}

#[tokio::test]
async fn a_damaged_audit_key_keeps_no_one_from_being_erased() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "one").await;
    super::damage::lose_key(&process, person.id, store::subjects::AUDIT_CLASS).await;
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    assert!(matches!(erasure.state, domain::ErasureState::Shredded(_)), "{erasure:?}");
    assert!(process.read(record).await.is_err());
}

#[tokio::test]
async fn old_idempotency_keys_are_forgotten() {
    let world = World::new().await;
    let process = world.open().await;
    let replay = super::repetition::replay(&process, b"key", b"body");
    let new = super::world::new_subject("client");
    let (first, ..) = process.create_subject(&process.operator, &new, Some(&replay)).await.unwrap();
    world.pass_days(2);
    process.forget_replays(24).await.unwrap();
    let (second, _, replayed) = process.create_subject(&process.operator, &new, Some(&replay)).await.unwrap();
    assert!(second.id != first.id && !replayed);
}

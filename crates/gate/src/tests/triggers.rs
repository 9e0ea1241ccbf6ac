//! What happened to a person gives their records an end, and never one that is too early.

use std::sync::Arc;

use domain::{Action, ErasureState, RecordId, SubjectId, Trigger, trigger::NotNow};
use jiff::{SignedDuration, Timestamp};
use store::key_store::{Gone, Slot};

use super::world::{POLICY, Process, World};
use crate::{GateError, NewTrigger};

/// The policy of the world, where messages are kept for a year after a visit, and profiles a month after the account.
pub(super) fn policy() -> String {
    POLICY
        .replacen(
            "while = \"account\"",
            "while = \"account\"\nthen = \"P1M\"\nground = \"second thoughts\"",
            1,
        )
        .replacen("while = \"changed\"", "while = \"visits\"", 1)
}

pub(super) async fn pull(
    process: &Process,
    subject: SubjectId,
    trigger: Trigger,
    at: Timestamp,
) -> Result<(), GateError> {
    let new = NewTrigger { trigger, at: Some(at) };
    process.pull_trigger(&process.operator, subject, new, None).await.map(drop)
}

pub(super) async fn take_back(process: &Process, subject: SubjectId) -> Result<(), GateError> {
    let new = NewTrigger { trigger: Trigger::Account, at: None };
    process.pull_trigger(&process.operator, subject, new, None).await.map(drop)
}

async fn end_of(process: &Process, record: RecordId) -> Option<Timestamp> {
    process.stores.data.record(record).await.unwrap().unwrap().record.metadata.expires_at
}

fn day(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[tokio::test]
async fn a_closed_account_gives_what_is_there_and_what_comes_its_end() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let (person, other) = (process.person().await, process.person().await);
    let record = process.profile(person.id, "ada@example.org").await;
    let untouched = process.profile(other.id, "bob@example.org").await;
    assert_eq!(end_of(&process, record).await, None);
    let closed: Timestamp = "2026-02-20T00:00:00Z".parse().unwrap();
    pull(&process, person.id, Trigger::Account, closed).await.unwrap();
    // What was stored after the trigger runs from its storing.
    let stored: Timestamp = "2026-04-01T12:00:30Z".parse().unwrap();
    assert_eq!(end_of(&process, record).await, Some(stored));
    world.pass_days(1);
    let late = process.profile(person.id, "eve@example.org").await;
    assert_eq!(end_of(&process, late).await, Some("2026-04-02T12:00:30Z".parse().unwrap()));
    assert_eq!(end_of(&process, untouched).await, None);
    let (subject, _) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    assert_eq!((subject.version, subject.triggers.is_settling()), (2, false));
    let entries = process.entries_of(&process.operator, person.id, None, 9).await.unwrap();
    let pulled = entries.iter().find(|entry| entry.detail.action == Action::TriggerPulled).unwrap();
    assert_eq!(pulled.detail.note.as_deref(), Some("account: 2026-02-20T00:00:00Z"));
    assert!(pulled.detail.clause.is_some());
    world.pass_days(31);
    assert_eq!(process.expire(10).await.unwrap(), 2);
    assert!(process.stores.data.record(record).await.unwrap().is_none());
    assert!(process.stores.data.record(untouched).await.unwrap().is_some());
    // A restore of older data would not know that the account was closed, so the journal does.
    let journal = process.stores.keys.journal(0).await.unwrap();
    let buried = journal.iter().filter(|line| matches!(&line.gone, Gone::Record(one) if !one.stays)).count();
    assert_eq!(buried, 2);
}

#[tokio::test]
async fn each_visit_moves_on_and_none_brings_forward() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    let stored = end_of(&process, record).await.unwrap();
    world.pass_days(300);
    let now = process.ambient().clock.now();
    pull(&process, person.id, Trigger::Visits, now).await.unwrap();
    let moved = end_of(&process, record).await.unwrap();
    assert!(moved > stored + day(299));
    pull(&process, person.id, Trigger::Visits, now - day(200)).await.unwrap();
    assert_eq!(end_of(&process, record).await, Some(moved));
    world.pass_days(100);
    assert_eq!(process.expire(10).await.unwrap(), 0);
    process.read(record).await.unwrap();
    world.pass_days(300);
    assert_eq!(process.expire(10).await.unwrap(), 1);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_and_leaves_nothing() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let now = process.ambient().clock.now();
    let refused = pull(&process, person.id, Trigger::Account, now + SignedDuration::from_mins(6)).await;
    assert!(matches!(refused, Err(GateError::Malformed(_))), "{refused:?}");
    let refused = pull(&process, person.id, Trigger::Contract, now).await;
    assert!(matches!(refused, Err(GateError::Malformed(_))), "no clock waits for it: {refused:?}");
    let refused = take_back(&process, person.id).await;
    assert!(matches!(refused, Err(GateError::Untimely(NotNow::HasNot))), "{refused:?}");
    pull(&process, person.id, Trigger::Account, now + SignedDuration::from_mins(4)).await.unwrap();
    let refused = pull(&process, person.id, Trigger::Account, now).await;
    assert!(matches!(refused, Err(GateError::Untimely(NotNow::Happened))), "{refused:?}");
    process.erase(&process.operator, person.id).await.unwrap();
    let refused = pull(&process, person.id, Trigger::Visits, now).await;
    assert!(matches!(refused, Err(GateError::Gone("subject"))), "{refused:?}");
}

#[tokio::test]
async fn it_is_taken_back_until_something_has_ended_for_it() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    let now = process.ambient().clock.now();
    pull(&process, person.id, Trigger::Account, now).await.unwrap();
    world.pass_days(20);
    take_back(&process, person.id).await.unwrap();
    assert_eq!(end_of(&process, record).await, None);
    world.pass_days(20);
    assert_eq!(process.expire(10).await.unwrap(), 0);
    process.read(record).await.unwrap();
    pull(&process, person.id, Trigger::Account, process.ambient().clock.now()).await.unwrap();
    world.pass_days(32);
    let refused = take_back(&process, person.id).await;
    assert!(matches!(refused, Err(GateError::Untimely(NotNow::Over))), "{refused:?}");
    assert_eq!(process.expire(10).await.unwrap(), 1);
}

/// However far the ends have come when a process is lost, nothing goes early, and the next one finishes them.
#[tokio::test]
async fn a_process_that_ends_half_way_lets_nothing_go_early() {
    let world = World::under(&policy()).await;
    for step in 0..4 {
        let process = world.open().await;
        let person = process.person().await;
        let record = process.message(person.id, "hello").await;
        let old_end = end_of(&process, record).await.unwrap();
        world.pass_days(364);
        world.faults.end_after(step, false);
        let pulled = pull(&process, person.id, Trigger::Visits, process.ambient().clock.now()).await;
        let ended = world.faults.clear();
        drop(process);
        let process = world.open().await;
        let (subject, _) = process.stores.data.subject(person.id).await.unwrap().unwrap();
        if subject.triggers.at(Trigger::Visits).is_none() {
            assert!(pulled.is_err(), "a trigger that was acknowledged is lost");
            continue;
        }
        world.pass_days(2);
        assert!(old_end < process.ambient().clock.now());
        process.expire(10).await.unwrap();
        process.read(record).await.unwrap();
        process.settle_triggers(10).await.unwrap();
        assert_eq!(process.settle_triggers(10).await.unwrap(), 0);
        assert!(end_of(&process, record).await.unwrap() > old_end + day(363));
        process.read(record).await.unwrap();
        if !ended {
            return;
        }
    }
    panic!("it never comes to its end");
}

#[tokio::test]
async fn ends_follow_page_by_page() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let mut records = Vec::new();
    for number in 0..1_100 {
        records.push(process.message(person.id, &number.to_string()).await);
    }
    world.pass_days(100);
    let now = process.ambient().clock.now();
    pull(&process, person.id, Trigger::Visits, now).await.unwrap();
    for record in records {
        assert!(end_of(&process, record).await.unwrap() > now + day(364));
    }
    let counts = process.stores.data.type_counts(person.id).await.unwrap();
    assert!(counts[0].last_expiry.unwrap() > now + day(364));
}

/// A visit that comes between finding what is over and deleting it brings nothing back, and keeps nothing else from going.
#[tokio::test]
async fn a_visit_after_the_end_revives_nothing() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    world.pass_days(300);
    let later = process.message(person.id, "hello again").await;
    world.pass_days(66);
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    world.faults.interpose(0, async move {
        let new = NewTrigger { trigger: Trigger::Visits, at: Some(gate.now()) };
        gate.pull_trigger(&operator, person.id, new, None).await.unwrap();
    });
    process.expire(10).await.unwrap();
    let gone = process.read(record).await;
    assert!(matches!(gone, Err(GateError::Gone("record"))), "{gone:?}");
    assert_eq!(process.expire(10).await.unwrap(), 1);
    assert!(process.stores.data.record(record).await.unwrap().is_none());
    assert!(end_of(&process, later).await.unwrap() > process.ambient().clock.now() + day(364));
}

#[tokio::test]
async fn it_is_taken_back_under_any_policy_and_once_its_ends_are_known() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    // It ends before any record follows.
    world.faults.end_after(1, false);
    pull(&process, person.id, Trigger::Account, process.ambient().clock.now()).await.unwrap();
    world.faults.clear();
    let refused = take_back(&process, person.id).await;
    assert!(matches!(refused, Err(GateError::Busy)), "{refused:?}");
    process.settle_triggers(10).await.unwrap();
    assert!(end_of(&process, record).await.is_some());
    let without = POLICY.replacen("while = \"account\"", "while = \"changed\"\nthen = \"P9Y\"", 1);
    process.publish_policy(&process.operator, &without, None).await.unwrap();
    take_back(&process, person.id).await.unwrap();
    let (subject, _) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    assert_eq!(subject.triggers.at(Trigger::Account), None);
    let refused = pull(&process, person.id, Trigger::Account, process.ambient().clock.now()).await;
    assert!(matches!(refused, Err(GateError::Malformed(_))), "{refused:?}");
}

/// What an exception keeps has an end from the erasure on, which is the end of the account.
#[tokio::test]
async fn what_an_exception_keeps_ends_after_the_erasure() {
    let policy = policy().replacen("records = [\"access_log\"]", "records = [\"profile\"]", 1).replacen(
        "retention = \"access_log\"\n\n[recipients",
        "retention = \"account\"\n\n[recipients",
        1,
    );
    let world = World::under(&policy).await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    process.message(person.id, "hello").await;
    let (_, keys) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    let ErasureState::Shredded(certificate) = erasure.state else { panic!("{erasure:?}") };
    let until = certificate.kept[0].until.unwrap();
    assert_eq!(until, "2026-04-01T12:00:30Z".parse().unwrap());
    super::erasure::finish(&process).await;
    assert_eq!(end_of(&process, record).await, Some(until));
    world.pass_days(32);
    assert_eq!(process.expire(10).await.unwrap(), 1);
    assert!(process.stores.data.record(record).await.unwrap().is_none());
    assert!(process.stores.data.subject(person.id).await.unwrap().is_none(), "nothing is left of them");
    for key in keys {
        assert_eq!(process.stores.keys.read(key.slot).await.unwrap(), Slot::Destroyed, "{}", key.class);
    }
}

//! Many records of many people end at once: what must stay stays, and each person's log says what went.

use std::{collections::HashSet, sync::Arc};

use domain::{Action, RecordId, SubjectId};
use store::key_store::{Gone, Slot};

use super::{
    holds::{on, policy},
    world::{Process, World},
};
use crate::GateError;

/// People with a few messages each, all of which end after a year.
async fn people(process: &Process, count: usize) -> Vec<(SubjectId, Vec<RecordId>)> {
    let mut people = Vec::new();
    for _ in 0..count {
        let person = process.person().await.id;
        let mut records = Vec::new();
        for text in ["one", "two", "three"] {
            records.push(process.message(person, text).await);
        }
        people.push((person, records));
    }
    people
}

async fn left(process: &Process) -> usize {
    process.stores.data.all_records(None, 1_000).await.unwrap().len()
}

#[tokio::test]
async fn one_entry_a_person_names_each_record_and_its_clock() {
    let world = World::new().await;
    let process = world.open().await;
    let people = people(&process, 20).await;
    world.pass_days(365);
    let before = process.entries().await;
    assert_eq!(process.expire(1_000).await.unwrap(), 60);
    assert_eq!((left(&process).await, process.entries().await - before), (0, 20));
    for (person, records) in people {
        let entries = process.entries_of(&process.operator, person, None, 1).await.unwrap();
        let detail = &entries[0].detail;
        assert_eq!(
            (detail.action, detail.actor, detail.subject),
            (Action::RecordExpired, None, Some(person))
        );
        let named: HashSet<RecordId> = detail.expired.iter().map(|one| one.record).collect();
        assert_eq!(named, records.into_iter().collect());
        assert!(detail.expired.iter().all(|one| one.clock == "archive" && one.record_type == "message"));
        let (_, keys) = process.stores.data.subject(person).await.unwrap().unwrap();
        assert_eq!(keys.len(), 1, "the class's key went with its last record");
    }
    assert!(process.stores.data.condemned_slots(9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_hold_placed_while_a_batch_runs_keeps_its_person_and_no_one_else() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let people = people(&process, 10).await;
    world.pass_days(365);
    let (gate, operator, held) = (Arc::clone(&process.gate), process.operator.clone(), people[9].0);
    world.faults.interpose(0, async move {
        gate.place_hold(&operator, &on(held), None).await.unwrap();
    });
    process.expire(1_000).await.unwrap();
    assert_eq!(process.expire(1_000).await.unwrap(), 0, "what is held is left out of the next rounds");
    assert_eq!(left(&process).await, 3);
    for record in &people[9].1 {
        process.read(*record).await.unwrap();
    }
}

#[tokio::test]
async fn two_drains_at_once_delete_each_record_once() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    people(&one, 12).await;
    world.pass_days(365);
    let before = one.entries().await;
    loop {
        let (first, second) = tokio::join!(one.expire(20), other.expire(20));
        if (first.unwrap(), second.unwrap()) == (0, 0) {
            break;
        }
    }
    assert_eq!(left(&one).await, 0);
    let mut named = HashSet::new();
    for subject in one.list_subjects(&one.operator, None, 100).await.unwrap() {
        for entry in one.entries_of(&one.operator, subject.id, None, 99).await.unwrap() {
            for expired in entry.detail.expired {
                assert!(named.insert(expired.record), "deleted twice");
            }
        }
    }
    assert_eq!(named.len(), 36);
    assert!(one.entries().await - before <= 36);
}

#[tokio::test]
async fn a_drain_that_is_cut_short_anywhere_is_brought_to_its_end() {
    let world = World::new().await;
    for unheard in [false, true] {
        for step in 0.. {
            assert!(step < 40, "the work never comes to its end");
            let process = world.open().await;
            let people = people(&process, 3).await;
            let mut slots = Vec::new();
            for (person, _) in &people {
                let (_, keys) = process.stores.data.subject(*person).await.unwrap().unwrap();
                slots.extend(keys.into_iter().filter(|key| key.class == "archive").map(|key| key.slot));
            }
            world.pass_days(366);
            world.faults.end_after(step, unheard);
            let outcome: Result<usize, GateError> = process.expire(1_000).await;
            let ended = world.faults.clear();
            drop(process);
            let process = world.open().await;
            while process.expire(1_000).await.unwrap() > 0 {}
            process.finish_erasures(10).await.unwrap();
            assert_eq!(left(&process).await, 0);
            for slot in slots {
                assert_eq!(process.stores.keys.read(slot).await.unwrap(), Slot::Destroyed, "step {step}");
            }
            assert!(process.stores.data.condemned_slots(9).await.unwrap().is_empty());
            if !ended {
                assert_eq!(outcome.unwrap(), 9);
                break;
            }
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_one_person_keeps_nobody_elses_from_going() {
    let world = World::new().await;
    let process = world.open().await;
    let people = people(&process, 5).await;
    world.pass_days(366);
    world.faults.damage(Some(people[2].0));
    let outcome = process.expire(1_000).await;
    assert!(matches!(outcome, Err(GateError::Damaged(_))), "{outcome:?}");
    assert_eq!(left(&process).await, 3);
    world.faults.damage(None);
    assert_eq!(process.expire(1_000).await.unwrap(), 3);
}

/// Where nobody knows whether it was committed, nothing says that it stays: a restore would bring it back.
#[tokio::test]
async fn what_may_have_gone_is_not_said_to_stay() {
    let world = World::under(&super::triggers::policy()).await;
    let process = world.open().await;
    let person = process.person().await.id;
    process.message(person, "hello").await;
    world.pass_days(366);
    world.faults.lose_answer_after(1);
    process.expire(10).await.unwrap_err();
    assert_eq!(left(&process).await, 0);
    let journal = process.stores.keys.journal(0).await.unwrap();
    let stays = |gone: &Gone| matches!(gone, Gone::Record(removal) if removal.stays);
    assert!(!journal.is_empty() && !journal.iter().any(|line| stays(&line.gone)), "{journal:?}");
}

//! Whatever step a process ends at, the next one brings things to their end, and no key lives that should not.

use domain::{ErasureState, SubjectId};
use serde_json::json;

use super::{
    erasure::{certificate, finish, holds},
    rotation::{bound_to, fingerprints, no_key_has_a_copy},
    world::{Process, World},
};
use crate::GateError;

/// Ends the process at each step of `work` in turn, the step itself done or not, and lets `check` look at what the
/// next process makes of it; until the work is done without having ended. Each time a fresh person is concerned.
async fn at_each_step(
    work: impl AsyncFn(&World, &Process, SubjectId) -> Result<(), GateError>,
    check: impl AsyncFn(
        &Process,
        SubjectId,
        &std::collections::HashMap<store::key_store::SlotNumber, (String, bool)>,
    ),
) {
    let world = World::new().await;
    for unheard in [false, true] {
        for step in 0.. {
            assert!(step < 40, "the work never comes to its end");
            let process = world.open().await;
            let person = process.person().await;
            process.profile(person.id, "ada@example.org").await;
            process.message(person.id, "hello").await;
            let before = fingerprints(&process).await;
            world.faults.end_after(step, unheard);
            let outcome = work(&world, &process, person.id).await;
            let ended = world.faults.clear();
            assert_eq!(outcome.is_err(), ended, "step {step}: {outcome:?}");
            drop(process);
            let process = world.open().await;
            finish(&process).await;
            no_key_has_a_copy(&process).await;
            assert!(process.stores.data.condemned_slots(9).await.unwrap().is_empty());
            check(&process, person.id, &before).await;
            if !ended {
                break;
            }
        }
    }
}

#[tokio::test]
async fn an_erasure_that_was_begun_is_brought_to_its_end() {
    at_each_step(
        async |_, process, person| process.erase(&process.operator, person).await.map(drop),
        async |process, person, _| {
            let Some(erasure) = process.stores.data.erasure_of(person).await.unwrap() else {
                // It ended before the tombstone: nothing has happened.
                let (subject, keys) = process.stores.data.subject(person).await.unwrap().unwrap();
                assert_eq!((subject.version, keys.len()), (1, 3));
                process.erase(&process.operator, person).await.unwrap();
                return;
            };
            assert!(matches!(erasure.state, ErasureState::Purged { .. }), "{erasure:?}");
            assert_eq!(certificate(&erasure).keys_destroyed, 3);
            holds(process, &erasure).await;
            assert!(process.stores.data.subject(person).await.unwrap().is_none());
        },
    )
    .await;
}

#[tokio::test]
async fn a_purge_that_stopped_goes_on() {
    at_each_step(
        async |_, process, person| {
            process.erase(&process.operator, person).await?;
            process.finish_erasures(10).await.map(drop)
        },
        async |process, person, before| {
            if let Some(erasure) = process.stores.data.erasure_of(person).await.unwrap() {
                assert!(matches!(erasure.state, ErasureState::Purged { .. }), "{erasure:?}");
                assert!(process.stores.data.subject(person).await.unwrap().is_none());
                assert!(process.stores.data.entries_of(person, None, 9).await.unwrap().is_empty());
                let after = fingerprints(process).await;
                assert_eq!(bound_to(before, &after), 0);
            }
            process.erase(&process.operator, person).await.unwrap();
            finish(process).await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_deletion_that_stopped_leaves_no_key_of_an_empty_class() {
    at_each_step(
        async |_, process, person| {
            let records = process.stores.data.records(person, None, 9).await.unwrap();
            let message = records.iter().find(|record| record.record_type == "message").unwrap();
            process.delete_record(&process.operator, message.id, None).await.map(drop)
        },
        async |process, person, before| {
            let records = process.stores.data.records(person, None, 9).await.unwrap();
            let (_, keys) = process.stores.data.subject(person).await.unwrap().unwrap();
            for record in &records {
                process.read(record.id).await.unwrap();
            }
            let after = fingerprints(process).await;
            assert_eq!(bound_to(before, &after), keys.len(), "every key that lives is bound");
            process.erase(&process.operator, person).await.unwrap();
            finish(process).await;
            assert_eq!(bound_to(before, &fingerprints(process).await), 0);
        },
    )
    .await;
}

#[tokio::test]
async fn a_rotation_that_stopped_leaves_each_key_in_one_slot() {
    at_each_step(
        async |_, process, _| process.rotate_account(&process.operator, process.account_id()).await.map(drop),
        async |process, person, before| {
            for record in process.stores.data.records(person, None, 9).await.unwrap() {
                process.read(record.id).await.unwrap();
            }
            let found = process.found("ada@example.org").await;
            assert!(found.contains(&person));
            process.message(person, "after").await;
            process.erase(&process.operator, person).await.unwrap();
            finish(process).await;
            assert_eq!(bound_to(before, &fingerprints(process).await), 0, "a key of an erased person lives");
        },
    )
    .await;
}

#[tokio::test]
async fn a_record_is_stored_whole_or_not_at_all() {
    at_each_step(
        async |_, process, person| {
            let new = super::world::new_record("access_log", json!({ "ip": "192.0.2.7" }));
            process.create_record(&process.operator, person, "security", &new, None).await.map(drop)
        },
        async |process, person, _| {
            let records = process.stores.data.records(person, None, 9).await.unwrap();
            let logs = records.iter().filter(|record| record.record_type == "access_log");
            let entries = process.entries_of(&process.operator, person, None, 99).await.unwrap();
            assert_eq!(entries.len(), 3 + logs.clone().count());
            for record in logs {
                let opened = process.read_record(&process.operator, record.id, "security", None).await;
                assert_eq!(super::world::revealed(&opened.unwrap().fields), json!({ "ip": "192.0.2.7" }));
            }
        },
    )
    .await;
}

/// The last record that an exception kept goes with its end; what goes after it goes later, if the process ends between.
#[tokio::test]
async fn what_was_left_of_an_erased_person_is_taken_up() {
    for step in 0.. {
        let world = World::new().await;
        let process = world.open().await;
        let person = process.person().await.id;
        process.access_log(person).await;
        process.erase(&process.operator, person).await.unwrap();
        finish(&process).await;
        let (_, keys) = process.stores.data.subject(person).await.unwrap().unwrap();
        world.pass_days(91);
        world.faults.end_after(step, false);
        let outcome = process.expire(10).await;
        let ended = world.faults.clear();
        drop(process);
        let process = world.open().await;
        process.expire(10).await.unwrap();
        process.finish_leftovers().await.unwrap();
        for key in &keys {
            let slot = process.stores.keys.read(key.slot).await.unwrap();
            assert_eq!(slot, store::key_store::Slot::Destroyed, "step {step}: {}", key.class);
        }
        assert!(process.stores.data.subject(person).await.unwrap().is_none(), "step {step}: {outcome:?}");
        if !ended {
            assert!(step > 3, "several steps were looked at");
            break;
        }
    }
}

//! What happens between a decision and its commit is noticed, and the decision is made anew.

use std::sync::Arc;

use domain::{ErasureState, SubjectId};
use serde_json::json;
use store::key_store::Slot;

use super::{
    erasure::certificate,
    world::{POLICY, Process, World, new_record, new_subject},
};
use crate::GateError;

/// A policy under which nobody of unknown age is anything's subject.
fn stricter() -> String {
    POLICY.replace("unknown = \"allow\"", "unknown = \"refuse\"")
}

/// Publishes it just before the next commit.
fn publish_between(world: &World, process: &Process) {
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    world.faults.interpose(0, async move {
        gate.publish_policy(&operator, &stricter(), None).await.unwrap();
    });
}

fn erase_between(world: &World, process: &Process, subject: SubjectId) {
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    world.faults.interpose(0, async move {
        gate.erase(&operator, subject).await.unwrap();
    });
}

#[tokio::test]
async fn a_policy_published_meanwhile_decides() {
    let world = World::new().await;
    for attempt in 0..5 {
        let process = world.open().await;
        process.publish_policy(&process.operator, POLICY, None).await.unwrap();
        let person = process.person().await;
        let record = process.profile(person.id, "ada@example.org").await;
        publish_between(&world, &process);
        let outcome = match attempt {
            0 => process.read(record).await.map(drop),
            1 => process.patch(record, None, json!({ "full_name": "Eve" })).await.map(drop),
            2 => {
                let new = new_record("message", json!({ "body": "hello" }));
                process.create_record(&process.operator, person.id, "support", &new, None).await.map(drop)
            }
            3 => {
                let ruling = process.rule(&process.operator, person.id, "email", "support", None).await;
                assert_eq!(ruling.unwrap().refusals().len(), 1);
                continue;
            }
            _ => {
                let found = process.lookup(&process.operator, "email", "ada@example.org", "support").await;
                assert!(found.unwrap().is_empty());
                continue;
            }
        };
        assert!(!world.faults.is_waiting(), "nothing was published in between");
        assert!(matches!(outcome, Err(GateError::Refused { .. })), "{attempt}: {outcome:?}");
        let held = process.stores.data.records(person.id, None, 9).await.unwrap();
        assert_eq!(held.iter().map(|record| record.version).collect::<Vec<_>>(), [1], "{attempt}");
    }
}

#[tokio::test]
async fn a_subject_is_created_under_the_policy_in_force() {
    let world = World::new().await;
    let process = world.open().await;
    publish_between(&world, &process);
    let (subject, entry, _) =
        process.create_subject(&process.operator, &new_subject("client"), None).await.unwrap();
    let detail = process.open_entry(&process.operator, entry, Some(subject.id)).await.unwrap().unwrap();
    assert_eq!(detail.policy, 2);
}

#[tokio::test]
async fn someone_erased_meanwhile_is_gone() {
    let world = World::new().await;
    let process = world.open().await;
    for attempt in 0..4 {
        let person = process.person().await;
        let record = process.profile(person.id, "ada@example.org").await;
        erase_between(&world, &process, person.id);
        let outcome = match attempt {
            0 => process.read(record).await.map(drop),
            1 => process.patch(record, None, json!({ "full_name": "Eve" })).await.map(drop),
            2 => {
                let new = new_record("message", json!({ "body": "hello" }));
                process.create_record(&process.operator, person.id, "support", &new, None).await.map(drop)
            }
            _ => process.read_record(&process.operator, record, "security", None).await.map(drop),
        };
        assert!(!world.faults.is_waiting());
        assert!(matches!(outcome, Err(GateError::Gone(_))), "{attempt}: {outcome:?}");
    }
    super::erasure::finish(&process).await;
    assert!(process.list_subjects(&process.operator, None, 99).await.unwrap().is_empty());
}

/// A refusal that comes late does not bring back the index from a person to their entries.
#[tokio::test]
async fn a_refusal_after_the_purge_leaves_no_trace_of_the_person() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    world.faults.interpose(0, async move {
        gate.erase(&operator, person.id).await.unwrap();
        while gate.finish_erasures(9).await.unwrap() > 0 {}
    });
    let outcome = process.read_record(&process.operator, record, "security", None).await;
    assert!(matches!(outcome, Err(GateError::NotFound(_) | GateError::Gone(_))), "{outcome:?}");
    assert!(process.stores.data.entries_of(person.id, None, 9).await.unwrap().is_empty());
}

/// What an exception keeps is counted until the very tombstone.
#[tokio::test]
async fn a_record_stored_just_before_the_tombstone_is_kept_as_it_must_be() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    world.faults.interpose(0, async move {
        let new = new_record("access_log", json!({ "ip": "192.0.2.7" }));
        gate.create_record(&operator, person.id, "security", &new, None).await.unwrap();
    });
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    assert_eq!(certificate(&erasure).kept.len(), 1);
    let (_, keys) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    for key in keys {
        assert!(matches!(process.stores.keys.read(key.slot).await.unwrap(), Slot::Live(_)));
    }
}

/// A key that is moved while its person is erased dies in its new slot too.
#[tokio::test]
async fn a_rotation_in_the_middle_of_an_erasure_saves_no_key() {
    // Steps of an erasure: the tombstone, the destruction, the certificate.
    for step in 0..3 {
        let world = World::new().await;
        let process = world.open().await;
        let person = process.person().await;
        process.message(person.id, "hello").await;
        let before = super::rotation::fingerprints(&process).await;
        let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
        world.faults.interpose(step, async move {
            gate.rotate_account(&operator, operator.account_id()).await.unwrap();
        });
        let erasure = process.erase(&process.operator, person.id).await.unwrap();
        assert!(!world.faults.is_waiting());
        assert!(matches!(erasure.state, ErasureState::Shredded(_)));
        let after = super::rotation::fingerprints(&process).await;
        let bound = super::rotation::bound_to(&before, &after);
        assert_eq!(bound, 0, "step {step}: a key of the erased person lives");
    }
}

/// A key that was moved between the reading of its binding and its own is found where it is now, and one that died
/// in between is no damage.
#[tokio::test]
async fn a_key_moved_or_destroyed_meanwhile_is_no_damage() {
    let world = World::new().await;
    let process = world.open().await;
    for erased in [false, true] {
        for attempt in 0..5 {
            let person = process.person().await;
            let record = process.profile(person.id, "ada@example.org").await;
            let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
            world.faults.interpose_before_key(async move {
                if erased {
                    gate.erase(&operator, person.id).await.unwrap();
                } else {
                    gate.rotate_account(&operator, operator.account_id()).await.unwrap();
                }
            });
            let new = new_record("profile", json!({ "full_name": "Eve" }));
            let outcome = match attempt {
                0 => process.read(record).await.map(drop),
                1 => process.patch(record, None, json!({ "full_name": "Eve" })).await.map(drop),
                2 => {
                    process.create_record(&process.operator, person.id, "support", &new, None).await.map(drop)
                }
                3 => process.delete_record(&process.operator, record, None).await.map(drop),
                _ => process.rule(&process.operator, person.id, "email", "support", None).await.map(drop),
            };
            assert!(!world.faults.is_waiting());
            match outcome {
                Err(GateError::Gone(_)) => assert!(erased, "attempt {attempt}"),
                // A record may be deleted while its person is erased.
                Ok(()) => assert!(!erased || attempt == 3, "attempt {attempt}"),
                Err(error) => panic!("erased {erased}, attempt {attempt}: {error}"),
            }
        }
    }
}

#[tokio::test]
async fn a_class_emptied_and_filled_at_once_keeps_its_key() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let doomed = process.message(person.id, "doomed").await;
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    // Between the removal and the unbinding of the class's key.
    world.faults.interpose(1, async move {
        let new = new_record("message", json!({ "body": "kept" }));
        gate.create_record(&operator, person.id, "support", &new, None).await.unwrap();
    });
    process.delete_record(&process.operator, doomed, None).await.unwrap();
    assert!(!world.faults.is_waiting());
    let left = process.stores.data.records(person.id, None, 9).await.unwrap();
    assert_eq!(process.read(left[0].id).await.unwrap(), json!({ "body": "kept" }));
}

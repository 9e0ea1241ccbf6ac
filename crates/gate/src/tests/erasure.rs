//! Erasing a person: what is gone, what is kept, and the proof.

use audit_log::EntryProof;
use domain::{Certificate, EntryId, Erasure, ErasureState, SubjectState};
use sealing::LeafKey;
use serde_json::json;
use store::key_store::Slot;

use super::world::{Process, World, new_record};
use crate::{GateError, ProofState};

pub(super) fn certificate(erasure: &Erasure) -> &Certificate {
    match &erasure.state {
        ErasureState::Shredded(certificate) | ErasureState::Purged { certificate, .. } => certificate,
        ErasureState::Inaccessible { .. } => panic!("{erasure:?} has no certificate"),
    }
}

/// The proof of an entry under the newest checkpoint, checked against the key of the log.
pub(super) async fn proved(process: &Process, entry: EntryId) -> EntryProof {
    while process.advance_log().await.unwrap() > 0 {}
    let ProofState::Proved(proof) = process.prove(entry).await.unwrap().state else {
        panic!("{entry} is not proved")
    };
    proof.verify(process.log_key()).unwrap();
    proof
}

/// Checks what the holder of a certificate can check alone.
pub(super) async fn holds(process: &Process, erasure: &Erasure) {
    let certificate = certificate(erasure);
    let proof = proved(process, certificate.entry.unwrap()).await;
    let key = LeafKey::from_hex(&certificate.leaf_key).unwrap();
    assert!(key.verify(certificate.detail.as_bytes(), &proof.leaf.commitment));
    assert!(!key.verify(b"another detail", &proof.leaf.commitment));
    assert!(certificate.detail.contains(&erasure.id.to_string()));
}

pub(super) async fn finish(process: &Process) {
    while process.finish_erasures(10).await.unwrap() > 0 {}
}

#[tokio::test]
async fn an_erased_person_is_gone_and_the_certificate_proves_it() {
    let world = World::new().await;
    let process = world.open().await;
    let (person, other) = (process.person().await, process.person().await);
    let records =
        [process.profile(person.id, "ada@example.org").await, process.message(person.id, "hi").await];
    let untouched = process.profile(other.id, "eve@example.org").await;
    let (_, keys) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    assert!(matches!(&erasure.state, ErasureState::Shredded(certificate)
        if certificate.keys_destroyed == 3 && certificate.kept.is_empty() && certificate.clause == 8));
    for key in &keys {
        assert_eq!(process.stores.keys.read(key.slot).await.unwrap(), Slot::Destroyed, "{}", key.class);
    }
    for record in records {
        let gone = process.read(record).await;
        assert!(matches!(gone, Err(GateError::Gone(_))), "{gone:?}");
    }
    let new = new_record("message", json!({ "body": "again" }));
    let gone = process.create_record(&process.operator, person.id, "support", &new, None).await;
    assert!(matches!(gone, Err(GateError::Gone("subject"))), "{gone:?}");
    let gone = process.entries_of(&process.operator, person.id, None, 9).await;
    assert!(matches!(gone, Err(GateError::Gone("subject"))), "{gone:?}");
    holds(&process, &erasure).await;
    process.read(untouched).await.unwrap();
}

#[tokio::test]
async fn erasing_again_answers_with_the_same_erasure() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    process.message(person.id, "hello").await;
    let (one, two) = tokio::join!(
        process.erase(&process.operator, person.id),
        process.erase(&process.operator, person.id)
    );
    let first = one.unwrap();
    assert_eq!(two.unwrap(), first);
    world.pass_days(1);
    assert_eq!(process.erase(&process.operator, person.id).await.unwrap(), first);
    finish(&process).await;
    let purged = process.erase(&process.operator, person.id).await.unwrap();
    assert_eq!(certificate(&purged), certificate(&first));
    assert_eq!(process.erasure(&process.operator, first.id).await.unwrap(), purged);
    let journal = process.stores.keys.journal(0).await.unwrap();
    assert_eq!(journal.len(), 2, "one line a key");
}

#[tokio::test]
async fn the_purge_removes_every_row_and_the_index_of_entries() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let records =
        [process.profile(person.id, "ada@example.org").await, process.message(person.id, "hi").await];
    let entry = process.entries_of(&process.operator, person.id, None, 1).await.unwrap()[0].entry;
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    finish(&process).await;
    let data = &process.stores.data;
    assert!(data.subject(person.id).await.unwrap().is_none());
    assert!(data.records(person.id, None, 9).await.unwrap().is_empty());
    assert!(data.entries_of(person.id, None, 9).await.unwrap().is_empty());
    assert!(data.type_counts(person.id).await.unwrap().is_empty());
    for record in records {
        assert!(data.index_rows(record).await.unwrap().is_empty());
        assert!(matches!(process.read(record).await, Err(GateError::NotFound(_))));
    }
    let purged = process.erasure(&process.operator, erasure.id).await.unwrap();
    assert!(matches!(purged.state, ErasureState::Purged { .. }));
    holds(&process, &purged).await;
    // The entries about the person are still proved, and point at no one.
    proved(&process, entry).await;
    assert_eq!(process.open_entry(&process.operator, entry, Some(person.id)).await.unwrap(), None);
}

#[tokio::test]
async fn what_an_exception_keeps_stays_sealed_until_its_own_end() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let log = process.access_log(person.id).await;
    process.profile(person.id, "ada@example.org").await;
    let end = process.stores.data.record(log).await.unwrap().unwrap().record.metadata.expires_at;
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    let kept = &certificate(&erasure).kept;
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].record_type.as_str(), kept[0].exception.as_str()), ("access_log", "network"));
    assert_eq!((kept[0].records, kept[0].until), (1, end));
    finish(&process).await;
    let left = process.stores.data.records(person.id, None, 9).await.unwrap();
    assert_eq!(left.iter().map(|record| record.id).collect::<Vec<_>>(), [log]);
    let (subject, keys) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    assert_eq!((subject.state, keys.len()), (SubjectState::Erased, 2));
    let gone = process.read_record(&process.operator, log, "security", None).await;
    assert!(matches!(gone, Err(GateError::Gone(_))), "{gone:?}");
    world.pass_days(91);
    assert_eq!(process.expire(10).await.unwrap(), 1);
    for key in &keys {
        assert_eq!(process.stores.keys.read(key.slot).await.unwrap(), Slot::Destroyed, "{}", key.class);
    }
    assert!(process.stores.data.subject(person.id).await.unwrap().is_none());
    assert!(process.stores.data.entries_of(person.id, None, 9).await.unwrap().is_empty());
    holds(&process, &process.erasure(&process.operator, erasure.id).await.unwrap()).await;
}

#[tokio::test]
async fn what_was_kept_may_be_over_before_the_rest_is_purged() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    process.access_log(person.id).await;
    process.profile(person.id, "ada@example.org").await;
    let (_, keys) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    process.erase(&process.operator, person.id).await.unwrap();
    world.pass_days(91);
    assert_eq!(process.expire(10).await.unwrap(), 1);
    finish(&process).await;
    for key in &keys {
        assert_eq!(process.stores.keys.read(key.slot).await.unwrap(), Slot::Destroyed, "{}", key.class);
    }
    assert!(process.stores.data.subject(person.id).await.unwrap().is_none());
    assert!(process.stores.data.entries_of(person.id, None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn someone_of_whom_nothing_is_held_is_erased_too() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    assert_eq!(certificate(&erasure).keys_destroyed, 1);
    finish(&process).await;
    holds(&process, &process.erasure(&process.operator, erasure.id).await.unwrap()).await;
}

#[tokio::test]
async fn erasing_does_not_need_a_key_that_is_lost_already() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    process.message(person.id, "hello").await;
    super::damage::lose_key(&process, person.id, "archive").await;
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    holds(&process, &erasure).await;
}

//! Rotating keys while everything goes on.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::RecordId;
use serde_json::json;
use store::key_store::{Slot, SlotNumber};

use super::world::{Process, World};
use crate::{Gate, GateError, OpenError, RootKey};

/// The live slots of the operator's account, each with something that tells its key from others, and the class and
/// subject that it is bound to.
pub(super) async fn fingerprints(process: &Process) -> HashMap<SlotNumber, (String, bool)> {
    let account = process.account_id();
    let bound: HashSet<SlotNumber> = process
        .stores
        .data
        .key_bindings(account, None, 10_000)
        .await
        .unwrap()
        .iter()
        .map(|key| key.slot)
        .collect();
    let mut live = HashMap::new();
    for number in 4..process.stores.keys.reserve(0).await.unwrap().0 {
        let slot = SlotNumber(number);
        if let Some(key) = process.gate.keyring.find(account, slot).await.unwrap() {
            let fingerprint = key.audit_key().leaf_key([0; 16]).to_hex();
            live.insert(slot, (fingerprint, bound.contains(&slot)));
        }
    }
    live
}

/// How many keys that were bound `before` live `after`, in whatever slot.
pub(super) fn bound_to(
    before: &HashMap<SlotNumber, (String, bool)>,
    after: &HashMap<SlotNumber, (String, bool)>,
) -> usize {
    let alive: HashSet<&String> = after.values().map(|(fingerprint, _)| fingerprint).collect();
    before.values().filter(|(fingerprint, bound)| *bound && alive.contains(fingerprint)).count()
}

/// Asserts that no key lives in two slots.
pub(super) async fn no_key_has_a_copy(process: &Process) {
    let live = fingerprints(process).await;
    let different: HashSet<&String> = live.values().map(|(fingerprint, _)| fingerprint).collect();
    assert_eq!(different.len(), live.len(), "a key lives in two slots");
}

async fn wrapped_under(process: &Process, record: RecordId) -> u32 {
    let held = process.stores.data.record(record).await.unwrap().unwrap();
    let binding = held.keys.iter().find(|key| key.class == held.record.class).unwrap();
    process.gate.keyring.wrapped_under(binding.slot).await.unwrap().unwrap()
}

#[tokio::test]
async fn every_key_moves_and_the_old_slots_are_destroyed() {
    let world = World::new().await;
    let process = world.open().await;
    let mut records = Vec::new();
    for number in 0..5 {
        let person = process.person().await;
        records.push(process.profile(person.id, &format!("person{number}@example.org")).await);
    }
    let before = process.stores.data.key_bindings(process.account_id(), None, 99).await.unwrap();
    let moved = process.rotate_account(&process.operator, process.account_id()).await.unwrap();
    assert_eq!(moved, 10);
    for key in &before {
        assert_eq!(process.stores.keys.read(key.slot).await.unwrap(), Slot::Destroyed);
    }
    no_key_has_a_copy(&process).await;
    assert!(process.stores.data.condemned_slots(9).await.unwrap().is_empty());
    drop(process);
    let process = world.open().await;
    for record in records {
        assert_eq!(wrapped_under(&process, record).await, 2);
        process.read(record).await.unwrap();
    }
    assert_eq!(process.found("person3@example.org").await.len(), 1, "the index is read under both versions");
    let late = process.person().await;
    let record = process.profile(late.id, "late@example.org").await;
    assert_eq!(wrapped_under(&process, record).await, 2);
}

#[tokio::test]
async fn the_index_follows_a_patch_after_a_rotation() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "old@example.org").await;
    process.rotate_account(&process.operator, process.account_id()).await.unwrap();
    process.patch(record, None, json!({ "email": "new@example.org" })).await.unwrap();
    assert!(process.found("old@example.org").await.is_empty());
    assert_eq!(process.found("new@example.org").await, [person.id]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_and_writes_go_on_while_keys_move() {
    let world = World::new().await;
    let process = Arc::new(world.open().await);
    let mut records = Vec::new();
    for number in 0..12 {
        let person = process.person().await;
        records.push(process.profile(person.id, &format!("person{number}@example.org")).await);
    }
    let mut work = tokio::task::JoinSet::new();
    for (number, record) in records.iter().copied().enumerate() {
        let process = Arc::clone(&process);
        work.spawn(async move {
            for round in 0..6 {
                process.read(record).await.unwrap_or_else(|error| panic!("read {number}.{round}: {error}"));
                let patch = json!({ "full_name": format!("Name {round}") });
                process.patch(record, None, patch).await.unwrap();
                let person = process.person().await;
                let stored = process.message(person.id, "hello").await;
                process.read(stored).await.unwrap();
                process.delete_record(&process.operator, stored, None).await.unwrap();
            }
        });
    }
    for _ in 0..3 {
        process.rotate_account(&process.operator, process.account_id()).await.unwrap();
    }
    while let Some(done) = work.join_next().await {
        done.unwrap();
    }
    no_key_has_a_copy(&process).await;
    drop(Arc::into_inner(process).unwrap());
    let process = world.open().await;
    for record in records {
        assert_eq!(process.read(record).await.unwrap()["full_name"], "Name 5");
    }
}

#[tokio::test]
async fn a_new_root_key_opens_what_the_old_one_opens_no_more() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    process.rotate_account(&process.operator, client.account_id()).await.unwrap();
    let new = RootKey::generate(&*world.ambient.randomness);
    process.rotate_root(&process.operator, &new).await.unwrap();
    // A process that still has the old one could make what nobody opens: it decides nothing any more.
    assert!(matches!(process.read(record).await, Err(GateError::Damaged(_))));
    let log_key = process.log_key().to_string();
    drop(process);
    let opened = Gate::open(world.stores(), world.ambient.clone(), Arc::clone(&world.root)).await;
    assert!(matches!(opened, Err(OpenError::WrongRootKey)));
    let world = World { root: Arc::new(new), ..world };
    let process = world.open().await;
    process.read(record).await.unwrap();
    assert_eq!(process.log_key().to_string(), log_key);
}

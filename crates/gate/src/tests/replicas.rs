//! Two processes over the same stores: what one changes binds on the other at its next decision.

use std::sync::Arc;

use domain::{ErasureState, Scope};
use jiff::SignedDuration;
use serde_json::json;
use store::key_store::Slot;

use super::world::{POLICY, Process, World, new_record};
use crate::{Caller, GateError, KeyRequest, Stored};

const LASTS: SignedDuration = SignedDuration::from_secs(10);

async fn key_of(process: &Process, scopes: &'static [Scope]) -> (domain::KeyId, String) {
    let request = KeyRequest { name: "key", scopes, expires_at: None };
    let made = process.create_key(&process.operator, process.account_id(), &request, None).await.unwrap();
    (made.key.id, made.secret.unwrap())
}

#[tokio::test]
async fn a_policy_published_by_one_binds_on_the_other_at_its_next_decision() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let person = one.person().await;
    let record = one.profile(person.id, "ada@example.org").await;
    other.read(record).await.unwrap();
    let published = one.publish_policy(&one.operator, POLICY, None).await.unwrap();
    assert_eq!(published.number, 2);
    other.read(record).await.unwrap();
    let version = other.policy(other.account_id()).unwrap().operator.number;
    assert_eq!(version, 2, "the decision was made under what is in force");
}

#[tokio::test]
async fn a_key_made_by_one_opens_the_other_and_one_revoked_does_not() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let person = one.person().await;
    let record = one.profile(person.id, "ada@example.org").await;
    let (id, secret) = key_of(&one, &[Scope::DataRead]).await;
    let caller = other.authenticate(&secret).await.expect("a key that the other has made");
    other.read_record(&caller, record, "support", None).await.unwrap();
    one.revoke_key(&one.operator, id).await.unwrap();
    // The other has not heard of it, and still knows the key; nothing is decided for it.
    let read = other.read_record(&caller, record, "support", None).await;
    assert!(matches!(read, Err(GateError::Revoked)), "{:?}", read.map(|_| ()));
    assert!(other.authenticate(&secret).await.is_none());
}

#[tokio::test]
async fn strangers_do_not_make_a_process_look_again_and_again() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let invented = format!("bailee_{}", "0".repeat(96));
    assert!(other.authenticate(&invented).await.is_none());
    let (_, secret) = key_of(&one, &[Scope::DataRead]).await;
    assert!(other.authenticate(&secret).await.is_none(), "it was looked a moment ago");
    world.pass(SignedDuration::from_millis(100));
    assert!(other.authenticate(&secret).await.is_some());
}

#[tokio::test]
async fn an_account_opened_and_rotated_by_one_is_served_by_the_other() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let client = one.client().await;
    let client = Caller::system(other.known_account(client.account_id()).await.unwrap());
    assert!(client.account.accepted_policy.is_some());
    let person = other.person_for(&client, "end_user").await;
    one.rotate_account(&one.operator, client.account_id()).await.unwrap();
    // Under the new version, which the other has to unwrap first.
    let again = one.person_for(&client, "end_user").await;
    for subject in [person.id, again.id] {
        other.rule(&client, subject, "email", "support", None).await.unwrap();
    }
}

#[tokio::test]
async fn an_erasure_on_one_ends_all_reading_on_the_other() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let person = one.person().await;
    let record = one.profile(person.id, "ada@example.org").await;
    other.read(record).await.unwrap();
    // Between the other's reading of the record and its commit.
    let (gate, operator) = (Arc::clone(&one.gate), one.operator.clone());
    world.faults.interpose(0, async move {
        gate.erase(&operator, person.id).await.unwrap();
    });
    assert!(matches!(other.read(record).await, Err(GateError::Gone(_))));
    let erasure = other.erase(&other.operator, person.id).await.unwrap();
    assert!(matches!(erasure.state, ErasureState::Shredded(_)), "asking the other finds the same erasure");
}

#[tokio::test]
async fn what_both_write_is_one_history() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let mut written = Vec::new();
    for process in [&one, &other, &one, &other] {
        let person = process.person().await;
        let Stored { entry, .. } = process.store(person.id, "message", json!({ "body": "hello" })).await;
        written.push(entry);
        while process.advance_log().await.unwrap() > 0 {}
    }
    let size = one.log_size().await.unwrap();
    assert_eq!(one.entries().await as u64, size);
    for (entry, process) in written.into_iter().zip([&other, &one, &other, &one]) {
        let crate::ProofState::Proved(proof) = process.prove(entry).await.unwrap().state else {
            panic!("{entry} is pending")
        };
        proof.verify(process.log_key()).unwrap();
    }
}

#[tokio::test]
async fn a_job_is_one_processs_until_its_lease_ends() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    assert!(one.holds_lease("expiry", LASTS).await.unwrap());
    assert!(!other.holds_lease("expiry", LASTS).await.unwrap());
    world.pass(SignedDuration::from_secs(6));
    assert!(one.holds_lease("expiry", LASTS).await.unwrap(), "renewed: half of its time is over");
    world.pass(SignedDuration::from_secs(6));
    assert!(!other.holds_lease("expiry", LASTS).await.unwrap());
    // The one is lost.
    world.pass(LASTS);
    assert!(other.holds_lease("expiry", LASTS).await.unwrap());
    assert!(!one.holds_lease("expiry", LASTS).await.unwrap(), "and comes back");
    other.return_leases().await.unwrap();
    assert!(one.holds_lease("expiry", LASTS).await.unwrap(), "given back, nobody waits for its end");
}

/// Steps of a rotation of one key: the new version, the lease, the condemning, the filling, the binding, the
/// destruction of what is left, its release. Wherever another process takes the lease and destroys what is condemned,
/// each key is where its binding says, and no condemned slot holds one.
#[tokio::test]
async fn a_rotation_overtaken_by_another_process_loses_no_key() {
    for step in 2..7 {
        let world = World::new().await;
        let [one, other] = world.open_two().await;
        let person = one.person().await;
        let record = one.profile(person.id, "ada@example.org").await;
        let (gate, clock) = (Arc::clone(&other.gate), Arc::clone(&world.clock));
        world.faults.interpose(step, async move {
            // The one is paused for so long that its lease is over.
            clock.forward(SignedDuration::from_secs(60));
            gate.finish_shredding().await.unwrap();
        });
        drop(one.rotate_account(&one.operator, one.account_id()).await);
        assert!(!world.faults.is_waiting(), "step {step}");
        world.pass(SignedDuration::from_secs(60));
        other.finish_shredding().await.unwrap();
        assert_eq!(other.read(record).await.unwrap()["email"], "ada@example.org", "step {step}");
        let (_, bindings) = one.stores.data.subject(person.id).await.unwrap().unwrap();
        for binding in bindings {
            let slot = one.stores.keys.read(binding.slot).await.unwrap();
            assert!(matches!(slot, Slot::Live(_)), "step {step}: {slot:?}");
        }
        assert_eq!(one.stores.data.condemned_slots(9).await.unwrap(), [], "step {step}");
    }
}

#[tokio::test]
async fn two_that_write_at_once_about_one_person_lose_nothing() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let person = one.person().await;
    let new = || new_record("message", json!({ "body": "hello" }));
    for _ in 0..10 {
        let (mine, theirs) = (new(), new());
        let both = tokio::join!(
            one.create_record(&one.operator, person.id, "support", &mine, None),
            other.create_record(&other.operator, person.id, "support", &theirs, None),
        );
        both.0.unwrap();
        both.1.unwrap();
    }
    let counts = one.stores.data.type_counts(person.id).await.unwrap();
    assert_eq!(counts[0].records, 20);
}

#[tokio::test]
async fn a_key_that_another_process_has_revoked_deletes_nothing() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let person = one.person().await;
    let record = one.profile(person.id, "ada@example.org").await;
    let (id, secret) = key_of(&one, &[Scope::DataWrite]).await;
    let caller = other.authenticate(&secret).await.unwrap();
    one.revoke_key(&one.operator, id).await.unwrap();
    let deleted = other.delete_record(&caller, record, None).await;
    assert!(matches!(deleted, Err(GateError::Revoked)), "{deleted:?}");
    one.read(record).await.unwrap();
}

/// A look-up that finds nobody commits nothing, and is right all the same.
#[tokio::test]
async fn a_lookup_is_made_under_what_another_process_has_changed() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    one.rotate_account(&one.operator, one.account_id()).await.unwrap();
    let person = one.person().await;
    one.profile(person.id, "ada@example.org").await;
    assert_eq!(
        other.found("ada@example.org").await,
        [person.id],
        "indexed under a key that is new to the other"
    );
    assert!(other.found("eve@example.org").await.is_empty());
    let (id, secret) = key_of(&one, &[Scope::DataRead]).await;
    let caller = other.authenticate(&secret).await.unwrap();
    one.revoke_key(&one.operator, id).await.unwrap();
    let found = other.lookup(&caller, "email", "eve@example.org", "support").await;
    assert!(matches!(found, Err(GateError::Revoked)), "{found:?}");
}

/// What an account needs before its first request may be done through any process.
#[tokio::test]
async fn an_account_is_set_up_through_whichever_process() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let opened = one.open_account(&one.operator, "Client", None).await.unwrap();
    let request = KeyRequest { name: "key", scopes: &[Scope::DataRead], expires_at: None };
    let made = other.create_key(&other.operator, opened.id, &request, None).await.unwrap();
    let secret = made.secret.unwrap();
    assert!(!one.has_accepted(one.authenticate(&secret).await.unwrap().account_id()));
    world.pass(SignedDuration::from_secs(1));
    other.accept_policy(&other.operator, opened.id, None).await.unwrap();
    assert!(one.has_accepted(one.authenticate(&secret).await.unwrap().account_id()));
    one.revoke_key(&one.operator, made.key.id).await.unwrap();
    assert!(one.authenticate(&secret).await.is_none());
}

#[tokio::test]
async fn a_request_is_recognised_by_a_process_that_did_not_see_the_first() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let replay = |key: u8| super::repetition::replay(&one, &[key], b"body");
    let opened = one.open_account(&one.operator, "Client", Some(&replay(1))).await.unwrap();
    assert_eq!(other.open_account(&other.operator, "Client", Some(&replay(1))).await.unwrap().id, opened.id);
    let request = KeyRequest { name: "key", scopes: &[Scope::DataRead], expires_at: None };
    let made = one.create_key(&one.operator, opened.id, &request, Some(&replay(2))).await.unwrap();
    let again = other.create_key(&other.operator, opened.id, &request, Some(&replay(2))).await.unwrap();
    assert!(again.key.id == made.key.id && again.secret.is_none());
    one.publish_policy(&one.operator, POLICY, Some(&replay(3))).await.unwrap();
    let again = other.publish_policy(&other.operator, POLICY, Some(&replay(3))).await.unwrap();
    assert_eq!(again.number, 2);
}

/// However many were overtaken by one change.
#[tokio::test]
async fn many_that_were_overtaken_at_once_all_succeed() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let person = other.person().await;
    let record = other.profile(person.id, "ada@example.org").await;
    one.publish_policy(&one.operator, POLICY, None).await.unwrap();
    let mut reads = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (gate, operator) = (Arc::clone(&other.gate), other.operator.clone());
        reads.spawn(async move { gate.read_record(&operator, record, "support", None).await.map(drop) });
    }
    while let Some(read) = reads.join_next().await {
        read.unwrap().unwrap();
    }
}

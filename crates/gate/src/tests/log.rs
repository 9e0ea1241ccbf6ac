//! The audit log: every entry gets its place and its proof, however the process ends.

use audit_log::{Checkpoint, Hash, Tree, consistency_proof, leaf_hash, verify_consistency};

use super::{
    erasure::proved,
    world::{Process, World},
};
use crate::{GateError, ProofState, log::Tiles};

async fn checkpoint(process: &Process) -> Checkpoint {
    Checkpoint::open(&process.checkpoint().await.unwrap(), process.log_key()).unwrap()
}

/// The root over the leaves as they are published.
async fn recomputed(process: &Process) -> Checkpoint {
    let signed = checkpoint(process).await;
    let mut tree = Tree::empty();
    for leaf in process.log_leaves(0, signed.size).await.unwrap() {
        tree.append(leaf_hash(&leaf));
    }
    Checkpoint { root: tree.root(), ..signed }
}

async fn consistency(process: &Process, old: u64, new: u64) -> Vec<Hash> {
    let proof = Tiles::default().complete(&*process.stores.data, |tiles| consistency_proof(tiles, old, new));
    proof.await.unwrap().unwrap()
}

async fn advance(process: &Process) {
    while process.advance_log().await.unwrap() > 0 {}
}

#[tokio::test]
async fn an_entry_is_pending_and_then_proved() {
    let world = World::new().await;
    let process = world.open().await;
    assert_eq!(checkpoint(&process).await.size, 0);
    let person = process.person().await;
    let entry = process.entries_of(&process.operator, person.id, None, 1).await.unwrap()[0].entry;
    assert!(matches!(process.prove(entry).await.unwrap().state, ProofState::Pending));
    let proof = proved(&process, entry).await;
    assert_eq!(proof.checkpoint, process.checkpoint().await.unwrap());
    assert_eq!(process.prove_at(proof.index).await.unwrap().entry, entry);
    let absent = process.prove_at(proof.size).await;
    assert!(matches!(absent, Err(GateError::NotFound("entry"))), "{absent:?}");
}

#[tokio::test]
async fn the_checkpoint_is_over_all_entries_and_only_grows() {
    let world = World::new().await;
    let mut known: Option<Checkpoint> = None;
    for round in 0..4 {
        // Each round in a process of its own, which has to find the tree again.
        let process = world.open().await;
        for _ in 0..=(round * 3) {
            process.person().await;
        }
        advance(&process).await;
        let signed = checkpoint(&process).await;
        assert_eq!(signed.size, process.entries().await as u64);
        assert_eq!(recomputed(&process).await, signed);
        if let Some(known) = known {
            let proof = consistency(&process, known.size, signed.size).await;
            verify_consistency(known.size, known.root, signed.size, signed.root, &proof).unwrap();
        }
        known = Some(signed);
        assert_eq!(process.advance_log().await.unwrap(), 0);
        assert_eq!(checkpoint(&process).await.size, process.entries().await as u64);
    }
}

#[tokio::test]
async fn every_entry_is_proved_across_a_full_tile() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    for _ in 0..270 {
        process.rule(&process.operator, person.id, "email", "support", None).await.unwrap();
    }
    advance(&process).await;
    let signed = recomputed(&process).await;
    assert_eq!(signed, checkpoint(&process).await);
    for index in [0, 1, 254, 255, 256, 257, signed.size - 1] {
        let ProofState::Proved(proof) = process.prove_at(index).await.unwrap().state else { panic!() };
        proof.verify(process.log_key()).unwrap();
    }
    assert_eq!(process.log_tile(0, 0, 256).await.unwrap().len(), 8_192);
    assert_eq!(process.log_tile(0, 1, 3).await.unwrap().len(), 96);
    let missing = process.log_tile(0, 1, 200).await;
    assert!(matches!(missing, Err(GateError::NotFound("tile"))), "{missing:?}");
}

#[tokio::test]
async fn a_crash_before_signing_is_healed_by_the_next_step() {
    for unheard in [false, true] {
        for step in 0..2 {
            let world = World::new().await;
            let process = world.open().await;
            let person = process.person().await;
            world.faults.end_after(step, unheard);
            assert!(process.advance_log().await.is_err());
            drop(process);
            let process = world.open().await;
            advance(&process).await;
            let signed = checkpoint(&process).await;
            assert_eq!((signed.size, recomputed(&process).await), (2, signed.clone()), "step {step}");
            let entry = process.entries_of(&process.operator, person.id, None, 1).await.unwrap()[0].entry;
            proved(&process, entry).await;
        }
    }
}

/// The same process goes on after a store that failed for a moment.
#[tokio::test]
async fn a_step_that_failed_is_made_good_without_reopening() {
    let world = World::new().await;
    let process = world.open().await;
    for step in 0..2 {
        process.person().await;
        world.faults.end_after(step, true);
        assert!(process.advance_log().await.is_err());
        world.faults.clear();
        advance(&process).await;
        assert_eq!(recomputed(&process).await, checkpoint(&process).await);
        assert_eq!(checkpoint(&process).await.size, process.entries().await as u64);
    }
}

/// A process that was overtaken does not publish a checkpoint that goes back.
#[tokio::test]
async fn who_was_overtaken_publishes_nothing() {
    let world = World::new().await;
    let process = world.open().await;
    process.person().await;
    let data = std::sync::Arc::clone(&process.stores.data);
    // Another one moves the log on, and publishes, between the two commits of a step.
    world.faults.interpose(1, async move {
        let state = data.log_state().await.unwrap();
        let change = store::Change::AdvanceLog { placed: Vec::new(), tiles: Vec::new(), size: state.size };
        let publish = store::Change::PutCheckpoint("newer".to_owned());
        let unit = store::Unit { changes: vec![change, publish], ..store::Unit::default() };
        data.commit(unit).await.unwrap();
    });
    process.advance_log().await.unwrap();
    assert_eq!(process.checkpoint().await.unwrap(), "newer");
}

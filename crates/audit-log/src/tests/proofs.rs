//! Inclusion and consistency proofs, and the proof of an entry as JSON.

use proptest::prelude::*;
use tlog_tiles::{Hash as OtherHash, check_record, check_tree, prove_record, prove_tree};

use super::fixture::{Memory, Pair, leaf, signing_key};
use crate::{
    Checkpoint, EntryProof, EntryProofError, Hash, LogReader, ProofError, consistency_proof, inclusion_proof,
    verify_consistency, verify_inclusion,
};

fn ours(proof: &[OtherHash]) -> Vec<Hash> {
    proof.iter().map(|hash| Hash(hash.0)).collect()
}

fn theirs(proof: &[Hash]) -> Vec<OtherHash> {
    proof.iter().map(|hash| OtherHash(hash.0)).collect()
}

/// The proof made longer, shorter, reordered and with one bit changed.
fn spoilt(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut spoilt = vec![[proof, &[Hash([7; 32])]].concat()];
    if let [first, rest @ ..] = proof {
        spoilt.push(rest.to_vec());
        spoilt.push(proof[..proof.len() - 1].to_vec());
        spoilt.push([&[Hash(first.0.map(|byte| byte ^ 1))], rest].concat());
    }
    if proof.len() > 1 {
        spoilt.push(proof.iter().rev().copied().collect());
    }
    spoilt
}

fn check_inclusion(pair: &Pair, size: u64, index: u64) {
    let (root, hash) = (pair.other.root(size), leaf(index, 0).hash());
    let proof = inclusion_proof(&pair.tiles, size, index).unwrap();
    assert_eq!(proof, ours(&prove_record(size, index, &pair.other).unwrap()), "entry {index} of {size}");
    verify_inclusion(hash, index, size, &proof, root).unwrap();
    check_record(&theirs(&proof), size, OtherHash(root.0), index, OtherHash(hash.0)).unwrap();
    for spoilt in spoilt(&proof) {
        assert!(verify_inclusion(hash, index, size, &spoilt, root).is_err(), "entry {index} of {size}");
    }
    for other in [index.wrapping_sub(1), index + 1] {
        assert!(verify_inclusion(hash, other, size, &proof, root).is_err(), "{index} of {size} as {other}");
    }
}

fn check_consistency(pair: &Pair, old: u64, new: u64) {
    let (old_root, new_root) = (pair.other.root(old), pair.other.root(new));
    let proof = consistency_proof(&pair.tiles, old, new).unwrap();
    assert_eq!(proof, ours(&prove_tree(new, old, &pair.other).unwrap()), "{old} to {new}");
    verify_consistency(old, old_root, new, new_root, &proof).unwrap();
    check_tree(&theirs(&proof), new, OtherHash(new_root.0), old, OtherHash(old_root.0)).unwrap();
    for spoilt in spoilt(&proof) {
        assert!(verify_consistency(old, old_root, new, new_root, &spoilt).is_err(), "{old} to {new}");
    }
    assert!(verify_consistency(old, Hash([7; 32]), new, new_root, &proof).is_err());
    assert!(verify_consistency(old, old_root, new, Hash([7; 32]), &proof).is_err());
}

#[test]
fn small_trees_exhaustively() {
    let pair = Pair::of_size(33);
    for size in 1..=33 {
        (0..size).for_each(|index| check_inclusion(&pair, size, index));
        (1..=size).for_each(|old| check_consistency(&pair, old, size));
    }
}

#[test]
fn the_empty_tree_is_the_beginning_of_every_tree() {
    let (empty, root) = (Hash::of_empty_tree(), leaf(0, 0).hash());
    verify_consistency(0, empty, 1, root, &[]).unwrap();
    assert!(matches!(verify_consistency(0, root, 1, root, &[]), Err(ProofError::Mismatch)));
    assert!(matches!(verify_consistency(0, empty, 1, root, &[root]), Err(ProofError::Length)));
    assert!(matches!(verify_consistency(2, root, 1, root, &[]), Err(ProofError::Backwards { .. })));
    assert!(matches!(verify_inclusion(root, 0, 0, &[], empty), Err(ProofError::Outside { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn larger_trees(size in 1_u64..2000, parts in prop::collection::vec((0.0..1.0, 0.0..1.0), 12)) {
        let pair = Pair::of_size(size);
        for (first, second) in parts {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
                reason = "any number below the bound will do")]
            let below = |bound: u64, part: f64| ((bound as f64 * part) as u64).min(bound - 1);
            // The tiles are those of the whole log: a source may hold wider ones than a smaller tree needs.
            let tree_size = 1 + below(size, first);
            check_inclusion(&pair, tree_size, below(tree_size, second));
            check_consistency(&pair, 1 + below(tree_size, second), tree_size);
        }
    }

    #[test]
    fn any_proof_is_refused_without_a_panic(
        numbers: [u64; 2], proof in prop::collection::vec(any::<[u8; 32]>(), 0..70), root: [u8; 32],
    ) {
        let proof: Vec<Hash> = proof.into_iter().map(Hash).collect();
        let [first, second] = numbers;
        prop_assert!(verify_inclusion(Hash([1; 32]), first, second, &proof, Hash(root)).is_err());
        prop_assert!(verify_consistency(first, Hash([1; 32]), second, Hash(root), &proof).is_err());
    }
}

fn entry_proof() -> EntryProof {
    let (pair, log) = (Pair::of_size(300), Memory::of_size(300));
    EntryProof::new(&pair.tiles, leaf(123, 0), 123, 300, LogReader::checkpoint(&log).unwrap()).unwrap()
}

#[test]
fn the_holder_of_an_entry_proof_needs_only_the_key() {
    let key = signing_key();
    let json = serde_json::to_string(&entry_proof()).unwrap();
    let proof: EntryProof = serde_json::from_str(&json).unwrap();
    let checkpoint = proof.verify(key.verifying_key()).unwrap();
    assert_eq!((checkpoint.size, proof), (300, entry_proof()));
}

#[test]
fn an_entry_proof_about_anything_else_is_refused() {
    let key = signing_key();
    let verify = |change: fn(&mut EntryProof)| {
        let mut proof = entry_proof();
        change(&mut proof);
        proof.verify(key.verifying_key()).unwrap_err()
    };
    let mismatch = verify(|proof| proof.leaf.minute += 1);
    assert!(matches!(mismatch, EntryProofError::Proof(ProofError::Mismatch)), "{mismatch}");
    assert!(matches!(verify(|proof| proof.index = 300), EntryProofError::Proof(ProofError::Outside { .. })));
    assert!(matches!(verify(|proof| proof.size = 299), EntryProofError::Size { claimed: 299, signed: 300 }));
    let other_log = verify(|proof| proof.checkpoint = Checkpoint::sign(300, Hash([0; 32]), &signing_key()));
    assert!(matches!(other_log, EntryProofError::Proof(ProofError::Mismatch)), "{other_log}");
    assert!(matches!(verify(|proof| proof.checkpoint.truncate(9)), EntryProofError::Checkpoint(_)));
}

#[test]
fn an_entry_proof_has_one_spelling() {
    let json = serde_json::to_string(&entry_proof()).unwrap();
    let read = |json: &str| serde_json::from_str::<EntryProof>(json);
    assert!(read(&json.replacen('{', "{\"more\":1,", 1)).is_err());
    let start = json.find("\"leaf\":\"").unwrap() + 8;
    assert!(read(&format!("{}AAAA{}", &json[..start], &json[start..])).is_err(), "44 bytes are no leaf");
}

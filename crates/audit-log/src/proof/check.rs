//! Checking proofs, with nothing but the roots.

use super::ProofError;
use crate::hash::{Hash, node_hash};

/// Checks that the tree of `size` entries with `root` holds `leaf` at `index` (RFC 9162, section 2.1.3.2).
///
/// # Errors
/// [`ProofError::Outside`], [`ProofError::Length`] or [`ProofError::Mismatch`].
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Outside { index, size });
    }
    let (mut place, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if is_right(place) || place == last {
            hash = node_hash(*sibling, hash);
            climb_past_missing_siblings(&mut place, &mut last);
        } else {
            hash = node_hash(hash, *sibling);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    match last {
        0 if hash == root => Ok(()),
        0 => Err(ProofError::Mismatch),
        _ => Err(ProofError::Length),
    }
}

/// Checks that the tree of `old` entries with `old_root` is the beginning of the tree of `new` entries with
/// `new_root` (RFC 9162, section 2.1.4.2).
///
/// # Errors
/// [`ProofError::Backwards`], [`ProofError::Length`] or [`ProofError::Mismatch`].
pub fn verify_consistency(
    old: u64,
    old_root: Hash,
    new: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Backwards { old, new });
    }
    if old == 0 || old == new {
        let expected = if old == 0 { Hash::of_empty_tree() } else { new_root };
        return match proof {
            [] if old_root == expected => Ok(()),
            [] => Err(ProofError::Mismatch),
            _ => Err(ProofError::Length),
        };
    }
    let (seed, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().map(|(seed, rest)| (*seed, rest)).ok_or(ProofError::Length)?
    };
    let (from_old, from_new) = climb_both(old, new, seed, rest)?;
    if from_old == old_root && from_new == new_root { Ok(()) } else { Err(ProofError::Mismatch) }
}

/// The roots of the old and the new tree as the proof has them.
fn climb_both(old: u64, new: u64, seed: Hash, proof: &[Hash]) -> Result<(Hash, Hash), ProofError> {
    let shared = (old - 1).trailing_ones();
    let (mut place, mut last) = ((old - 1) >> shared, (new - 1) >> shared);
    let (mut from_old, mut from_new) = (seed, seed);
    for hash in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if is_right(place) || place == last {
            from_old = node_hash(*hash, from_old);
            from_new = node_hash(*hash, from_new);
            climb_past_missing_siblings(&mut place, &mut last);
        } else {
            from_new = node_hash(from_new, *hash);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    if last == 0 { Ok((from_old, from_new)) } else { Err(ProofError::Length) }
}

fn is_right(place: u64) -> bool {
    place & 1 == 1
}

/// At the right edge a node without a sibling is carried upwards unchanged.
fn climb_past_missing_siblings(place: &mut u64, last: &mut u64) {
    while !is_right(*place) && *place != 0 {
        (*place, *last) = (*place >> 1, *last >> 1);
    }
}

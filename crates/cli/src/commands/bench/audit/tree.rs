//! The log in memory: hashes, the tree and its tiles, and proofs.

use std::{collections::HashMap, hint::black_box, time::Instant};

use audit_log::{
    Hash, Leaf, ReadError, Tile, TileSource, Tree, inclusion_proof, leaf_hash, verify_inclusion,
};
use ring::digest::{SHA256, digest};

use super::{ROUNDS, Rate};
use crate::commands::bench::dice::{Dice, mix};

/// Proofs of each round.
const PROOFS: u32 = 20_000;
/// Entries after which the changed tiles are taken, as the server does when it signs.
const STEP: usize = 4096;
/// What a node is the hash of: a byte and two hashes.
const NODE: [u8; 65] = [1; 65];

/// What was measured.
#[derive(Default)]
pub(super) struct Bare {
    /// Leaves put into the tree, tiles and all.
    pub(super) appended: Rate,
    /// The same bytes hashed, and nothing else.
    pub(super) hashed: Rate,
    pub(super) proved: Rate,
    /// The nodes of a proof's path hashed, and nothing else.
    pub(super) paths: Rate,
}

impl Bare {
    /// Measures with a tree of so many entries.
    ///
    /// # Errors
    /// A proof does not hold.
    pub(super) fn measure(entries: u32) -> anyhow::Result<Self> {
        let leaves: Vec<_> = (0..u64::from(entries)).map(|number| leaf(number).encode()).collect();
        let mut bare = Self::default();
        for round in 0..ROUNDS {
            let begun = Instant::now();
            for leaf in &leaves {
                black_box(digest(&SHA256, leaf));
            }
            bare.hashed.add(leaves.len() as u64, begun);
            let (begun, mut log) = (Instant::now(), Log::default());
            for some in leaves.chunks(STEP) {
                log.append(some);
            }
            bare.appended.add(leaves.len() as u64, begun);
            bare.prove(&log, &leaves, Dice::new(u64::from(round)))?;
        }
        Ok(bare)
    }

    fn prove<L: AsRef<[u8]>>(&mut self, log: &Log, leaves: &[L], mut dice: Dice) -> anyhow::Result<()> {
        let (size, root) = (log.tree.size(), log.tree.root());
        let chosen: Vec<usize> = (0..PROOFS).map(|_| dice.below(leaves.len())).collect();
        let (begun, mut proofs) = (Instant::now(), Vec::with_capacity(chosen.len()));
        for index in &chosen {
            proofs.push(inclusion_proof(log, size, *index as u64)?);
        }
        self.proved.add(proofs.len() as u64, begun);
        let begun = Instant::now();
        for proof in &proofs {
            for _ in proof {
                black_box(digest(&SHA256, &NODE));
            }
        }
        self.paths.add(proofs.len() as u64, begun);
        for (index, proof) in chosen.iter().zip(&proofs) {
            verify_inclusion(leaf_hash(leaves[*index].as_ref()), *index as u64, size, proof, root)?;
        }
        Ok(())
    }
}

/// A public leaf like any other.
pub(super) fn leaf(number: u64) -> Leaf {
    let mut commitment = [0; 32];
    for (place, part) in commitment.chunks_mut(8).enumerate() {
        part.copy_from_slice(&mix(number << 2 | place as u64).to_be_bytes());
    }
    Leaf { minute: 29_000_000 + number / 10_000, commitment }
}

/// A log whose tiles are in memory.
#[derive(Default)]
struct Log {
    tree: Tree,
    tiles: HashMap<(u8, u64), Vec<Hash>>,
}

impl Log {
    fn append<L: AsRef<[u8]>>(&mut self, leaves: &[L]) {
        for leaf in leaves {
            self.tree.append(leaf_hash(leaf.as_ref()));
        }
        for Tile { level, index, hashes } in self.tree.take_changed_tiles() {
            self.tiles.insert((level, index), hashes);
        }
    }
}

impl TileSource for Log {
    fn tile(&self, level: u8, index: u64, _: u16) -> Result<Vec<Hash>, ReadError> {
        let missing = || ReadError::Missing { path: format!("tile {index} of level {level}") };
        self.tiles.get(&(level, index)).cloned().ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_of_a_small_log_holds() {
        let bare = Bare::measure(5_000).unwrap();
        assert_eq!(bare.appended.count, 5_000 * u64::from(ROUNDS));
        assert_eq!(bare.proved.count, u64::from(PROOFS * ROUNDS));
    }
}

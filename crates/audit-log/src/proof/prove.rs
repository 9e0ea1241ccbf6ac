//! Making proofs from tiles.

use std::{collections::HashMap, ops::Range};

use super::ProofError;
use crate::{
    hash::{Hash, node_hash, perfect_root},
    source::{ReadError, TileSource, tile_in_tree},
};

/// The proof that the tree of the first `size` entries holds its entry `index`: the siblings from the leaf upwards.
///
/// # Errors
/// [`ProofError::Outside`] when the tree has no such entry; [`ProofError::Read`] when a tile cannot be read.
pub fn inclusion_proof(source: &dyn TileSource, size: u64, index: u64) -> Result<Vec<Hash>, ProofError> {
    if index >= size {
        return Err(ProofError::Outside { index, size });
    }
    let mut nodes = Nodes::new(source, size);
    let (mut range, mut siblings) = (0..size, Vec::new());
    while range.end - range.start > 1 {
        let split = split_of(&range);
        let (kept, sibling) = if index < split {
            (range.start..split, split..range.end)
        } else {
            (split..range.end, range.start..split)
        };
        siblings.push(nodes.root_of(sibling)?);
        range = kept;
    }
    siblings.reverse();
    Ok(siblings)
}

/// The proof that the tree of `old` entries is the beginning of the tree of `new` entries. It is empty when either
/// tree is empty or both are the same.
///
/// # Errors
/// [`ProofError::Backwards`] when `old` is larger than `new`; [`ProofError::Read`] when a tile cannot be read.
pub fn consistency_proof(source: &dyn TileSource, old: u64, new: u64) -> Result<Vec<Hash>, ProofError> {
    if old > new {
        return Err(ProofError::Backwards { old, new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let mut nodes = Nodes::new(source, new);
    let (mut range, mut hashes) = (0..new, Vec::new());
    while range.end != old {
        let split = split_of(&range);
        let (kept, proven) = if old <= split {
            (range.start..split, split..range.end)
        } else {
            (split..range.end, range.start..split)
        };
        hashes.push(nodes.root_of(proven)?);
        range = kept;
    }
    // A subtree that begins the log is the old tree itself, whose root the verifier has.
    if range.start != 0 {
        hashes.push(nodes.root_of(range)?);
    }
    hashes.reverse();
    Ok(hashes)
}

/// Where RFC 9162 splits a subtree: at the largest power of two below its size.
fn split_of(range: &Range<u64>) -> u64 {
    range.start + (1 << (range.end - range.start - 1).ilog2())
}

/// A tile's level and index.
type Place = (u8, u64);

/// The nodes of one tree, each tile read once.
struct Nodes<'a> {
    source: &'a dyn TileSource,
    size: u64,
    tiles: HashMap<Place, Vec<Hash>>,
}

impl<'a> Nodes<'a> {
    fn new(source: &'a dyn TileSource, size: u64) -> Self {
        Self { source, size, tiles: HashMap::new() }
    }

    /// The root over a subtree that RFC 9162 splits off: its start is a multiple of the power of two that covers it.
    fn root_of(&mut self, mut range: Range<u64>) -> Result<Hash, ReadError> {
        let mut peaks = Vec::new();
        while !range.is_empty() {
            let height = (range.end - range.start).ilog2();
            peaks.push(self.perfect(height, range.start >> height)?);
            range.start += 1 << height;
        }
        let root = peaks.into_iter().rev().reduce(|right, left| node_hash(left, right));
        Ok(root.expect("a subtree has at least one entry"))
    }

    /// The root of the perfect subtree of `height` that is the `index`th of its height.
    fn perfect(&mut self, height: u32, index: u64) -> Result<Hash, ReadError> {
        let level = u8::try_from(height / 8).expect("a height counts the bits of a 64-bit size");
        let (first, count) = (index << (height % 8), 1_u64 << (height % 8));
        let place = (level, first / 256);
        if !self.tiles.contains_key(&place) {
            self.tiles.insert(place, tile_in_tree(self.source, place, self.size)?);
        }
        let start = usize::try_from(first % 256).expect("below 256");
        let count = usize::try_from(count).expect("at most 128");
        Ok(perfect_root(&self.tiles[&place][start..start + count]))
    }
}

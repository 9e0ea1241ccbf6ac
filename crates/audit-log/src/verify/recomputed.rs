//! The tree as the entries make it, as far as it is needed to check the published one.

use std::collections::HashMap;

use crate::{
    hash::{Hash, perfect_root},
    source::{ReadError, TileSource},
    tree::Tree,
};

/// All hashes of level 1 and above, and those tiles of level 0 at which one of the checked trees ends. That is a
/// 256th of the log's hashes.
pub(super) struct Recomputed {
    /// From level 1 upwards.
    upper: Vec<Vec<Hash>>,
    /// The unfinished tiles of level 0, by index.
    ends: HashMap<u64, Vec<Hash>>,
    /// False when an entry could not be read, so that the hashes above it are unknown.
    complete: bool,
}

impl Recomputed {
    /// Builds the upper levels on `tiles`, the roots of all full tiles of level 0 from the left.
    pub(super) fn new(tiles: Vec<Hash>, ends: HashMap<u64, Vec<Hash>>, complete: bool) -> Self {
        let mut upper = Vec::new();
        let mut level = tiles;
        while !level.is_empty() {
            let above = level.chunks_exact(256).map(perfect_root).collect();
            upper.push(std::mem::replace(&mut level, above));
        }
        Self { upper, ends, complete }
    }

    /// Level and hashes of each level above 0 that has any.
    pub(super) fn upper_levels(&self) -> impl Iterator<Item = (u8, &[Hash])> {
        (1_u8..).zip(self.upper.iter().map(Vec::as_slice))
    }

    /// The root of the first `size` entries; `None` when it cannot be known.
    pub(super) fn root(&self, size: u64) -> Option<Hash> {
        if !self.complete {
            return None;
        }
        Tree::resume(size, self).ok().map(|tree| tree.root())
    }

    fn find(&self, level: u8, index: u64) -> Option<Vec<Hash>> {
        let Some(upper) = level.checked_sub(1) else {
            return self.ends.get(&index).cloned();
        };
        let start = usize::try_from(index).ok()?.checked_mul(256)?;
        let hashes = self.upper.get(usize::from(upper))?.get(start..)?;
        Some(hashes[..hashes.len().min(256)].to_vec())
    }
}

impl TileSource for Recomputed {
    fn tile(&self, level: u8, index: u64, _width: u16) -> Result<Vec<Hash>, ReadError> {
        self.find(level, index)
            .ok_or_else(|| ReadError::Missing { path: format!("tile {index} of level {level}") })
    }
}

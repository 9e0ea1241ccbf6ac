//! The appender: the right edge of the tree, which is all that is needed to go on.

use crate::{
    hash::{Hash, node_hash, perfect_root},
    path::FULL_WIDTH,
    source::{ReadError, TileSource, tile_in_tree},
    tile::Tile,
};

/// A tile spans eight levels of the tree.
const TILE_HEIGHT: u32 = 8;

/// A tree that grows at its right edge. It keeps the roots of the perfect subtrees, one for each bit of its size,
/// and the one unfinished tile of each level: at most 64 hashes and eight tiles, however large the log.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    size: u64,
    /// Roots of the perfect subtrees from the left, the largest first.
    peaks: Vec<Hash>,
    /// The unfinished tile of each level, from level 0.
    edge: Vec<EdgeTile>,
    /// Tiles that were filled since they were last taken.
    filled: Vec<Tile>,
}

#[derive(Debug, Clone, Default)]
struct EdgeTile {
    hashes: Vec<Hash>,
    changed: bool,
}

impl Tree {
    /// A tree without entries.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Goes on with the first `size` entries of a stored log, reading at most eight tiles. The tiles are believed:
    /// compare [`Tree::root`] with the last checkpoint before appending.
    ///
    /// # Errors
    /// [`ReadError`] when a tile at the right edge is missing, too narrow or cannot be read.
    pub fn resume(size: u64, source: &dyn TileSource) -> Result<Self, ReadError> {
        let mut tree = Self { size, ..Self::default() };
        for level in (0_u8..).take_while(|level| size.checked_shr(TILE_HEIGHT * u32::from(*level)) > Some(0))
        {
            let hashes_of_level = size >> (TILE_HEIGHT * u32::from(level));
            // Where the level ends with a full tile this reads the empty one after it, that is, nothing.
            let index = hashes_of_level / u64::from(FULL_WIDTH);
            let hashes = tile_in_tree(source, (level, index), size)?;
            tree.edge.push(EdgeTile { hashes, changed: false });
        }
        tree.peaks = tree.edge.iter().rev().flat_map(|tile| peaks_of(&tile.hashes)).collect();
        Ok(tree)
    }

    /// Adds the hash of an entry and returns the entry's index. It costs one node hash on average.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size;
        let mut hash = leaf;
        self.extend_edge(0, index, hash);
        // Each trailing one of the old size is a perfect subtree that the new leaf completes to a larger one.
        for height in 1..=index.trailing_ones() {
            let left = self.peaks.pop().expect("every one bit of the size has its peak");
            hash = node_hash(left, hash);
            if height.is_multiple_of(TILE_HEIGHT) {
                self.extend_edge((height / TILE_HEIGHT) as usize, index >> height, hash);
            }
        }
        self.peaks.push(hash);
        self.size = index.checked_add(1).expect("no log reaches 2^64 entries");
        index
    }

    /// Entries in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root (RFC 9162, section 2.1.1). It costs at most one node hash for each bit of the size.
    pub fn root(&self) -> Hash {
        let joined = self.peaks.iter().rev().copied().reduce(|right, left| node_hash(left, right));
        joined.unwrap_or_else(Hash::of_empty_tree)
    }

    /// Each tile, full or partial, that has changed since the last call: those filled first, then the right edge
    /// from level 0. Store them before the checkpoint that needs them. Call it regularly: until then filled tiles
    /// are kept in memory.
    pub fn take_changed_tiles(&mut self) -> Vec<Tile> {
        let mut tiles = std::mem::take(&mut self.filled);
        for (level, edge) in (0_u8..).zip(&mut self.edge) {
            if std::mem::take(&mut edge.changed) {
                let index = (self.size >> (TILE_HEIGHT * u32::from(level))) / u64::from(FULL_WIDTH);
                tiles.push(Tile { level, index, hashes: edge.hashes.clone() });
            }
        }
        tiles
    }

    /// Puts `hash` at `position` of a level, counted from the level's left.
    fn extend_edge(&mut self, level: usize, position: u64, hash: Hash) {
        if self.edge.len() == level {
            self.edge.push(EdgeTile::default());
        }
        let edge = &mut self.edge[level];
        if edge.hashes.capacity() == 0 {
            edge.hashes.reserve_exact(FULL_WIDTH.into());
        }
        edge.hashes.push(hash);
        edge.changed = edge.hashes.len() < FULL_WIDTH.into();
        if !edge.changed {
            let level = u8::try_from(level).expect("a tree counted in 64 bits has at most eight levels");
            let hashes = std::mem::take(&mut edge.hashes);
            self.filled.push(Tile { level, index: position / u64::from(FULL_WIDTH), hashes });
        }
    }
}

/// The roots of the perfect subtrees over an unfinished tile, from the left.
fn peaks_of(mut hashes: &[Hash]) -> Vec<Hash> {
    let mut peaks = Vec::new();
    while !hashes.is_empty() {
        let (subtree, rest) = hashes.split_at(1 << hashes.len().ilog2());
        peaks.push(perfect_root(subtree));
        hashes = rest;
    }
    peaks
}

//! A tile: up to 256 neighbouring hashes of one level, the unit in which the tree is stored and published.

use thiserror::Error;

use crate::{
    hash::{HASH_SIZE, Hash},
    path::{TileKind, TilePath},
};

/// A tile's hashes and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Height of the hashes in the tree, in steps of eight.
    pub level: u8,
    /// Position of the tile on its level, from 0.
    pub index: u64,
    /// The hashes from the left: 1 to 256.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// Where the tile is published; `None` when it holds no hash or more than 256.
    pub fn path(&self) -> Option<TilePath> {
        let width = u16::try_from(self.hashes.len()).ok()?;
        TilePath::new(TileKind::Hashes { level: self.level }, self.index, width)
    }

    /// The published bytes: the hashes one after the other.
    pub fn encode(&self) -> Vec<u8> {
        encode_hashes(&self.hashes)
    }
}

/// The published bytes of a tile that consists of `hashes`.
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Reads the bytes of a tile of `width` hashes.
///
/// # Errors
/// [`TileError`] when there are more or fewer bytes than that.
pub fn decode_hashes(bytes: &[u8], width: u16) -> Result<Vec<Hash>, TileError> {
    let (hashes, rest) = bytes.as_chunks::<HASH_SIZE>();
    if hashes.len() != usize::from(width) || !rest.is_empty() {
        return Err(TileError { found: bytes.len(), expected: usize::from(width) * HASH_SIZE });
    }
    Ok(hashes.iter().copied().map(Hash).collect())
}

/// A tile's bytes do not have the length that its path promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the tile is {found} bytes long, its path promises {expected}")]
pub struct TileError {
    /// Bytes that were there.
    pub found: usize,
    /// Bytes that should be there.
    pub expected: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    #[test]
    fn bytes_come_back_and_other_lengths_are_refused() {
        let tile = Tile { level: 0, index: 3, hashes: vec![leaf_hash(b"a"), leaf_hash(b"b")] };
        let bytes = tile.encode();
        assert_eq!(decode_hashes(&bytes, 2).unwrap(), tile.hashes);
        assert_eq!(tile.path().unwrap().to_string(), "tile/0/003.p/2");
        for (length, width) in [(64, 1), (64, 3), (63, 2), (63, 1), (0, 1)] {
            assert!(decode_hashes(&bytes[..length], width).is_err(), "{length} bytes for {width} hashes");
        }
    }
}

//! Where the hashes of a tree come from: a database, a directory, memory.

use std::error::Error as StandardError;

use thiserror::Error;

use crate::{
    hash::Hash,
    path::{TileKind, TilePath},
};

/// Gives the tiles of one log.
pub trait TileSource {
    /// The hashes of the tile at `level` and `index`, at least the first `width` (1 to 256) of them. A source may
    /// hold, and return, a wider tile than was asked for.
    ///
    /// # Errors
    /// [`ReadError`] when the tile is missing or cannot be read.
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, ReadError>;
}

/// Something of the log could not be read. `path` is its place relative to the log's prefix.
#[derive(Debug, Error)]
pub enum ReadError {
    /// It is not there.
    #[error("{path} is missing from the log")]
    Missing {
        /// What is missing.
        path: String,
    },
    /// It is there, and reading it failed.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// What was read.
        path: String,
        /// Why it failed.
        reason: Box<dyn StandardError + Send + Sync>,
    },
    /// A tile holds fewer hashes than the tree's size demands.
    #[error("{path} holds only {found} hashes")]
    Narrow {
        /// The tile that was asked for.
        path: String,
        /// Hashes that it holds.
        found: usize,
    },
}

/// Exactly the hashes of tile `index` on `level` in a tree of `size` entries; none where that tree has none.
pub(crate) fn tile_in_tree(
    source: &dyn TileSource,
    (level, index): (u8, u64),
    size: u64,
) -> Result<Vec<Hash>, ReadError> {
    let Some(path) = TilePath::in_tree(TileKind::Hashes { level }, index, size) else {
        return Ok(Vec::new());
    };
    let mut hashes = source.tile(level, index, path.width())?;
    if hashes.len() < usize::from(path.width()) {
        return Err(ReadError::Narrow { path: path.to_string(), found: hashes.len() });
    }
    hashes.truncate(path.width().into());
    Ok(hashes)
}

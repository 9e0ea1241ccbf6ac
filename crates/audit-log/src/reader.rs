//! Where a published log is read from when it is verified.

use std::{fs, io, path::PathBuf};

use crate::{
    hash::Hash,
    path::{TileKind, TilePath},
    source::{ReadError, TileSource},
    tile::decode_hashes,
};

/// Reads the published files of one log. Several threads read at once.
pub trait LogReader: Sync {
    /// The signed checkpoint.
    ///
    /// # Errors
    /// [`ReadError`] when it is missing, not UTF-8 or cannot be read.
    fn checkpoint(&self) -> Result<String, ReadError>;

    /// The bytes of a tile or an entry bundle.
    ///
    /// # Errors
    /// [`ReadError::Missing`] when there is none at exactly this path; other [`ReadError`]s when reading fails.
    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, ReadError>;
}

/// The bytes at `path`, or at its full tile where the log has dropped the partial one; and which of them it was.
pub(crate) fn read_at_least(
    reader: &dyn LogReader,
    path: TilePath,
) -> Result<(TilePath, Vec<u8>), ReadError> {
    match reader.tile(&path) {
        Err(ReadError::Missing { .. }) if !path.is_full() => {
            let missing = || ReadError::Missing { path: path.to_string() };
            Ok((path.filled(), reader.tile(&path.filled()).map_err(|_| missing())?))
        }
        read => Ok((path, read?)),
    }
}

/// A log as static files in a directory: `checkpoint`, `tile/…`.
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The log whose `checkpoint` lies in `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        fs::read(self.root.join(path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ReadError::Missing { path: path.to_owned() },
            _ => unreadable(path, error),
        })
    }
}

impl LogReader for Directory {
    fn checkpoint(&self) -> Result<String, ReadError> {
        String::from_utf8(self.read("checkpoint")?)
            .map_err(|error| unreadable("checkpoint", error.utf8_error()))
    }

    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, ReadError> {
        self.read(&path.to_string())
    }
}

impl TileSource for Directory {
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, ReadError> {
        let path = TilePath::new(TileKind::Hashes { level }, index, width).ok_or_else(|| {
            ReadError::Missing { path: format!("a tile of level {level} and width {width}") }
        })?;
        let (found, bytes) = read_at_least(self, path)?;
        decode_hashes(&bytes, found.width()).map_err(|error| unreadable(&found.to_string(), error))
    }
}

fn unreadable(path: &str, reason: impl std::error::Error + Send + Sync + 'static) -> ReadError {
    ReadError::Unreadable { path: path.to_owned(), reason: Box::new(reason) }
}

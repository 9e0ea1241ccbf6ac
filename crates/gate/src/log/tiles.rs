//! Tiles from an asynchronous store for algorithms that are not: run, see what was missing, fetch it, run again.

use std::collections::HashMap;

use audit_log::{Hash, ReadError, TileSource, tile::decode_hashes};
use parking_lot::Mutex;
use store::Store;

use crate::GateError;

/// Tiles that were fetched, and the first one that was asked for and missing.
#[derive(Default)]
pub(crate) struct Tiles {
    fetched: Mutex<HashMap<(u8, u64), Vec<Hash>>>,
    missing: Mutex<Option<(u8, u64)>>,
}

impl Tiles {
    /// Runs `work` until it has every tile it asks for.
    pub(crate) async fn complete<T>(
        self,
        store: &dyn Store,
        work: impl Fn(&dyn TileSource) -> T,
    ) -> Result<T, GateError> {
        loop {
            let outcome = work(&self);
            let missing = self.missing.lock().take();
            let Some((level, index)) = missing else { return Ok(outcome) };
            let bytes =
                store.tile(level, index).await?.ok_or(GateError::Damaged("a tile of the audit log"))?;
            // A stored tile has at least one hash, and the width is what its length says.
            let width =
                u16::try_from(bytes.len() / 32).map_err(|_| GateError::Damaged("a tile of the audit log"))?;
            let hashes =
                decode_hashes(&bytes, width).map_err(|_| GateError::Damaged("a tile of the audit log"))?;
            self.fetched.lock().insert((level, index), hashes);
        }
    }
}

impl TileSource for Tiles {
    fn tile(&self, level: u8, index: u64, _width: u16) -> Result<Vec<Hash>, ReadError> {
        if let Some(hashes) = self.fetched.lock().get(&(level, index)) {
            return Ok(hashes.clone());
        }
        self.missing.lock().get_or_insert((level, index));
        Err(ReadError::Missing { path: format!("tile {index} of level {level}") })
    }
}

//! The audit log inside an installation, read as if it were published. It needs neither the root key nor a server,
//! and changes nothing.

use std::{path::Path, sync::Arc};

use anyhow::{Context, bail};
use audit_log::{
    LogReader, ReadError, TileKind, TilePath, VerifyingKey, bundle::encode_bundle, path::FULL_WIDTH,
};
use gate::{LOG_CONTINUED, LOG_KEY};
use store::{Store, StoreError};
use tokio::runtime::Runtime;

use crate::{commands::serve::runtime, config::Config, open};

/// The log of one installation.
pub(super) struct StoredLog {
    store: Arc<dyn Store>,
    runtime: Runtime,
    place: String,
}

impl StoredLog {
    /// Opens the log of a data directory, to read it only.
    ///
    /// # Errors
    /// There is no installation, or it cannot be read.
    pub(super) fn open(folder: &Path) -> anyhow::Result<Self> {
        let (runtime, place) = (runtime()?, folder.display().to_string());
        // The engine may start tasks of its own.
        let store = runtime.block_on(async { open::files_to_read(folder) })?;
        Ok(Self { store, runtime, place })
    }

    /// Opens the log of the configured installation, to read it only.
    ///
    /// # Errors
    /// There is no installation, or it cannot be read.
    pub(super) fn configured(config: &Config) -> anyhow::Result<Self> {
        let runtime = runtime()?;
        let store = runtime.block_on(open::data_to_read(config))?;
        Ok(Self { store, runtime, place: config.place() })
    }

    /// The key that the installation keeps beside its log.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub(super) fn key(&self) -> anyhow::Result<VerifyingKey> {
        let Some(bytes) = self.runtime.block_on(self.store.installation(LOG_KEY))? else {
            bail!("the installation in {} does not say its log's key; pass --key", self.place);
        };
        let text = String::from_utf8(bytes).context("the log's key is damaged")?;
        text.parse().context("the log's key is damaged")
    }

    /// How the log goes on from others, as it is stored.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn continued(&self) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.runtime.block_on(self.store.installation(LOG_CONTINUED))?)
    }

    /// The hashes of a tile, as many as its path says.
    fn hashes(&self, level: u8, path: &TilePath) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.runtime.block_on(self.store.tile(level, path.index()))?;
        let wanted = usize::from(path.width()) * 32;
        Ok(found.filter(|bytes| bytes.len() >= wanted).map(|mut bytes| {
            bytes.truncate(wanted);
            bytes
        }))
    }

    fn entries(&self, path: &TilePath) -> Result<Option<Vec<u8>>, StoreError> {
        let from = path.index() * u64::from(FULL_WIDTH);
        let leaves = self.runtime.block_on(self.store.leaves(from, from + u64::from(path.width())))?;
        if leaves.is_empty() {
            return Ok(None);
        }
        let bundle = encode_bundle(leaves.iter().map(Vec::as_slice));
        bundle.map(Some).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

impl LogReader for StoredLog {
    fn checkpoint(&self) -> Result<String, ReadError> {
        let state = self.runtime.block_on(self.store.log_state());
        Ok(state.map_err(|error| unreadable("checkpoint", error))?.checkpoint)
    }

    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, ReadError> {
        let found = match path.kind() {
            TileKind::Hashes { level } => self.hashes(level, path),
            TileKind::Entries => self.entries(path),
        };
        let found = found.map_err(|error| unreadable(&path.to_string(), error))?;
        found.ok_or_else(|| ReadError::Missing { path: path.to_string() })
    }
}

fn unreadable(path: &str, error: StoreError) -> ReadError {
    ReadError::Unreadable { path: path.to_owned(), reason: Box::new(error) }
}

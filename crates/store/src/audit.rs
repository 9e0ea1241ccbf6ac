//! The audit log as it is stored: bundles of entries, tiles, and the latest checkpoint.

use async_trait::async_trait;
use domain::{EntryId, SubjectId};

use crate::error::StoreError;

/// The entries of one commit group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Counted from 1, in commit order.
    pub number: u64,
    /// The log index of its first entry, once sequenced.
    pub first_index: Option<u64>,
    /// The public leaves, in order.
    pub leaves: Vec<Vec<u8>>,
}

/// The private side of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateEntry {
    /// What the leaf key was derived with.
    pub nonce: [u8; 16],
    /// The detail, sealed under the audit key of the subject, or of the account.
    pub sealed: Vec<u8>,
}

/// Where the log stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogState {
    /// Counts every advance.
    pub epoch: u64,
    /// How many entries are in the tree.
    pub size: u64,
    /// The latest signed checkpoint; empty before the first.
    pub checkpoint: String,
}

/// A tile to store, replacing a narrower one at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileRow {
    /// The level, counted from 0.
    pub level: u8,
    /// The place in the level.
    pub index: u64,
    /// The hashes, 32 bytes each.
    pub hashes: Vec<u8>,
}

/// Reads the log.
#[async_trait]
pub trait AuditLog {
    /// Where the log stands.
    async fn log_state(&self) -> Result<LogState, StoreError>;
    /// Bundles that are not sequenced yet, in order.
    async fn unsequenced(&self, limit: u32) -> Result<Vec<Bundle>, StoreError>;
    /// The leaves `from..to` of the log, in order.
    async fn leaves(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError>;
    /// One stored tile.
    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError>;
    /// The log index of an entry: outer `None` when there is no such entry, inner when it is not sequenced yet.
    async fn index_of(&self, entry: EntryId) -> Result<Option<Option<u64>>, StoreError>;
    /// The entry at a log index.
    async fn entry_at(&self, index: u64) -> Result<Option<EntryId>, StoreError>;
    /// The private side of an entry, while it is kept.
    async fn private_entry(&self, entry: EntryId) -> Result<Option<PrivateEntry>, StoreError>;
    /// The entries about a subject, newest first, before `before`.
    async fn entries_of(
        &self,
        subject: SubjectId,
        before: Option<EntryId>,
        limit: u32,
    ) -> Result<Vec<EntryId>, StoreError>;
}

//! The audit log as it is stored: bundles of entries, tiles, and the latest checkpoint.

use std::collections::HashMap;

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

impl Bundle {
    /// The leaves `from..to` of the log, out of sequenced bundles in order that hold them all.
    pub fn leaves_within(bundles: Vec<Self>, from: u64, to: u64) -> Vec<Vec<u8>> {
        let indexed = bundles.into_iter().flat_map(|bundle| {
            let first = bundle.first_index.unwrap_or_default();
            bundle.leaves.into_iter().enumerate().map(move |(place, leaf)| (first + place as u64, leaf))
        });
        indexed.filter(|(index, _)| (from..to).contains(index)).map(|(_, leaf)| leaf).collect()
    }
}

/// The private side of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateEntry {
    /// What the leaf key was derived with.
    pub nonce: [u8; 16],
    /// The detail, sealed under the audit key of the subject, or of the account.
    pub sealed: Vec<u8>,
}

impl PrivateEntry {
    /// The entry in an item of a bundle's details: the nonce, then what is sealed.
    ///
    /// # Errors
    /// It is too short to be one.
    pub fn from_stored(item: &[u8]) -> Result<Self, StoreError> {
        let (nonce, sealed) = item
            .split_first_chunk::<16>()
            .ok_or_else(|| StoreError::Corrupt("a private entry".to_owned()))?;
        Ok(Self { nonce: *nonce, sealed: sealed.to_vec() })
    }
}

/// A bundle with the private side of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateBundle {
    /// The bundle.
    pub bundle: Bundle,
    /// The private side of each entry, in order.
    pub entries: Vec<PrivateEntry>,
    /// Whom an entry is about, by its place; nobody for those about no person, or about one who is erased since.
    pub about: HashMap<u32, SubjectId>,
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

/// An entry about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectEntry {
    /// The entry.
    pub entry: EntryId,
    /// Its place in the log, once it is sequenced.
    pub index: Option<u64>,
    /// Its private side.
    pub private: PrivateEntry,
}

impl SubjectEntry {
    /// The entry, as its bundle has it.
    ///
    /// # Errors
    /// The bundle holds no such entry.
    pub fn in_bundle(entry: EntryId, first_index: Option<u64>, details: &[u8]) -> Result<Self, StoreError> {
        let items = unframe(details)?;
        let item = items.get(entry.position as usize);
        let item =
            item.ok_or_else(|| StoreError::Corrupt("a bundle without one of its entries".to_owned()))?;
        let index = first_index.map(|first| first + u64::from(entry.position));
        Ok(Self { entry, index, private: PrivateEntry::from_stored(item)? })
    }
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
    ) -> Result<Vec<SubjectEntry>, StoreError>;
    /// Bundles from a number on, in order, whether or not they have a place in the log yet.
    async fn private_bundles(&self, from: u64, limit: u32) -> Result<Vec<PrivateBundle>, StoreError>;
}

/// Appends one item, in parts, to a framed blob: behind its length, a big-endian `u32` (docs/formats.md).
pub fn frame(into: &mut Vec<u8>, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    // Items are leaves and sealed details, bounded far below four gigabytes by the request limits.
    into.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    for part in parts {
        into.extend_from_slice(part);
    }
}

/// Reads a whole framed blob.
///
/// # Errors
/// It was not written by [`frame`].
pub fn unframe(mut bytes: &[u8]) -> Result<Vec<&[u8]>, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(what.to_owned());
    let mut items = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let (item, rest) = rest.split_at_checked(length).ok_or_else(|| corrupt("a framed item"))?;
        items.push(item);
        bytes = rest;
    }
    if bytes.is_empty() { Ok(items) } else { Err(corrupt("the end of a framed blob")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_read_back_and_a_torn_one_is_reported() {
        let mut blob = Vec::new();
        frame(&mut blob, &[b"a", b"bc"]);
        frame(&mut blob, &[]);
        assert_eq!(unframe(&blob), Ok(vec![b"abc".as_slice(), b""]));
        assert!(unframe(&blob[..5]).is_err());
    }
}

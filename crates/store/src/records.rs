//! Records, the blind index, and idempotency keys.

use async_trait::async_trait;
use domain::{AccountId, EntryId, Record, RecordId, Subject, SubjectId};
use jiff::Timestamp;

use crate::{
    error::StoreError,
    metadata::{MetadataRow, Wanted},
    subjects::KeyBinding,
};

/// A record with everything that a decision about it needs, read at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The record.
    pub record: Record,
    /// Whose it is.
    pub subject: Subject,
    /// The keys of that subject.
    pub keys: Vec<KeyBinding>,
}

/// A row of the blind index: a keyed hash of a value, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRow {
    /// The keyed hash of the normalised value.
    pub tag: [u8; 32],
    /// Where the value stands.
    pub record: RecordId,
    /// Whose it is.
    pub subject: SubjectId,
}

/// What an idempotency key has led to: ids, never a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Keyed hash of account, API key and idempotency key.
    pub key: [u8; 32],
    /// Keyed hash of the request.
    pub body: [u8; 32],
    /// The id of what was made.
    pub result: [u8; 16],
    /// When, so that old keys can go.
    pub at: Timestamp,
    /// The entry that was made in the same commit; the engine fills it in.
    pub entry: Option<EntryId>,
}

/// How many records of one type a subject has, for the certificate of an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeCount {
    /// The record type.
    pub record_type: String,
    /// Its retention class.
    pub class: String,
    /// How many.
    pub records: u64,
    /// No later than this the last of them expires; none while one may have no end. A removal does not bring it
    /// forward, unless it was the last of its type.
    pub last_expiry: Option<Timestamp>,
}

/// Reads records.
#[async_trait]
pub trait Records {
    /// One record.
    async fn record(&self, id: RecordId) -> Result<Option<Held>, StoreError>;
    /// A subject's records, in the order of their ids, after `after`.
    async fn records(
        &self,
        subject: SubjectId,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError>;
    /// Records of every subject, in the order of their ids, after `after`: what an assessment walks.
    async fn all_records(&self, after: Option<RecordId>, limit: u32) -> Result<Vec<Record>, StoreError>;
    /// Where a value stands within an account; at most `limit` rows.
    async fn lookup(
        &self,
        account: AccountId,
        tag: &[u8; 32],
        limit: u32,
    ) -> Result<Vec<IndexRow>, StoreError>;
    /// The index rows of one record.
    async fn index_rows(&self, record: RecordId) -> Result<Vec<IndexRow>, StoreError>;
    /// What a subject has, by record type.
    async fn type_counts(&self, subject: SubjectId) -> Result<Vec<TypeCount>, StoreError>;
    /// The metadata of the records wanted, in the order of their ids.
    async fn metadata(&self, wanted: Wanted<'_>) -> Result<Vec<MetadataRow>, StoreError>;
    /// Which records those are and whom they are about, in the order of their ids.
    async fn matching(&self, wanted: Wanted<'_>) -> Result<Vec<(RecordId, SubjectId)>, StoreError>;
    /// What an idempotency key has led to.
    async fn replay(&self, key: &[u8; 32]) -> Result<Option<Replay>, StoreError>;
}

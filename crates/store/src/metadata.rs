//! Metadata across records: what a query answers, and the change that sets one field of many.

use domain::{
    AccountId, Metadata, RecordId, SubjectId,
    metadata::{Selection, Setting},
};
use jiff::Timestamp;

/// The metadata of one record, and which record that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataRow {
    /// Which record.
    pub record: RecordId,
    /// Whose it is.
    pub subject: SubjectId,
    /// The record type of the policy.
    pub record_type: String,
    /// The version of the record.
    pub record_version: u32,
    /// Its metadata.
    pub metadata: Metadata,
}

/// Which records of an account a page is made of. Those whose time is over match nothing, nor do those of subjects that
/// are not active.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Whose records.
    pub account: AccountId,
    /// Which of them.
    pub selection: &'a Selection,
    /// The moment that decides whose time is over.
    pub at: Timestamp,
    /// The page begins after this one.
    pub after: Option<RecordId>,
    /// How many at most.
    pub limit: u32,
}

/// Sets one field on the records that match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataChange {
    /// Whose records.
    pub account: AccountId,
    /// Which of them.
    pub selection: Selection,
    /// Records whose time is over at this moment do not match.
    pub at: Timestamp,
    /// What is set.
    pub setting: Setting,
    /// The records that match, in the order of their ids, as [`Records::matching`](crate::Records::matching) named
    /// them: what the audit entry speaks of. When others match by now, up to the last of them, nothing is set. Those
    /// after the last were stored later, and are not meant.
    pub records: Vec<RecordId>,
}

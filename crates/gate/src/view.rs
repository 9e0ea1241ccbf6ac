//! What the gate gives back.

use domain::{Detail, EntryId, Personal, Record};
use policy::Refusal;
use serde_json::{Map, Value};

/// A field that is held and was not opened.
#[derive(Debug, Clone)]
pub struct Withheld {
    /// The field.
    pub field: String,
    /// The most telling reason.
    pub refusal: Refusal,
}

/// A record with the fields that a permit opened.
#[derive(Debug)]
pub struct OpenedRecord {
    /// The record's metadata; its sealed fields are emptied.
    pub record: Record,
    /// The fields in the clear.
    pub fields: Personal<Map<String, Value>>,
    /// The fields that stayed shut, and why.
    pub withheld: Vec<Withheld>,
    /// The entry that records the reading.
    pub entry: EntryId,
}

/// A record that was stored or changed.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The record's metadata; its sealed fields are emptied.
    pub record: Record,
    /// The entry that records it.
    pub entry: EntryId,
    /// Whether this answers a repeated request, which changed nothing.
    pub replayed: bool,
}

/// An entry of the audit log with its private side.
#[derive(Debug, Clone)]
pub struct OpenedEntry {
    /// Its name.
    pub entry: EntryId,
    /// Its place in the log, once sequenced.
    pub index: Option<u64>,
    /// What it commits to.
    pub detail: Detail,
}

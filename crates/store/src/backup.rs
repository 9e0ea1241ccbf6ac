//! What a backup of a data store is made of: one moment of it, row by row, in a form that both engines read and write.
//!
//! Every table is in one of the two lists below, or no backup is made: what is new must be decided about.

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::error::StoreError;

/// The tables that a backup holds.
pub const KEPT: [&str; 34] = [
    "installation",
    "registry",
    "account",
    "account_contact",
    "account_state",
    "account_key",
    "api_key",
    "api_key_use",
    "policy_version",
    "subject",
    "subject_key",
    "condemned_slot",
    "record",
    "record_metadata",
    "further_purpose",
    "holding",
    "choice",
    "case_file",
    "incident",
    "event",
    "webhook",
    "replay",
    "erasure",
    "audit_bundle",
    "subject_entry",
    "log_state",
    "log_tile",
    "hit",
    "visit",
    "visit_day",
    "tally",
    "visitor",
    "stretch_tally",
    "dropped_hit",
];

/// The tables that no backup holds: the blind index, which is made anew from what it points to, leases, which are of the moment,
/// and the access log, whose keys are in no backup either.
pub const LEFT_OUT: [&str; 6] =
    ["blind_index", "record_tag", "lease", "access_line", "access_day", "access_signal"];

/// The name under which an installation says that it is being restored, and until then must not be opened. Its value is
/// empty when it is not.
pub const RESTORING: &str = "restoring";

/// Bundles are numbered on from so many more than those of a restored store: entries that were made after its backup, and
/// are lost, were named by the numbers in between.
pub const BUNDLE_GAP: u64 = 1 << 32;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// None.
    Nothing,
    /// A number, a time, or yes and no.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes; an id is its sixteen.
    Bytes(Vec<u8>),
}

/// A row: a value for each column of its table.
pub type Row = Vec<Value>;

/// A table, and how many rows of it there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// How many rows, when that is known before they are read.
    pub rows: Option<u64>,
}

/// The tables of one moment of a data store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The engine: each counts its schema for itself.
    pub engine: String,
    /// The version of the schema.
    pub schema: i64,
    /// The latest signed checkpoint of the log.
    pub checkpoint: String,
    /// The tables, in the order in which their rows follow.
    pub tables: Vec<Table>,
}

/// Some rows of the table at this place of [`Moment::tables`].
#[derive(Debug, PartialEq, Eq)]
pub struct Rows {
    /// Of which table.
    pub table: usize,
    /// The rows.
    pub rows: Vec<Row>,
}

/// How many rows are handed on together at most, and how many bytes once a row more makes it so many.
const TOGETHER: (usize, usize) = (256, 256 * 1024);

/// Rows that are handed on together.
#[derive(Debug, Default)]
pub struct Gathered {
    rows: Vec<Row>,
    bytes: usize,
}

impl Gathered {
    /// Adds a row. Says whether these are enough.
    pub fn push(&mut self, row: Row) -> bool {
        let length = |value: &Value| match value {
            Value::Nothing | Value::Integer(_) => 8,
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
        };
        self.bytes += row.iter().map(length).sum::<usize>();
        self.rows.push(row);
        self.rows.len() >= TOGETHER.0 || self.bytes >= TOGETHER.1
    }

    /// The rows, none of which are left.
    pub fn take(&mut self) -> Vec<Row> {
        std::mem::take(self).rows
    }
}

/// One moment of a data store, while it is read.
pub struct Snapshot {
    /// What there is.
    pub moment: Moment,
    /// The rows, table by table. Ends early only with an error.
    pub rows: mpsc::Receiver<Result<Rows, StoreError>>,
}

/// Rows on their way into an empty data store.
pub struct Load {
    /// The version of the schema that they were read from, when it was that of the same engine.
    pub schema: Option<i64>,
    /// The tables.
    pub tables: Vec<Table>,
    /// The rows. Nothing is stored unless they end without an error.
    pub rows: mpsc::Receiver<Result<Rows, StoreError>>,
}

/// Checks that it is known of every table of a store whether backups hold it.
///
/// # Errors
/// Names the first one of which it is not.
pub fn check_tables<'a>(found: impl IntoIterator<Item = &'a str>) -> Result<(), StoreError> {
    let known = |name: &&str| KEPT.contains(name) || LEFT_OUT.contains(name);
    found.into_iter().find(|name| !known(name)).map_or(Ok(()), |name| {
        let unknown =
            format!("nothing says whether a backup holds the table `{name}`: say it in store::backup");
        Err(StoreError::Unavailable(unknown))
    })
}

//! The deletion journal: JSON Lines, each with the hash of the line before, so that none can be altered, removed or
//! added unseen. docs/formats.md lays it down.

use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::{Deletion, KeyStoreError};

/// One entry of the deletion journal, which is copied off the host and replayed after a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Counts from 1 without gaps.
    pub sequence: u64,
    /// What was destroyed.
    #[serde(flatten)]
    pub deletion: Deletion,
    /// SHA-256 of the line before, in lower-case hexadecimal; 64 zeros in the first.
    pub previous: String,
}

impl JournalEntry {
    /// Reads a line that must be the one numbered `sequence`.
    ///
    /// # Errors
    /// [`KeyStoreError::JournalBroken`] when it is not.
    pub fn parse(line: &[u8], sequence: u64) -> Result<Self, KeyStoreError> {
        let entry = serde_json::from_slice::<Self>(line).ok();
        entry.filter(|entry| entry.sequence == sequence).ok_or(KeyStoreError::JournalBroken { sequence })
    }
}

/// The end of a journal: what the next line follows on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalTail {
    /// The number of the last line.
    pub sequence: u64,
    hash: String,
}

impl Default for JournalTail {
    fn default() -> Self {
        Self { sequence: 0, hash: "0".repeat(64) }
    }
}

impl JournalTail {
    /// The end of a journal whose last line is this.
    ///
    /// # Errors
    /// [`KeyStoreError::JournalBroken`] when the line is not the one numbered `sequence`.
    pub fn at(line: &[u8], sequence: u64) -> Result<Self, KeyStoreError> {
        JournalEntry::parse(line, sequence)?;
        Ok(Self { sequence, hash: hash(line) })
    }

    /// Follows a line that was read.
    ///
    /// # Errors
    /// [`KeyStoreError::JournalBroken`] when it does not follow on what came before.
    pub fn follow(&mut self, line: &[u8]) -> Result<JournalEntry, KeyStoreError> {
        let entry = JournalEntry::parse(line, self.sequence + 1)?;
        if entry.previous != self.hash {
            return Err(KeyStoreError::JournalBroken { sequence: entry.sequence });
        }
        *self = Self { sequence: entry.sequence, hash: hash(line) };
        Ok(entry)
    }

    /// The next line, without its newline.
    pub fn next(&mut self, deletion: &Deletion) -> String {
        let entry = JournalEntry {
            sequence: self.sequence + 1,
            deletion: deletion.clone(),
            previous: self.hash.clone(),
        };
        let line = serde_json::to_string(&entry).expect("ids, times and texts can be written as JSON");
        *self = Self { sequence: entry.sequence, hash: hash(line.as_bytes()) };
        line
    }
}

/// The hash that the next line carries: of this line's text, without its newline.
fn hash(line: &[u8]) -> String {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    HEXLOWER.encode(digest(&SHA256, text).as_ref())
}

//! The deletion journal: JSON Lines, each with the hash of the line before, so that none can be altered, removed or
//! added unseen. docs/formats.md lays it down.

use domain::digest::sha256_hex;
use serde::{Deserialize, Serialize};

use super::{Gone, KeyStoreError};

/// One entry of the deletion journal, which is copied off the host and replayed after a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Counts from 1 without gaps.
    pub sequence: u64,
    /// What is gone.
    #[serde(flatten)]
    pub gone: Gone,
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

    /// The line as it is written, without its newline.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("ids, times and texts can be written as JSON")
    }
}

/// The end of a journal: what the next line follows on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalTail {
    /// The number of the last line; 0 in an empty journal.
    pub sequence: u64,
    /// The SHA-256 of that line, in lower-case hexadecimal; 64 zeros in an empty journal.
    pub hash: String,
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
    pub fn next(&mut self, gone: &Gone) -> String {
        let (sequence, previous) = (self.sequence + 1, self.hash.clone());
        let entry = JournalEntry { sequence, gone: gone.clone(), previous };
        let line = entry.to_line();
        *self = Self { sequence: entry.sequence, hash: hash(line.as_bytes()) };
        line
    }
}

/// The hash that the next line carries: of this line's text, without its newline.
fn hash(line: &[u8]) -> String {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    sha256_hex(text)
}

//! Checkpoints (C2SP `tlog-checkpoint`): what a log commits to at a size, signed as a note.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::{
    hash::Hash,
    note::{NoteError, SigningKey, VerifyingKey, open_note, sign_note},
};

/// What a log commits to: these entries, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's identity, and the name of the key that signs for it.
    pub origin: String,
    /// Entries in the tree.
    pub size: u64,
    /// The root of the tree at that size.
    pub root: Hash,
}

impl Checkpoint {
    /// The signed note that commits the log of `key` to `size` entries under `root`. Sign nothing that contradicts
    /// what was signed before: two checkpoints that contradict each other are the proof of a forged log.
    pub fn sign(size: u64, root: Hash, key: &SigningKey) -> String {
        let origin = key.verifying_key().name().to_owned();
        let text = Self { origin, size, root }.to_string();
        sign_note(&text, key).expect("a key name has no control character, and the text ends in a newline")
    }

    /// Reads a signed checkpoint and checks that it is of the log of `key`.
    ///
    /// # Errors
    /// [`CheckpointError`] when the signature does not fit, the text is malformed or the origin is another one.
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Self, CheckpointError> {
        let checkpoint: Self = open_note(note, key)?.parse()?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::Origin) }
    }
}

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// Reads the text of a checkpoint, without signatures. Extension lines are opaque by specification and cannot be
    /// audited, so they are allowed and dropped.
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        parse(text).ok_or(CheckpointError::Malformed)
    }
}

fn parse(text: &str) -> Option<Checkpoint> {
    let lines: Vec<&str> = text.strip_suffix('\n')?.split('\n').collect();
    let [origin, size, root, ..] = lines[..] else { return None };
    if lines.iter().any(|line| line.is_empty()) {
        return None;
    }
    Some(Checkpoint { origin: origin.to_owned(), size: parse_size(size)?, root: Hash::from_base64(root)? })
}

/// A size has one spelling: no sign, no leading zero.
fn parse_size(text: &str) -> Option<u64> {
    let size: u64 = text.parse().ok()?;
    (size.to_string() == text).then_some(size)
}

/// A checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// The note is malformed, or not signed by the key we trust.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The signed text is not a checkpoint.
    #[error(
        "not a checkpoint: expected origin, size and base64 root, a line each, as in C2SP tlog-checkpoint"
    )]
    Malformed,
    /// The key signed for another log than its own.
    #[error("the checkpoint is of another log: its origin is not the name of the key")]
    Origin,
}

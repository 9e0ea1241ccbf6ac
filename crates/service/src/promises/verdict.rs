//! What a check found.

use gate::GateError;
use serde::{Deserialize, Serialize};

/// Whether a promise is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Everything that was looked at is as promised.
    Kept,
    /// Something is not as promised.
    Broken,
    /// A person vouches for it, as no machine can.
    Attested,
    /// Nobody looked, and the evidence says why.
    Unchecked,
}

/// A status and what it rests on, in words without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) status: Status,
    pub(crate) evidence: String,
}

impl Verdict {
    pub(crate) fn kept(evidence: impl Into<String>) -> Self {
        Self { status: Status::Kept, evidence: evidence.into() }
    }

    pub(crate) fn broken(evidence: impl Into<String>) -> Self {
        Self { status: Status::Broken, evidence: evidence.into() }
    }

    pub(crate) fn unchecked(evidence: impl Into<String>) -> Self {
        Self { status: Status::Unchecked, evidence: evidence.into() }
    }

    /// Kept when no fault was found, else broken by the first of them, with their number.
    pub(crate) fn unless(faults: &[String], evidence: impl FnOnce() -> String) -> Self {
        match faults {
            [] => Self::kept(evidence()),
            [only] => Self::broken(only.clone()),
            [first, rest @ ..] => Self::broken(format!("{first}; and {} more", rest.len())),
        }
    }
}

impl From<GateError> for Verdict {
    /// A system that cannot be examined keeps nothing provably; one that is damaged has broken its word.
    fn from(error: GateError) -> Self {
        match error {
            GateError::Damaged(what) => Self::broken(format!("stored data is damaged: {what}")),
            other => Self::unchecked(format!("could not be checked: {other}")),
        }
    }
}

/// A number with its noun, for evidence: `1 record`, `3 records`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

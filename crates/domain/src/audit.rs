//! The private side of an audit entry: who did what, to whose data, for which purpose, under which clause.

mod action;

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use action::Action;

use crate::{
    choice::Evidence,
    id::{AccountId, KeyId, RecordId, SubjectId},
};

/// Names one entry from the moment it is durable: the bundle it was committed in and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId {
    /// The number of the bundle, counted from 1.
    pub bundle: u64,
    /// The place in the bundle, counted from 0.
    pub position: u32,
}

/// A text that is not an entry id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an entry id: expected `ent_` and 24 hexadecimal digits")]
pub struct NotAnEntryId;

impl fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ent_{:016x}{:08x}", self.bundle, self.position)
    }
}

impl FromStr for EntryId {
    type Err = NotAnEntryId;

    fn from_str(text: &str) -> Result<Self, NotAnEntryId> {
        let digits = text.strip_prefix("ent_").ok_or(NotAnEntryId)?;
        let bytes = HEXLOWER.decode(digits.as_bytes()).map_err(|_| NotAnEntryId)?;
        let (bundle, position) = bytes.split_first_chunk::<8>().ok_or(NotAnEntryId)?;
        let position = <[u8; 4]>::try_from(position).map_err(|_| NotAnEntryId)?;
        Ok(Self { bundle: u64::from_be_bytes(*bundle), position: u32::from_be_bytes(position) })
    }
}

impl Serialize for EntryId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntryId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was allowed, and done.
    Allowed,
    /// It was refused, and not done.
    Refused,
}

/// What an entry commits to. Sealed under the subject's audit key, and opened only with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// When, to the microsecond.
    pub at: Timestamp,
    /// What was done.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// The account concerned.
    pub account: AccountId,
    /// The key that asked; none when the system itself acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<KeyId>,
    /// The member of staff who asked, signed in to the console.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub staff: Option<SubjectId>,
    /// Whether the person did it themselves, in the privacy center.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub by_person: bool,
    /// Whose data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectId>,
    /// Which record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordId>,
    /// The record type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_type: Option<String>,
    /// The categories of personal data that were opened, changed or refused.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub categories: Vec<String>,
    /// The purpose that was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The recipient that was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The number of the operator's policy version that decided.
    pub policy: u32,
    /// The section of the policy that allowed or refused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<u16>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whatever else the entry must prove, without personal data: a digest, a version, a count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The people concerned, where they are many: none of them is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub concerned: Option<Concerned>,
    /// What a person chose, and what they were shown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub choice: Option<Evidence>,
    /// The case concerned, and what was said about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub case: Option<Statement>,
    /// The records whose time was over.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub expired: Vec<Expired>,
}

/// A record whose time was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expired {
    /// Which.
    pub record: RecordId,
    /// The record type.
    pub record_type: String,
    /// The retention clock.
    pub clock: String,
    /// When the clock had run.
    pub ended_at: Timestamp,
}

/// What was said about a case: words of people, which only this sealed detail holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The hold, request or complaint, by its id.
    pub case: String,
    /// Who determined or decided it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
    /// On what evidence, or for which reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<String>,
}

/// A commitment to a set of people, by which it can be shown later that a person was among them or was not.
/// docs/formats.md says how the root is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concerned {
    /// How many they are.
    pub people: u64,
    /// What each commitment is salted with, 32 hexadecimal digits.
    pub salt: String,
    /// The Merkle root (RFC 9162) over the commitments, in base64.
    pub root: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_id_reads_back() {
        let id = EntryId { bundle: 71, position: 3 };
        assert_eq!(id.to_string(), "ent_000000000000004700000003");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("ent_00".parse::<EntryId>().is_err());
    }
}

//! Records: what is stored about a subject in one go, sealed field by field.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, RecordId, SubjectId},
    metadata::Metadata,
};

/// A record as it is stored: its metadata in the clear, from closed vocabularies, and its fields sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id, in the subject's bucket.
    pub id: RecordId,
    /// Whose it is.
    pub subject: SubjectId,
    /// The account that holds it.
    pub account: AccountId,
    /// The record type of the policy.
    pub record_type: String,
    /// Counts every change of its fields; an update must name the version it is based on.
    pub version: u32,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// The retention class, whose key seals it.
    pub class: String,
    /// What is known of it without opening it.
    pub metadata: Metadata,
    /// Its fields, sealed.
    pub fields: Vec<SealedField>,
}

/// One sealed field. Its name and version are part of what the seal binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedField {
    /// The field of the record type.
    pub name: String,
    /// The record's version when this field was sealed.
    pub version: u32,
    /// The sealed value; docs/formats.md says byte by byte.
    pub sealed: Vec<u8>,
}

/// Where a record came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person gave it.
    #[default]
    Subject,
    /// A Client gave it about its End User.
    Account,
    /// It was observed, as an address in a log is.
    Observed,
    /// Someone else gave it.
    ThirdParty,
}

impl Source {
    /// The word used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Account => "account",
            Self::Observed => "observed",
            Self::ThirdParty => "third_party",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Subject, Self::Account, Self::Observed, Self::ThirdParty]
            .into_iter()
            .find(|source| source.as_str() == text)
    }
}

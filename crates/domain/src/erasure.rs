//! Erasure: its levels, what it kept and why, and the certificate that proves it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    audit::EntryId,
    id::{AccountId, ErasureId, SubjectId},
};

/// The erasure of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Its id.
    pub id: ErasureId,
    /// Whose data.
    pub subject: SubjectId,
    /// The account that held it.
    pub account: AccountId,
    /// How far it has come.
    pub state: ErasureState,
}

/// How far an erasure has come, with the evidence of each level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErasureState {
    /// Nothing opens any more; the keys still stand in the key store.
    Inaccessible {
        /// Since when.
        at: Timestamp,
        /// What is kept.
        kept: Vec<Kept>,
    },
    /// The keys are destroyed and the certificate is written; the sealed rows are still to be purged.
    Shredded(Certificate),
    /// The rows, indexes and free pages are gone too.
    Purged {
        /// When.
        at: Timestamp,
        /// The certificate.
        certificate: Certificate,
    },
}

impl ErasureState {
    /// The certificate, once the keys are destroyed.
    pub fn into_certificate(self) -> Option<Certificate> {
        match self {
            Self::Inaccessible { .. } => None,
            Self::Shredded(certificate) | Self::Purged { certificate, .. } => Some(certificate),
        }
    }
}

/// What an erasure left, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The record type that is kept.
    pub record_type: String,
    /// The retention class whose key is kept.
    pub class: String,
    /// How many records.
    pub records: u64,
    /// The declared exception.
    pub exception: String,
    /// Its ground.
    pub ground: String,
    /// When the last of them expires; open when the policy sets a review instead.
    pub until: Option<Timestamp>,
    /// Where someone determined that the exception applies: who, and when it is looked at again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub determined: Option<Determined>,
}

/// Why something is kept without a set end. The evidence is sealed in the hold's entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Determined {
    /// The hold.
    pub hold: String,
    /// Who determines it, by the policy.
    pub by: String,
    /// When it is looked at again.
    pub review_at: Timestamp,
}

/// What the holder of a certificate can show to anyone: the levels of the erasure, and an entry of the audit log
/// that commits to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The erasure.
    pub erasure: ErasureId,
    /// Whose data; the id points at no one any more. None where it was a child's: then not even the id is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<SubjectId>,
    /// The account that held it.
    pub account: AccountId,
    /// Since when the gate refuses to open anything.
    pub inaccessible_at: Timestamp,
    /// Since when the wrapped keys are in no live file of the key store.
    pub shredded_at: Timestamp,
    /// By when the last key backup, dead row or archive that could hold a key has aged out.
    pub irrecoverable_by: Timestamp,
    /// How many keys were destroyed.
    pub keys_destroyed: u64,
    /// What was kept, under which exception, until when.
    pub kept: Vec<Kept>,
    /// The promise and clause under which it was done.
    pub clause: u16,
    /// The entry of the audit log that commits to this certificate's detail.
    pub entry: Option<EntryId>,
    /// What the entry commits to: the exact bytes, as text.
    pub detail: String,
    /// The key of that commitment (64 hexadecimal digits): with it and the detail, the holder alone can show
    /// what the public leaf stands for.
    pub leaf_key: String,
}

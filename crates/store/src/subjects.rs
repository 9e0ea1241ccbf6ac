//! Subjects and where their keys stand.

use async_trait::async_trait;
use domain::{AccountId, Subject, SubjectId};

use crate::{
    error::StoreError,
    key_store::{Deletion, SlotNumber},
};

/// Which slot of the key store holds the key of one (subject, class).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyBinding {
    /// Whose key.
    pub subject: SubjectId,
    /// The retention class, or [`AUDIT_CLASS`].
    pub class: String,
    /// Where it stands.
    pub slot: SlotNumber,
}

/// The class of the key under which a subject's audit details are sealed. No retention clock can have this
/// name: names in a policy have no leading underscore.
pub const AUDIT_CLASS: &str = "_audit";

/// Reads subjects.
#[async_trait]
pub trait Subjects {
    /// One subject with the bindings of its keys.
    async fn subject(&self, id: SubjectId) -> Result<Option<(Subject, Vec<KeyBinding>)>, StoreError>;
    /// The subjects of an account, in the order of their ids, after `after`.
    async fn subjects(
        &self,
        account: AccountId,
        after: Option<SubjectId>,
        limit: u32,
    ) -> Result<Vec<Subject>, StoreError>;
    /// The subjects of all accounts whose erasure has begun and of whom a row is left, in the order of their ids, after
    /// `after`.
    async fn inactive_subjects(
        &self,
        after: Option<SubjectId>,
        limit: u32,
    ) -> Result<Vec<Subject>, StoreError>;
    /// Every binding of an account's subjects after a place, in order: what a key rotation walks.
    async fn key_bindings(
        &self,
        account: AccountId,
        after: Option<(SubjectId, String)>,
        limit: u32,
    ) -> Result<Vec<KeyBinding>, StoreError>;
    /// Slots that must be destroyed, in order: what start-up finishes after a crash.
    async fn condemned_slots(&self, limit: u32) -> Result<Vec<Deletion>, StoreError>;
}

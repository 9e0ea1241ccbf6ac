//! Cases: one queue and one clock for all that is opened and must be closed, whatever noun it is.

use async_trait::async_trait;
use domain::{AccountId, Case, CaseId, CaseKind, SubjectId};
use jiff::Timestamp;

use crate::error::StoreError;

/// Which cases are wanted, in the order of what is due first; those without a time come last.
#[derive(Debug, Clone, Copy)]
pub struct Queue {
    /// Whose.
    pub account: AccountId,
    /// Of which kind.
    pub kind: CaseKind,
    /// Those that are open, or those that are closed.
    pub is_open: bool,
    /// After which one: when it was due, and which it was.
    pub after: Option<(Option<Timestamp>, CaseId)>,
    /// At most how many.
    pub limit: u32,
}

/// Reads cases.
#[async_trait]
pub trait Cases {
    /// One case of a kind.
    async fn case(&self, kind: CaseKind, id: CaseId) -> Result<Option<Case>, StoreError>;
    /// An account's cases.
    async fn queue(&self, wanted: Queue) -> Result<Vec<Case>, StoreError>;
    /// The cases of one kind about a subject, in the order of their ids.
    async fn cases_about(&self, kind: CaseKind, subject: SubjectId) -> Result<Vec<Case>, StoreError>;
    /// Cases of a kind, of all accounts, that the clock must look at by `now`, the longest awaited first.
    async fn woken(&self, kind: CaseKind, now: Timestamp, limit: u32) -> Result<Vec<Case>, StoreError>;
    /// How many cases of a kind, of all accounts, the clock must look at some time.
    async fn awake(&self, kind: CaseKind) -> Result<u32, StoreError>;
}

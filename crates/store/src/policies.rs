//! Policy versions: the text that was published, for the operator and for each account.

use async_trait::async_trait;
use domain::AccountId;
use jiff::Timestamp;

use crate::error::StoreError;

/// A published policy version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Whose policy.
    pub account: AccountId,
    /// Counted from 1.
    pub number: u32,
    /// The policy file.
    pub source: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// Why it could not wait for the notice that was promised, where somebody said so. As public as the policy.
    pub because: Option<String>,
}

/// Reads policy versions.
#[async_trait]
pub trait Policies {
    /// Every version of every account, oldest first.
    async fn policy_versions(&self) -> Result<Vec<PolicyVersion>, StoreError>;
}

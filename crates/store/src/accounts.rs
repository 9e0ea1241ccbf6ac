//! Accounts, their keys and their API keys.

use async_trait::async_trait;
use domain::{Account, AccountId, ApiKey};

use crate::error::StoreError;

/// The secrets of an account, wrapped under the root key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedAccountKeys {
    /// Whose they are.
    pub account: AccountId,
    /// Which version.
    pub version: u32,
    /// The wrapped bytes; docs/formats.md says which.
    pub wrapped: Vec<u8>,
}

/// Reads accounts. They are few, and kept in memory by whoever needs them often.
#[async_trait]
pub trait Accounts {
    /// Every account.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;
    /// Every version of every account's wrapped keys.
    async fn account_keys(&self) -> Result<Vec<WrappedAccountKeys>, StoreError>;
    /// Every API key, revoked ones included.
    async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError>;
    /// Counts every change of what a process keeps in memory: accounts, their keys, API keys and policy versions.
    async fn registry_version(&self) -> Result<u64, StoreError>;
    /// A small value of the installation by name, for example the sealed signing key of the log.
    async fn installation(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;
}

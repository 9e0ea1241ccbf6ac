//! The access log: lines by account and day, found by a tag of their address, and what stands out in them.
//!
//! Who asked is sealed under the key of the account and day, which is in the key store. No backup holds these rows, as none holds
//! those keys.

use async_trait::async_trait;
use domain::{
    AccountId,
    access_log::{AccessEvent, Asked},
};
use jiff::Timestamp;

use crate::error::StoreError;

/// What the lines of an address are found by on one day.
pub type AccessTag = [u8; 16];

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// Whose log.
    pub account: AccountId,
    /// The day: days since 1970 (UTC).
    pub day: i32,
    /// What its address is found by.
    pub tag: AccessTag,
    /// When.
    pub at: Timestamp,
    /// What was asked for.
    pub asked: Asked,
    /// Who asked, sealed.
    pub sealed: Vec<u8>,
}

/// A day of an account's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessDay {
    /// Whose.
    pub account: AccountId,
    /// Which day.
    pub day: i32,
    /// How many lines it has.
    pub lines: u64,
}

/// An address that stands out on a day, by its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalRow {
    /// Whose log.
    pub account: AccountId,
    /// Which day.
    pub day: i32,
    /// Which signal, as the policy calls it.
    pub signal: String,
    /// Which address.
    pub tag: AccessTag,
    /// How often it happened, at most, within the time that the policy says.
    pub times: u64,
    /// When that was last so.
    pub at: Timestamp,
}

/// Reads the access log.
#[async_trait]
pub trait AccessLog {
    /// The days of one account's log, or of all, in order.
    async fn access_days(&self, account: Option<AccountId>) -> Result<Vec<AccessDay>, StoreError>;
    /// Lines with one of these tags on its day, the newest first.
    async fn access_lines(
        &self,
        account: AccountId,
        wanted: &[(i32, AccessTag)],
        limit: u32,
    ) -> Result<Vec<AccessRow>, StoreError>;
    /// Addresses from which so much came since a moment: of one kind of event, or of any kind.
    async fn busy_addresses(
        &self,
        since: Timestamp,
        event: Option<AccessEvent>,
        times: u32,
    ) -> Result<Vec<SignalRow>, StoreError>;
    /// What stands out in an account's log, the latest first.
    async fn signals(&self, account: AccountId, limit: u32) -> Result<Vec<SignalRow>, StoreError>;
}

//! The access log, as it is.

use async_trait::async_trait;
use domain::{AccountId, access_log::AccessEvent};
use store::{
    AccessLog,
    access_log::{AccessDay, AccessRow, AccessTag, SignalRow},
};

use super::{FaultyStore, Read};

#[async_trait]
impl AccessLog for FaultyStore {
    async fn access_days(&self, account: Option<AccountId>) -> Read<Vec<AccessDay>> {
        self.inner.access_days(account).await
    }
    async fn access_lines(
        &self,
        account: AccountId,
        wanted: &[(i32, AccessTag)],
        limit: u32,
    ) -> Read<Vec<AccessRow>> {
        self.inner.access_lines(account, wanted, limit).await
    }
    async fn busy_addresses(
        &self,
        since: jiff::Timestamp,
        event: Option<AccessEvent>,
        times: u32,
    ) -> Read<Vec<SignalRow>> {
        self.inner.busy_addresses(since, event, times).await
    }
    async fn signals(&self, account: AccountId, limit: u32) -> Read<Vec<SignalRow>> {
        self.inner.signals(account, limit).await
    }
}

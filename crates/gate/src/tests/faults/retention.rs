//! What retention reads goes wrong as little as other reading.

use async_trait::async_trait;
use domain::{AccountId, Subject};
use jiff::Timestamp;
use store::{
    Retention,
    retention::{Ending, Expired, Kept, Span},
};

use super::{FaultyStore, Read};

#[async_trait]
impl Retention for FaultyStore {
    async fn expired(&self, now: Timestamp, limit: u32) -> Read<Vec<Expired>> {
        self.inner.expired(now, limit).await
    }
    async fn endings(&self, span: Span) -> Read<Vec<Ending>> {
        self.inner.endings(span).await
    }
    async fn endless(&self, account: Option<AccountId>) -> Read<Vec<Ending>> {
        self.inner.endless(account).await
    }
    async fn kept_endings(&self, span: Span) -> Read<Vec<Kept>> {
        self.inner.kept_endings(span).await
    }
    async fn settling_subjects(&self, limit: u32) -> Read<Vec<Subject>> {
        self.inner.settling_subjects(limit).await
    }
}

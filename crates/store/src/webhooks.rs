//! Webhooks, and which of them have something to deliver.

use async_trait::async_trait;
use domain::{AccountId, Webhook, WebhookId};
use jiff::Timestamp;

use crate::error::StoreError;

/// Reads webhooks.
#[async_trait]
pub trait Webhooks {
    /// One webhook.
    async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError>;
    /// The webhooks of an account, in the order of their ids.
    async fn webhooks(&self, account: AccountId) -> Result<Vec<Webhook>, StoreError>;
    /// The active webhooks of all accounts that are due by `now` and for which an event waits, the longest due first, and of
    /// those that are due since the same time the one that is furthest behind.
    async fn due_webhooks(&self, now: Timestamp, limit: u32) -> Result<Vec<Webhook>, StoreError>;
    /// When the oldest event happened that waits for an active webhook.
    async fn oldest_undelivered(&self) -> Result<Option<Timestamp>, StoreError>;
}

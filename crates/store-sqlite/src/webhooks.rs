//! Webhooks.

use async_trait::async_trait;
use domain::{AccountId, Webhook, WebhookId};
use jiff::Timestamp;
use rusqlite::{Row, params};
use store::{StoreError, Webhooks};

use crate::{
    SqliteStore,
    rows::{Read, get_json, get_optional_time, time},
};

/// The events of a webhook that wait, the next one first. That the index is not null is not new, and makes the partial
/// index usable.
macro_rules! waiting {
    () => {
        "FROM event e WHERE e.account_id = w.account_id AND e.log_index IS NOT NULL
         AND (e.log_index, e.ordinal) >= (w.from_index, w.from_ordinal) ORDER BY e.log_index, e.ordinal LIMIT 1"
    };
}

pub(crate) const DUE: &str = concat!(
    "SELECT w.facts FROM webhook w WHERE w.due_at <= ?1 AND EXISTS (SELECT 1 ",
    waiting!(),
    ") ORDER BY w.due_at, w.from_index, w.id LIMIT ?2"
);

#[async_trait]
impl Webhooks for SqliteStore {
    async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        self.readers.first("SELECT facts FROM webhook WHERE id = ?1", [id.as_bytes()], webhook)
    }

    async fn webhooks(&self, account: AccountId) -> Result<Vec<Webhook>, StoreError> {
        let sql = "SELECT facts FROM webhook WHERE account_id = ?1 ORDER BY id";
        self.readers.all(sql, [account.as_bytes()], webhook)
    }

    async fn due_webhooks(&self, now: Timestamp, limit: u32) -> Result<Vec<Webhook>, StoreError> {
        self.readers.all(DUE, params![time(now), limit], webhook)
    }

    async fn oldest_undelivered(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = concat!(
            "SELECT min((SELECT e.at ",
            waiting!(),
            ")) AS at FROM webhook w WHERE w.due_at IS NOT NULL"
        );
        let found = self.readers.first(sql, [], |row| get_optional_time(row, "at"))?;

        Ok(found.flatten())
    }
}

fn webhook(row: &Row<'_>) -> Read<Webhook> {
    get_json(row, "facts")
}

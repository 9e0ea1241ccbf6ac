//! Webhooks.

use async_trait::async_trait;
use domain::{AccountId, Webhook, WebhookId};
use jiff::Timestamp;
use store::{StoreError, Webhooks};
use tokio_postgres::Row;

use crate::{
    PostgresStore,
    rows::{Read, bucket, get_json, get_optional_time, number, time, uuid},
};

/// The events of a webhook that wait, the next one first. Both lie where the account does. That the index is not null is not
/// new, and makes the partial index usable.
macro_rules! waiting {
    () => {
        "FROM event e WHERE e.bucket = w.bucket AND e.account_id = w.account_id AND e.log_index IS NOT NULL
         AND (e.log_index, e.ordinal) >= (w.from_index, w.from_ordinal) ORDER BY e.log_index, e.ordinal LIMIT 1"
    };
}

#[async_trait]
impl Webhooks for PostgresStore {
    async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        let sql = "SELECT facts FROM webhook WHERE bucket = $1 AND id = $2";
        self.database.query(sql, &[&bucket(id), &uuid(id)]).await?.first().map(webhook).transpose()
    }

    async fn webhooks(&self, account: AccountId) -> Result<Vec<Webhook>, StoreError> {
        let sql = "SELECT facts FROM webhook WHERE bucket = $1 AND account_id = $2 ORDER BY id";
        self.database.query(sql, &[&bucket(account), &uuid(account)]).await?.iter().map(webhook).collect()
    }

    async fn due_webhooks(&self, now: Timestamp, limit: u32) -> Result<Vec<Webhook>, StoreError> {
        let sql = concat!(
            "SELECT w.facts FROM webhook w WHERE w.due_at <= $1 AND EXISTS (SELECT 1 ",
            waiting!(),
            ") ORDER BY w.due_at, w.from_index, w.id LIMIT $2"
        );
        self.database.query(sql, &[&time(now), &number(limit)]).await?.iter().map(webhook).collect()
    }

    async fn oldest_undelivered(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = concat!(
            "SELECT min((SELECT e.at ",
            waiting!(),
            ")) AS at FROM webhook w WHERE w.due_at IS NOT NULL"
        );
        let rows = self.database.query(sql, &[]).await?;
        rows.first().map_or(Ok(None), |row| get_optional_time(row, "at"))
    }
}

fn webhook(row: &Row) -> Read<Webhook> {
    get_json(row, "facts")
}

//! Webhooks: added, moved on a version at a time, and removed.

use domain::Webhook;
use store::{Change, CommitError, Conflict};

use super::must;
use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, json, number, time, uuid},
};

pub(super) async fn apply(transaction: &Transaction<'_>, change: &Change) -> Result<(), Refused> {
    match change {
        Change::AddWebhook(webhook) => add(transaction, webhook).await,
        Change::ReplaceWebhook(webhook) => replace(transaction, webhook).await,
        Change::RemoveWebhook(id) => {
            let sql = "DELETE FROM webhook WHERE bucket = $1 AND id = $2";
            must(transaction, sql, &[&bucket(*id), &uuid(*id)], Conflict::Webhook).await
        }
        _ => Ok(()),
    }
}

async fn add(transaction: &Transaction<'_>, webhook: &Webhook) -> Result<(), Refused> {
    let facts = json(webhook).map_err(CommitError::from)?;
    let sql = "INSERT INTO webhook (bucket, id, account_id, version, due_at, from_index, from_ordinal, facts)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    let row: Parameters<'_> = &[
        &bucket(webhook.id),
        &uuid(webhook.id),
        &uuid(webhook.account),
        &number(webhook.version),
        &due_at(webhook),
        &webhook.from.index.cast_signed(),
        &number(webhook.from.ordinal),
        &facts,
    ];
    must(transaction, sql, row, Conflict::Exists).await
}

async fn replace(transaction: &Transaction<'_>, webhook: &Webhook) -> Result<(), Refused> {
    let facts = json(webhook).map_err(CommitError::from)?;
    let sql = "UPDATE webhook SET version = $3, due_at = $4, from_index = $5, from_ordinal = $6, facts = $7
               WHERE bucket = $1 AND id = $2 AND version + 1 = $3";
    let row: Parameters<'_> = &[
        &bucket(webhook.id),
        &uuid(webhook.id),
        &number(webhook.version),
        &due_at(webhook),
        &webhook.from.index.cast_signed(),
        &number(webhook.from.ordinal),
        &facts,
    ];
    must(transaction, sql, row, Conflict::Webhook).await
}

/// One that is given up is never due.
fn due_at(webhook: &Webhook) -> Option<i64> {
    webhook.is_active().then(|| time(webhook.due_at))
}

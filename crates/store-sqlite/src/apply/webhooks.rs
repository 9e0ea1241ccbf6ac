//! Webhooks: added, moved on a version at a time, and removed.

use domain::Webhook;
use rusqlite::{Connection, params};
use store::{Change, CommitError, Conflict};

use super::{add, change};
use crate::rows::{json, time};

pub(super) fn apply(connection: &Connection, change_: &Change) -> Result<(), CommitError> {
    match change_ {
        Change::AddWebhook(webhook) => add(
            connection,
            "INSERT INTO webhook VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                webhook.id.as_bytes(),
                webhook.account.as_bytes(),
                webhook.version,
                due_at(webhook),
                webhook.from.index.cast_signed(),
                webhook.from.ordinal,
                json(webhook)?
            ],
            Conflict::Exists,
        ),
        Change::ReplaceWebhook(webhook) => change(
            connection,
            "UPDATE webhook SET version = ?2, due_at = ?3, from_index = ?4, from_ordinal = ?5, facts = ?6
             WHERE id = ?1 AND version + 1 = ?2",
            params![
                webhook.id.as_bytes(),
                webhook.version,
                due_at(webhook),
                webhook.from.index.cast_signed(),
                webhook.from.ordinal,
                json(webhook)?
            ],
            Conflict::Webhook,
        ),
        Change::RemoveWebhook(id) => {
            change(connection, "DELETE FROM webhook WHERE id = ?1", [id.as_bytes()], Conflict::Webhook)
        }
        _ => Ok(()),
    }
}

/// One that is given up is never due.
fn due_at(webhook: &Webhook) -> Option<i64> {
    webhook.is_active().then(|| time(webhook.due_at))
}

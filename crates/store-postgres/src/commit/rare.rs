//! What is seldom changed, one change at a time.

mod erasures;
mod log;
mod people;

use domain::EntryId;
use store::{Change, CommitError, Conflict};

use super::{alone::Refused, transaction::Transaction};
use crate::connect::Parameters;

/// Applies one change; returns how many rows a purge removed. `entry` names the unit's first entry.
pub(super) async fn apply(
    transaction: &Transaction<'_>,
    change: &Change,
    entry: Option<EntryId>,
) -> Result<u64, Refused> {
    match change {
        Change::Purge { subject, keep, audit, limit } => {
            return erasures::purge(transaction, *subject, keep, *audit, *limit).await;
        }
        Change::AddErasure(_) | Change::ReplaceErasure(_) | Change::MarkPurged(..) => {
            erasures::apply(transaction, change, entry).await?;
        }
        Change::AdvanceLog { .. }
        | Change::PutCheckpoint(_)
        | Change::TakeLease { .. }
        | Change::ReturnLease { .. }
        | Change::RemoveReplaysBefore(_) => log::apply(transaction, change).await?,
        change => people::apply(transaction, change).await?,
    }
    Ok(0)
}

/// Runs a statement that must touch one row, or the unit conflicts.
async fn must(
    transaction: &Transaction<'_>,
    sql: &str,
    parameters: Parameters<'_>,
    conflict: Conflict,
) -> Result<(), Refused> {
    match transaction.run(sql, parameters).await? {
        1 => Ok(()),
        _ => Err(CommitError::Conflict(conflict).into()),
    }
}

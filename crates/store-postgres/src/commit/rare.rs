//! What is seldom changed, one change at a time.

mod access_log;
mod cases;
mod choices;
mod erasures;
mod events;
mod incidents;
mod log;
mod metadata;
mod people;
mod triggers;
mod visits;
mod webhooks;

use store::{Change, CommitError, Committed, Conflict};

use super::{alone::Refused, transaction::Transaction};
use crate::connect::Parameters;

/// Applies one change, and counts in `committed` what it removed or set.
pub(super) async fn apply(
    transaction: &Transaction<'_>,
    change: &Change,
    committed: &mut Committed,
) -> Result<(), Refused> {
    let entry = committed.entries.first().copied();
    match change {
        Change::Purge { subject, keep, audit, limit } => {
            committed.purged += erasures::purge(transaction, *subject, keep, *audit, *limit).await?;
        }
        Change::SetMetadata(wanted) => committed.changed += metadata::set(transaction, wanted).await?,
        Change::AddChoice(choice, standing) => choices::add(transaction, choice, standing, entry).await?,
        Change::OpenCase(case) => cases::open(transaction, case, entry).await?,
        Change::ReplaceCase(case) => cases::replace(transaction, case).await?,
        Change::RemoveCase(id, version) => cases::remove(transaction, *id, *version).await?,
        Change::SetFreezes { subject, version, freezes } => {
            cases::freeze(transaction, *subject, *version, freezes).await?;
        }
        Change::SetTriggers { subject, version, triggers } => {
            triggers::set(transaction, *subject, *version, triggers).await?;
        }
        Change::SettleEnds { subject, triggers, ends } => {
            triggers::settle(transaction, *subject, triggers, ends).await?;
        }
        Change::AddErasure(_) | Change::ReplaceErasure(_) | Change::MarkPurged(..) => {
            erasures::apply(transaction, change, entry).await?;
        }
        Change::AddIncident(_) | Change::ReplaceIncident(_) => {
            incidents::apply(transaction, change, entry).await?;
        }
        Change::AddEvents(_) | Change::RemoveEventsBefore(_) => {
            events::apply(transaction, change, entry).await?;
        }
        Change::AddWebhook(_) | Change::ReplaceWebhook(_) | Change::RemoveWebhook(_) => {
            webhooks::apply(transaction, change).await?;
        }
        Change::AddHits(_)
        | Change::CloseVisits(_)
        | Change::AddWholeDay(_)
        | Change::RemoveVisitor(..)
        | Change::RemoveVisits(..)
        | Change::PutTally(_)
        | Change::PutStretch(_)
        | Change::CountDropped(..) => visits::apply(transaction, change).await?,
        Change::AddAccessLines(_) | Change::PutSignal(_) | Change::RemoveAccessDay(..) => {
            access_log::apply(transaction, change).await?;
        }
        Change::AdvanceLog { .. }
        | Change::PutCheckpoint(_)
        | Change::TakeLease { .. }
        | Change::ReturnLease { .. }
        | Change::RemoveReplaysBefore(_) => log::apply(transaction, change).await?,
        change => people::apply(transaction, change).await?,
    }
    Ok(())
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

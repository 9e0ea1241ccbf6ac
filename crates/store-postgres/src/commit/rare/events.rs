//! Events: added, and forgotten when they are old. They get their place with the log (`log.rs`).

use domain::{EntryId, NewEvent};
use store::{Change, CommitError, StoreError};

use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, json, number, time, uuid},
};

pub(super) async fn apply(
    transaction: &Transaction<'_>,
    change: &Change,
    entry: Option<EntryId>,
) -> Result<(), Refused> {
    match change {
        Change::AddEvents(events) => add(transaction, events, entry).await?,
        Change::RemoveEventsBefore(at) => {
            transaction.run("DELETE FROM event WHERE at < $1", &[&time(*at)]).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn add(
    transaction: &Transaction<'_>,
    events: &[NewEvent],
    entry: Option<EntryId>,
) -> Result<(), Refused> {
    let untied = || StoreError::Unavailable("an event without an entry to tie it to".to_owned());
    let entry = entry.ok_or_else(untied).map_err(CommitError::from)?;
    let sql = "INSERT INTO event (bucket, bundle, position, ordinal, account_id, kind, at, facts)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    for (event, ordinal) in events.iter().zip(0..) {
        let facts = json(&event.facts).map_err(CommitError::from)?;
        let row: Parameters<'_> = &[
            &bucket(event.account),
            &entry.bundle.cast_signed(),
            &entry.position.cast_signed(),
            &number(ordinal),
            &uuid(event.account),
            &event.kind.as_str(),
            &time(event.at),
            &facts,
        ];
        transaction.run(sql, row).await?;
    }
    Ok(())
}

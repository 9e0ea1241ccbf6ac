//! Events: added, and forgotten when they are old. They get their place with the log (`sequence.rs`).

use domain::{EntryId, NewEvent};
use rusqlite::{Connection, params};
use store::{Change, CommitError, StoreError};

use super::run;
use crate::rows::{json, time};

pub(super) fn apply(
    connection: &Connection,
    change: &Change,
    entry: Option<EntryId>,
) -> Result<(), CommitError> {
    match change {
        Change::AddEvents(events) => add_events(connection, events, entry),
        Change::RemoveEventsBefore(at) => {
            run(connection, "DELETE FROM event WHERE at < ?1", [time(*at)]).map(drop)
        }
        _ => Ok(()),
    }
}

fn add_events(
    connection: &Connection,
    events: &[NewEvent],
    entry: Option<EntryId>,
) -> Result<(), CommitError> {
    let untied = || StoreError::Unavailable("an event without an entry to tie it to".to_owned());
    let entry = entry.ok_or_else(untied)?;
    for (event, ordinal) in events.iter().zip(0_u32..) {
        let row = params![
            entry.bundle.cast_signed(),
            entry.position,
            ordinal,
            event.account.as_bytes(),
            event.kind.as_str(),
            time(event.at),
            json(&event.facts)?
        ];
        run(connection, "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)", row)?;
    }
    Ok(())
}

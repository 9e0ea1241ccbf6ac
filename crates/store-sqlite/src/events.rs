//! Events, in the order of the log.

use async_trait::async_trait;
use domain::{AccountId, EntryId, Event, EventId, EventKind, NewEvent, event::Place};
use rusqlite::{Row, params};
use store::{Events, StoreError};

use crate::{
    SqliteStore,
    rows::{Read, corrupt, get, get_count, get_id, get_json, get_time, get_unsigned},
};

/// That the index is not null is not new, and makes the partial index usable.
pub(crate) const IN_ORDER: &str = "SELECT * FROM event WHERE account_id = ?1 AND log_index IS NOT NULL
    AND (log_index, ordinal) >= (?2, ?3) ORDER BY log_index, ordinal LIMIT ?4";

#[async_trait]
impl Events for SqliteStore {
    async fn events(&self, account: AccountId, from: Place, limit: u32) -> Result<Vec<Event>, StoreError> {
        let wanted = params![account.as_bytes(), from.index.cast_signed(), from.ordinal, limit];
        self.readers.all(IN_ORDER, wanted, event)
    }
}

fn event(row: &Row<'_>) -> Read<Event> {
    let (kind, ordinal): (String, _) = (get(row, "kind")?, get_count(row, "ordinal")?);
    let entry = EntryId { bundle: get_unsigned(row, "bundle")?, position: get_count(row, "position")? };
    Ok(Event {
        id: EventId { entry, ordinal },
        place: Place { index: get_unsigned(row, "log_index")?, ordinal },
        told: NewEvent {
            account: get_id(row, "account_id")?,
            kind: EventKind::parse(&kind).ok_or_else(|| corrupt("the kind of an event"))?,
            at: get_time(row, "at")?,
            facts: get_json(row, "facts")?,
        },
    })
}

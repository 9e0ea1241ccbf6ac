//! Events, in the order of the log.

use async_trait::async_trait;
use domain::{AccountId, Event, EventId, EventKind, NewEvent, event::Place};
use store::{Events, StoreError};
use tokio_postgres::Row;

use crate::{
    PostgresStore,
    rows::{
        Read, bucket, corrupt, get, get_count, get_entry, get_id, get_json, get_time, get_unsigned, number,
        uuid,
    },
};

#[async_trait]
impl Events for PostgresStore {
    async fn events(&self, account: AccountId, from: Place, limit: u32) -> Result<Vec<Event>, StoreError> {
        // That it is not null is not new, and makes the partial index usable.
        let sql = "SELECT bundle, position, ordinal, account_id, kind, at, facts, log_index FROM event
                   WHERE bucket = $1 AND account_id = $2 AND log_index IS NOT NULL
                   AND (log_index, ordinal) >= ($3, $4)
                   ORDER BY log_index, ordinal LIMIT $5";
        let (index, ordinal) = (from.index.cast_signed(), number(from.ordinal));
        let wanted: crate::connect::Parameters<'_> =
            &[&bucket(account), &uuid(account), &index, &ordinal, &number(limit)];
        self.database.query(sql, wanted).await?.iter().map(event).collect()
    }
}

fn event(row: &Row) -> Read<Event> {
    let (kind, ordinal): (&str, _) = (get(row, "kind")?, get_count(row, "ordinal")?);
    let entry = get_entry(row)?.ok_or_else(|| corrupt("bundle"))?;
    Ok(Event {
        id: EventId { entry, ordinal },
        place: Place { index: get_unsigned(row, "log_index")?, ordinal },
        told: NewEvent {
            account: get_id(row, "account_id")?,
            kind: EventKind::parse(kind).ok_or_else(|| corrupt("the kind of an event"))?,
            at: get_time(row, "at")?,
            facts: get_json(row, "facts")?,
        },
    })
}

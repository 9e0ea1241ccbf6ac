//! The schema, as numbered steps. One that has landed is never changed: the next step builds on it. A step only
//! adds, so that the program before still runs; what nothing reads any more goes in a step of a later version.

use rusqlite::Connection;
use store::StoreError;

use crate::rows::{Read, unavailable};

/// Each step, in order; the number of steps that a database has gone through is its `user_version`.
const STEPS: [&str; 17] = [
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_replicas.sql"),
    include_str!("migrations/0003_metadata.sql"),
    include_str!("migrations/0004_choices.sql"),
    include_str!("migrations/0005_short_metadata.sql"),
    include_str!("migrations/0006_cases.sql"),
    include_str!("migrations/0007_incidents.sql"),
    include_str!("migrations/0008_flags.sql"),
    include_str!("migrations/0009_events.sql"),
    include_str!("migrations/0010_webhooks.sql"),
    include_str!("migrations/0011_retention.sql"),
    include_str!("migrations/0012_messages.sql"),
    include_str!("migrations/0013_notices.sql"),
    include_str!("migrations/0014_members.sql"),
    include_str!("migrations/0015_visits.sql"),
    include_str!("migrations/0016_stretches.sql"),
    include_str!("migrations/0017_access_log.sql"),
];
/// The version of the schema that this program writes.
#[expect(clippy::cast_possible_wrap, reason = "a handful of steps")]
pub(crate) const SCHEMA: i64 = STEPS.len() as i64;

/// Brings the schema up to what this program writes, a step a transaction.
pub(crate) fn migrate(connection: &Connection) -> Read<()> {
    migrate_to(connection, SCHEMA)
}

/// Brings the schema up to a version that this program knows.
pub(crate) fn migrate_to(connection: &Connection, version: i64) -> Read<()> {
    let found = schema(connection)?;
    let done = usize::try_from(found).ok().filter(|done| *done <= STEPS.len());
    let steps = STEPS.iter().zip(1..).take_while(|(_, number)| *number <= version);
    for (step, number) in steps.skip(done.ok_or_else(|| wrong_schema(found))?) {
        let transaction = format!("BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;");
        connection.execute_batch(&transaction).map_err(unavailable)?;
    }
    Ok(())
}

/// The number of steps that a database has gone through.
pub(crate) fn schema(connection: &Connection) -> Read<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(unavailable)
}

pub(crate) fn wrong_schema(found: i64) -> StoreError {
    StoreError::Unavailable(format!(
        "the data store has schema {found}, this program writes schema {SCHEMA}; use a newer program"
    ))
}

#[cfg(test)]
mod tests {
    use domain::{Source, metadata::Selection};
    use rusqlite::params;
    use store::{Change, Commit, Records, Retention, Unit, conformance::sample};

    use super::*;
    use crate::SqliteStore;

    /// A store as it was when the metadata of a record still stood beside its fields.
    fn before_metadata(connection: &Connection) {
        connection.execute_batch(STEPS[0]).unwrap();
        connection.execute_batch(STEPS[1]).unwrap();
        connection.execute_batch("PRAGMA user_version = 2").unwrap();
        let ids = [sample::bytes(1), sample::bytes(5), sample::bytes(6)];
        let subject = "INSERT INTO subject VALUES (?1, ?1, 'customer', 0, 1, 0, NULL, 0)";
        connection.execute(subject, [ids[0]]).unwrap();
        for (id, collected_for, expires_at) in
            [(ids[1], r#"["orders","support","orders"]"#, Some(9)), (ids[2], "[]", None)]
        {
            let sql = "INSERT INTO record VALUES (?1, ?2, ?2, 'order', 3, 0, 0, ?3, ?4, 'observed', '[\"lab\"]', 'books', x'00')";
            connection.execute(sql, params![id, ids[0], expires_at, collected_for]).unwrap();
        }
    }

    #[tokio::test]
    async fn metadata_moves_out_of_the_records_that_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.db");
        before_metadata(&Connection::open(&path).unwrap());
        let store = SqliteStore::open(&path).unwrap();
        let read = store.record(sample::record_id(5)).await.unwrap().unwrap().record;
        assert_eq!((read.version, read.class.as_str(), read.metadata.version), (3, "books", 1));
        assert_eq!(read.metadata.collected_for, ["orders", "support", "orders"]);
        assert_eq!(read.metadata.expires_at.map(jiff::Timestamp::as_microsecond), Some(9));
        assert_eq!(
            (read.metadata.source, read.metadata.shared_with),
            (Source::Observed, vec!["lab".to_owned()])
        );
        let bare = store.record(sample::record_id(6)).await.unwrap().unwrap().record;
        assert_eq!(bare.metadata.collected_for, Vec::<String>::new());
        let at = jiff::Timestamp::from_microsecond(1).unwrap();
        for purpose in ["orders", "support"] {
            let selection = Selection::CollectedFor(purpose.to_owned());
            let wanted = store::metadata::Wanted {
                account: sample::account_id(1),
                selection: &selection,
                at,
                after: None,
                limit: 9,
            };
            let found = store.matching(wanted).await.unwrap();
            assert_eq!(found, [(sample::record_id(5), sample::subject_id(1))], "{purpose}");
        }
        let remove = vec![Change::RemoveRecord(sample::record_id(5))];
        store.commit(Unit { changes: remove, ..Unit::default() }).await.unwrap();
        assert_eq!(store.expired(sample::time(0), 9).await.unwrap(), []);
    }
}

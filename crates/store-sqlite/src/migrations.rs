//! The schema, as numbered steps. One that has landed is never changed: the next step builds on it. A step only
//! adds, so that the program before still runs; what nothing reads any more goes in a step of a later version.

use rusqlite::Connection;
use store::StoreError;

use crate::rows::{Read, unavailable};

/// Each step, in order; the number of steps that a database has gone through is its `user_version`.
const STEPS: [&str; 2] =
    [include_str!("migrations/0001_initial.sql"), include_str!("migrations/0002_replicas.sql")];
/// The version of the schema that this program writes.
#[expect(clippy::cast_possible_wrap, reason = "a handful of steps")]
pub(crate) const SCHEMA: i64 = STEPS.len() as i64;

/// Brings the schema up to what this program writes, a step a transaction.
pub(crate) fn migrate(connection: &Connection) -> Read<()> {
    let found = schema(connection)?;
    let done = usize::try_from(found).ok().filter(|done| *done <= STEPS.len());
    for (step, number) in STEPS.iter().zip(1..).skip(done.ok_or_else(|| wrong_schema(found))?) {
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

//! The deletion journal as rows, each with the hash of the line before.

use std::collections::HashSet;

use deadpool_postgres::Transaction;
use store::key_store::{Gone, JournalEntry, JournalTail, KeyStoreError};
use tokio_postgres::Row;

use crate::{Database, error::Failure};

/// Appends a line for each that is gone, but none for a slot that is destroyed already.
pub(super) async fn append(
    transaction: &Transaction<'_>,
    gone: &[Gone],
    slots: &[i64],
) -> Result<(), KeyStoreError> {
    // One at a time, from asking whether a slot is destroyed until it is: so that it gets one line, and the lines one
    // order.
    transaction
        .batch_execute("LOCK TABLE deletion_journal IN SHARE ROW EXCLUSIVE MODE")
        .await
        .map_err(Failure::from)?;
    let destroyed = "SELECT slot FROM key_slot WHERE slot = ANY($1) AND image IS NULL";
    let rows = transaction.query(destroyed, &[&slots]).await.map_err(Failure::from)?;
    let mut seen: HashSet<i64> =
        rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(Failure::from)?;
    let mut is_new = |one: &&Gone| one.slot().is_none_or(|slot| seen.insert(slot.0.cast_signed()));
    let mut tail = tail(transaction).await?;
    let (mut numbers, mut lines) = (Vec::new(), Vec::new());
    for one in gone.iter().filter(|one| is_new(one)) {
        lines.push(tail.next(one));
        numbers.push(tail.sequence.cast_signed());
    }
    let sql = "INSERT INTO deletion_journal SELECT * FROM unnest($1::bigint[], $2::text[])";
    transaction.execute(sql, &[&numbers, &lines]).await.map_err(Failure::from)?;
    Ok(())
}

async fn tail(transaction: &Transaction<'_>) -> Result<JournalTail, KeyStoreError> {
    let sql = "SELECT sequence, line FROM deletion_journal ORDER BY sequence DESC LIMIT 1";
    match transaction.query_opt(sql, &[]).await.map_err(Failure::from)? {
        None => Ok(JournalTail::default()),
        Some(row) => {
            let (sequence, line) = columns(&row)?;
            JournalTail::at(line.as_bytes(), sequence)
        }
    }
}

/// The lines with a sequence above `after`, and whether they follow on each other.
pub(super) async fn read(database: &Database, after: u64) -> Result<Vec<JournalEntry>, KeyStoreError> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    // The one before is read too, as the first follows on it.
    let sql = "SELECT sequence, line FROM deletion_journal WHERE sequence >= $1 ORDER BY sequence";
    let rows = database.query(sql, &[&after]).await?;
    let mut chain = JournalTail::default();
    let mut entries = Vec::with_capacity(rows.len());
    for row in &rows {
        let (sequence, line) = columns(row)?;
        if sequence == after.cast_unsigned() {
            chain = JournalTail::at(line.as_bytes(), sequence)?;
        } else {
            entries.push(chain.follow(line.as_bytes())?);
        }
    }
    Ok(entries)
}

fn columns(row: &Row) -> Result<(u64, &str), KeyStoreError> {
    let read = || Ok((row.try_get::<_, i64>(0)?.cast_unsigned(), row.try_get(1)?));
    read().map_err(|error: tokio_postgres::Error| Failure::from(error).into())
}

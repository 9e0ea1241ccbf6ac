//! Records with their counts, the blind index, and idempotency keys.

use domain::{EntryId, Record, RecordId};
use rusqlite::{Connection, params};
use store::{Change, CommitError, Conflict, StoreError, records::Replay};

use super::{add, change, metadata, run};
use crate::rows::{Read, time};

pub(super) fn apply(
    connection: &Connection,
    change_: &Change,
    entry: Option<EntryId>,
) -> Result<(), CommitError> {
    match change_ {
        Change::AddRecord(record) => add_record(connection, record),
        Change::ReplaceRecord(record) => replace_record(connection, record),
        Change::RemoveRecord(id) => remove_record(connection, *id),
        Change::AddIndexRow(account, row) => run(
            connection,
            "INSERT OR IGNORE INTO blind_index VALUES (?1, ?2, ?3, ?4)",
            params![account.as_bytes(), row.tag, row.record.as_bytes(), row.subject.as_bytes()],
        )
        .map(drop),
        Change::RemoveIndexRow(row) => run(
            connection,
            "DELETE FROM blind_index WHERE record_id = ?1 AND tag = ?2",
            params![row.record.as_bytes(), row.tag],
        )
        .map(drop),
        Change::AddReplay(replay) => add_replay(connection, replay, entry),
        Change::RemoveReplaysBefore(at) => {
            run(connection, "DELETE FROM replay WHERE at < ?1", [time(*at)]).map(drop)
        }
        _ => Ok(()),
    }
}

fn add_record(connection: &Connection, record: &Record) -> Result<(), CommitError> {
    let parameters = params![
        record.id.as_bytes(),
        record.subject.as_bytes(),
        record.account.as_bytes(),
        record.record_type,
        record.class,
        metadata::home(record),
        record.version,
        time(record.created_at),
        time(record.changed_at),
        fields(record)?,
    ];
    let sql = "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    add(connection, sql, parameters, Conflict::Exists)?;
    metadata::add_metadata(connection, record)?;
    // `max` of a number and nothing is nothing: where one record has no end, the last of them has none.
    let held = "INSERT INTO holding VALUES (?1, ?2, ?3, 1, ?4)
                ON CONFLICT DO UPDATE SET records = records + 1, last_expiry = max(last_expiry, excluded.last_expiry)";
    let expiry = record.metadata.expires_at.map(time);
    run(connection, held, params![record.subject.as_bytes(), record.record_type, record.class, expiry])
        .map(drop)
}

fn replace_record(connection: &Connection, record: &Record) -> Result<(), CommitError> {
    let parameters = params![
        record.id.as_bytes(),
        record.subject.as_bytes(),
        record.record_type,
        record.class,
        record.version,
        time(record.changed_at),
        fields(record)?,
    ];
    let sql = "UPDATE record SET version = ?5, changed_at = ?6, fields = ?7
               WHERE id = ?1 AND subject_id = ?2 AND record_type = ?3 AND class = ?4";
    change(connection, sql, parameters, Conflict::Record)?;
    metadata::follow(connection, record)?;
    let held = "UPDATE holding SET last_expiry = max(last_expiry, ?4)
                WHERE subject_id = ?1 AND record_type = ?2 AND class = ?3";
    let expiry = record.metadata.expires_at.map(time);
    run(connection, held, params![record.subject.as_bytes(), record.record_type, record.class, expiry])
        .map(drop)
}

fn remove_record(connection: &Connection, id: RecordId) -> Result<(), CommitError> {
    run(connection, "DELETE FROM blind_index WHERE record_id = ?1", [id.as_bytes()])?;
    let held = "UPDATE holding SET records = records - 1 WHERE (subject_id, record_type, class) =
                (SELECT subject_id, record_type, class FROM record WHERE id = ?1)";
    run(connection, held, [id.as_bytes()])?;
    // With the last record of a type goes what was remembered of it, its last end included.
    let none = "DELETE FROM holding WHERE records <= 0 AND (subject_id, record_type, class) =
                (SELECT subject_id, record_type, class FROM record WHERE id = ?1)";
    run(connection, none, [id.as_bytes()])?;
    metadata::remove_metadata(connection, id)?;
    change(connection, "DELETE FROM record WHERE id = ?1", [id.as_bytes()], Conflict::Record)
}

fn fields(record: &Record) -> Read<Vec<u8>> {
    postcard::to_stdvec(&record.fields)
        .map_err(|_| StoreError::Corrupt("fields that cannot be written".to_owned()))
}

fn add_replay(connection: &Connection, replay: &Replay, entry: Option<EntryId>) -> Result<(), CommitError> {
    add(
        connection,
        "INSERT INTO replay VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            replay.key,
            replay.body,
            replay.result,
            time(replay.at),
            entry.map(|entry| entry.bundle.cast_signed()),
            entry.map(|entry| entry.position)
        ],
        Conflict::IdempotencyKey,
    )
}

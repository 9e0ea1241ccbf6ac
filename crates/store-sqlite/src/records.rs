//! Records, the blind index and idempotency keys.

use async_trait::async_trait;
use domain::{AccountId, EntryId, Record, RecordId, Source, SubjectId};
use jiff::Timestamp;
use rusqlite::{Row, params};
use store::{
    Records, StoreError,
    records::{Held, IndexRow, Replay, TypeCount},
};

use crate::{
    SqliteStore,
    reader::first,
    rows::{
        Read, corrupt, get, get_count, get_id, get_json, get_optional_time, get_time, get_unsigned, time,
    },
    subjects::subject_with_keys,
};

#[async_trait]
impl Records for SqliteStore {
    async fn record(&self, id: RecordId) -> Result<Option<Held>, StoreError> {
        self.readers.at_once(|connection| {
            let sql = "SELECT * FROM record WHERE id = ?1";
            let Some(record) = first(connection, sql, [id.as_bytes()], record)? else { return Ok(None) };
            let (owner, keys) = subject_with_keys(connection, record.subject)?
                .ok_or_else(|| corrupt("a record without its subject"))?;
            Ok(Some(Held { record, subject: owner, keys }))
        })
    }

    async fn records(
        &self,
        subject: SubjectId,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        let sql = "SELECT * FROM record WHERE subject_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        self.readers.all(sql, params![subject.as_bytes(), after, limit], record)
    }

    async fn all_records(&self, after: Option<RecordId>, limit: u32) -> Result<Vec<Record>, StoreError> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        self.readers.all(
            "SELECT * FROM record WHERE id > ?1 ORDER BY id LIMIT ?2",
            params![after, limit],
            record,
        )
    }

    async fn lookup(
        &self,
        account: AccountId,
        tag: &[u8; 32],
        limit: u32,
    ) -> Result<Vec<IndexRow>, StoreError> {
        let sql = "SELECT * FROM blind_index WHERE account_id = ?1 AND tag = ?2 ORDER BY record_id LIMIT ?3";
        self.readers.all(sql, params![account.as_bytes(), tag, limit], index_row)
    }

    async fn index_rows(&self, record: RecordId) -> Result<Vec<IndexRow>, StoreError> {
        self.readers.all("SELECT * FROM blind_index WHERE record_id = ?1", [record.as_bytes()], index_row)
    }

    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Record>, StoreError> {
        let sql = "SELECT * FROM record WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2";
        self.readers.all(sql, params![time(now), limit], record)
    }

    async fn type_counts(&self, subject: SubjectId) -> Result<Vec<TypeCount>, StoreError> {
        let sql = "SELECT * FROM holding WHERE subject_id = ?1 AND records > 0 ORDER BY record_type, class";
        self.readers.all(sql, [subject.as_bytes()], |row| {
            Ok(TypeCount {
                record_type: get(row, "record_type")?,
                class: get(row, "class")?,
                records: get_unsigned(row, "records")?,
                last_expiry: get_optional_time(row, "last_expiry")?,
            })
        })
    }

    async fn replay(&self, key: &[u8; 32]) -> Result<Option<Replay>, StoreError> {
        self.readers.first("SELECT * FROM replay WHERE key = ?1", [key], |row| {
            Ok(Replay {
                key: get(row, "key")?,
                body: get(row, "body")?,
                result: get(row, "result")?,
                at: get_time(row, "at")?,
                entry: entry(row)?,
            })
        })
    }
}

/// The entry that a row names in its columns `bundle` and `position`.
pub(crate) fn entry(row: &Row<'_>) -> Read<Option<EntryId>> {
    let bundle: Option<i64> = get(row, "bundle")?;
    let Some(bundle) = bundle else { return Ok(None) };
    Ok(Some(EntryId { bundle: bundle.cast_unsigned(), position: get_count(row, "position")? }))
}

fn record(row: &Row<'_>) -> Read<Record> {
    let fields: Vec<u8> = get(row, "fields")?;
    Ok(Record {
        id: get_id(row, "id")?,
        subject: get_id(row, "subject_id")?,
        account: get_id(row, "account_id")?,
        record_type: get(row, "record_type")?,
        version: get_count(row, "version")?,
        created_at: get_time(row, "created_at")?,
        changed_at: get_time(row, "changed_at")?,
        expires_at: get_optional_time(row, "expires_at")?,
        collected_for: get_json(row, "collected_for")?,
        source: Source::parse(&get::<String>(row, "source")?).ok_or_else(|| corrupt("source of a record"))?,
        shared_with: get_json(row, "shared_with")?,
        class: get(row, "class")?,
        fields: postcard::from_bytes(&fields).map_err(|_| corrupt("fields of a record"))?,
    })
}

fn index_row(row: &Row<'_>) -> Read<IndexRow> {
    Ok(IndexRow {
        tag: get(row, "tag")?,
        record: get_id(row, "record_id")?,
        subject: get_id(row, "subject_id")?,
    })
}

//! Records, the blind index and idempotency keys.

use async_trait::async_trait;
use domain::{AccountId, EntryId, Record, RecordId, SubjectId, id::Id, metadata::Selection};
use rusqlite::{Connection, Row, params};
use store::{
    Records, StoreError,
    metadata::{MetadataRow, Wanted},
    records::{Held, IndexRow, Replay, TypeCount},
};

use crate::{
    SqliteStore,
    metadata::{self, METADATA_COLUMNS},
    rows::{
        Read, cell, corrupt, get, get_count, get_id, get_optional_time, get_time, get_unsigned, is_missing,
        moment, unavailable,
    },
    subjects::{SUBJECT_COLUMNS, binding_at, subject_at},
};

/// How many columns of a record stand before those of its metadata.
const RECORD_COLUMNS: usize = 9;
/// Where a record's subject begins, after both.
const SUBJECT: usize = RECORD_COLUMNS + METADATA_COLUMNS;

/// The columns of a record and of its metadata.
macro_rules! select {
    () => {
        concat!(
            "SELECT r.id, r.subject_id, r.account_id, r.record_type, r.class, r.version, r.created_at, r.changed_at,
             r.fields, ",
            metadata_columns!()
        )
    };
}

/// Records that are found by what stands in them. One without metadata is read too, and reported.
macro_rules! select_record {
    () => {
        concat!(
            select!(),
            " FROM record r LEFT JOIN record_metadata m
              ON m.account_id = r.account_id AND m.home = r.home AND m.record_id = r.id"
        )
    };
}

#[async_trait]
impl Records for SqliteStore {
    async fn record(&self, id: RecordId) -> Result<Option<Held>, StoreError> {
        self.readers.with(|connection| held(connection, id))
    }

    async fn records(
        &self,
        subject: SubjectId,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        let sql = concat!(
            select!(),
            " FROM record_metadata m CROSS JOIN record r ON r.id = m.record_id
              WHERE m.subject_id = ?1 AND m.record_id > ?2 ORDER BY m.record_id LIMIT ?3"
        );
        self.readers.all(sql, params![subject.as_bytes(), after, limit], record)
    }

    async fn all_records(&self, after: Option<RecordId>, limit: u32) -> Result<Vec<Record>, StoreError> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        let sql = concat!(select_record!(), " WHERE r.id > ?1 ORDER BY r.id LIMIT ?2");
        self.readers.all(sql, params![after, limit], record)
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

    async fn metadata(&self, wanted: Wanted<'_>) -> Result<Vec<MetadataRow>, StoreError> {
        self.found(wanted, metadata::rows).await
    }

    async fn matching(&self, wanted: Wanted<'_>) -> Result<Vec<(RecordId, SubjectId)>, StoreError> {
        self.found(wanted, metadata::matching).await
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

impl SqliteStore {
    /// What is wanted of metadata. A subject has few records; a purpose, or a flag, may have thousands.
    async fn found<T: Send + 'static>(
        &self,
        wanted: Wanted<'_>,
        find: fn(&Connection, Wanted<'_>) -> Read<T>,
    ) -> Read<T> {
        match wanted.selection {
            Selection::Subject(_) => self.readers.at_once(|connection| find(connection, wanted)),
            Selection::CollectedFor(_) | Selection::Flagged => {
                let Wanted { account, at, after, limit, .. } = wanted;
                let selection = wanted.selection.clone();
                let find = move |connection: &Connection| {
                    find(connection, Wanted { account, selection: &selection, at, after, limit })
                };
                self.readers.apart(find).await
            }
        }
    }
}

/// The entry that a row names in its columns `bundle` and `position`.
pub(crate) fn entry(row: &Row<'_>) -> Read<Option<EntryId>> {
    let bundle: Option<i64> = get(row, "bundle")?;
    let Some(bundle) = bundle else { return Ok(None) };
    Ok(Some(EntryId { bundle: bundle.cast_unsigned(), position: get_count(row, "position")? }))
}

/// A record with its subject and the subject's keys, in one query: one look at one moment, and half the time of three.
fn held(connection: &Connection, id: RecordId) -> Read<Option<Held>> {
    let sql = concat!(
        "SELECT r.id, r.subject_id, r.account_id, r.record_type, r.class, r.version, r.created_at, r.changed_at,
         r.fields, ",
        metadata_columns!(),
        ", s.id, s.account_id, s.role, s.state, s.version, s.created_at, s.region, s.age, s.choices, s.freezes, s.triggers, k.class, k.slot
         FROM record r
         LEFT JOIN record_metadata m ON m.account_id = r.account_id AND m.home = r.home AND m.record_id = r.id
         LEFT JOIN subject s ON s.id = r.subject_id
         LEFT JOIN subject_key k ON k.subject_id = s.id
         WHERE r.id = ?1"
    );
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let mut rows = statement.query([id.as_bytes()]).map_err(unavailable)?;
    let Some(row) = rows.next().map_err(unavailable)? else { return Ok(None) };
    let (subject, keys) = (SUBJECT, SUBJECT + SUBJECT_COLUMNS);
    if is_missing(row, subject)? {
        return Err(corrupt("a record without its subject"));
    }
    let mut held = Held { record: record(row)?, subject: subject_at(row, subject)?, keys: Vec::new() };
    // One row a key, and one without when there is none.
    if !is_missing(row, keys)? {
        held.keys.push(binding_at(row, held.subject.id, keys)?);
        while let Some(row) = rows.next().map_err(unavailable)? {
            held.keys.push(binding_at(row, held.subject.id, keys)?);
        }
    }
    Ok(Some(held))
}

fn record(row: &Row<'_>) -> Read<Record> {
    const WHAT: &str = "a record";
    let fields: &[u8] = row.get_ref(8).map_err(unavailable)?.as_blob().map_err(|_| corrupt(WHAT))?;
    Ok(Record {
        id: Id::from_bytes(cell(row, 0, WHAT)?),
        subject: Id::from_bytes(cell(row, 1, WHAT)?),
        account: Id::from_bytes(cell(row, 2, WHAT)?),
        record_type: cell(row, 3, WHAT)?,
        class: cell(row, 4, WHAT)?,
        version: cell(row, 5, WHAT)?,
        created_at: moment(row, 6, WHAT)?,
        changed_at: moment(row, 7, WHAT)?,
        fields: postcard::from_bytes(fields).map_err(|_| corrupt("fields of a record"))?,
        metadata: metadata::metadata(row, RECORD_COLUMNS)?,
    })
}

fn index_row(row: &Row<'_>) -> Read<IndexRow> {
    Ok(IndexRow {
        tag: get(row, "tag")?,
        record: get_id(row, "record_id")?,
        subject: get_id(row, "subject_id")?,
    })
}

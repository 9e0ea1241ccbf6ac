//! Records, the blind index and idempotency keys.

use async_trait::async_trait;
use domain::{AccountId, Record, RecordId, SubjectId, id::Id};
use store::{
    Records, StoreError,
    metadata::{MetadataRow, Wanted},
    records::{Held, IndexRow, Replay, TypeCount},
};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    Database, PostgresStore,
    batches::Loading,
    metadata,
    rows::{
        Read, bucket, corrupt, get, get_bytes, get_count, get_entry, get_id, get_optional_time, get_time,
        get_unsigned, number, uuid,
    },
    subjects::{bindings, subject_named},
};

/// How many columns of a record stand before those of its metadata.
const RECORD_COLUMNS: usize = 9;

/// The columns of a record and of its metadata.
macro_rules! record_columns {
    () => {
        concat!(
            "record.id, record.subject_id, record.account_id, record.record_type, record.class, record.version,
             record.created_at, record.changed_at, record.fields, ",
            metadata_columns!()
        )
    };
}

/// A record's metadata lies beside it. One without is read too, and reported.
macro_rules! with_metadata {
    () => {
        " LEFT JOIN record_metadata AS m ON m.bucket = record.bucket AND m.record_id = record.id "
    };
}

/// Records, each with its subject and the keys of that.
const HELD: &str = concat!(
    "SELECT ",
    record_columns!(),
    ", subject.id AS owner_id, subject.account_id AS owner_account, subject.role, subject.state,
       subject.version AS owner_version, subject.created_at AS owner_created_at, subject.region, subject.age, subject.choices, subject.freezes, subject.triggers,
       keys.classes, keys.slots
     FROM unnest($1::int[], $2::uuid[]) AS asked (in_bucket, asked_id)
     JOIN record ON record.bucket = in_bucket AND record.id = asked_id",
    with_metadata!(),
    "LEFT JOIN subject ON subject.bucket = record.bucket AND subject.id = record.subject_id,
     LATERAL (
         SELECT array_agg(subject_key.class) AS classes, array_agg(subject_key.slot) AS slots FROM subject_key
         WHERE subject_key.bucket = record.bucket AND subject_key.subject_id = record.subject_id
     ) AS keys"
);

/// What the subject's columns are called there.
const OWNER: [&str; 4] = ["owner_id", "owner_account", "owner_version", "owner_created_at"];

#[async_trait]
impl Records for PostgresStore {
    async fn record(&self, id: RecordId) -> Result<Option<Held>, StoreError> {
        self.records.get(id).await
    }

    async fn records(
        &self,
        subject: SubjectId,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let sql = concat!(
            "SELECT ",
            record_columns!(),
            " FROM record_metadata AS m JOIN record ON record.bucket = m.bucket AND record.id = m.record_id
              WHERE m.bucket = $1 AND m.subject_id = $2 AND m.record_id > $3 ORDER BY m.record_id LIMIT $4"
        );
        let after = after.map_or(Uuid::nil(), uuid);
        let rows =
            self.database.query(sql, &[&bucket(subject), &uuid(subject), &after, &number(limit)]).await?;
        rows.iter().map(record).collect()
    }

    async fn all_records(&self, after: Option<RecordId>, limit: u32) -> Result<Vec<Record>, StoreError> {
        let after = after.map_or(Uuid::nil(), uuid);
        let sql = concat!(
            "SELECT ",
            record_columns!(),
            " FROM record",
            with_metadata!(),
            "WHERE record.id > $1 ORDER BY record.id LIMIT $2"
        );
        self.database.query(sql, &[&after, &number(limit)]).await?.iter().map(record).collect()
    }

    async fn lookup(
        &self,
        account: AccountId,
        tag: &[u8; 32],
        limit: u32,
    ) -> Result<Vec<IndexRow>, StoreError> {
        let sql = "SELECT tag, record_id, subject_id FROM blind_index WHERE tag = $1 AND account_id = $2
                   ORDER BY record_id LIMIT $3";
        let rows = self.database.query(sql, &[&tag.as_slice(), &uuid(account), &number(limit)]).await?;
        rows.iter().map(index_row).collect()
    }

    async fn index_rows(&self, record: RecordId) -> Result<Vec<IndexRow>, StoreError> {
        let sql = "SELECT tag, record_id, subject_id FROM record_tag WHERE bucket = $1 AND record_id = $2";
        let rows = self.database.query(sql, &[&bucket(record), &uuid(record)]).await?;
        rows.iter().map(index_row).collect()
    }

    async fn type_counts(&self, subject: SubjectId) -> Result<Vec<TypeCount>, StoreError> {
        let sql = "SELECT record_type, class, records, last_expiry FROM holding
                   WHERE bucket = $1 AND subject_id = $2 AND records > 0
                   ORDER BY record_type COLLATE \"C\", class COLLATE \"C\"";
        let rows = self.database.query(sql, &[&bucket(subject), &uuid(subject)]).await?;
        let read = |row: &Row| {
            Ok(TypeCount {
                record_type: get(row, "record_type")?,
                class: get(row, "class")?,
                records: get_unsigned(row, "records")?,
                last_expiry: get_optional_time(row, "last_expiry")?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn metadata(&self, wanted: Wanted<'_>) -> Result<Vec<MetadataRow>, StoreError> {
        metadata::rows(&self.database, wanted).await
    }

    async fn matching(&self, wanted: Wanted<'_>) -> Result<Vec<(RecordId, SubjectId)>, StoreError> {
        metadata::matching(&self.database, wanted).await
    }

    async fn replay(&self, key: &[u8; 32]) -> Result<Option<Replay>, StoreError> {
        let sql = "SELECT key, body, result, at, bundle, position FROM replay WHERE key = $1";
        let rows = self.database.query(sql, &[&key.as_slice()]).await?;
        let read = |row: &Row| {
            Ok(Replay {
                key: get_bytes(row, "key")?,
                body: get_bytes(row, "body")?,
                result: get::<Uuid>(row, "result")?.into_bytes(),
                at: get_time(row, "at")?,
                entry: get_entry(row)?,
            })
        };
        rows.first().map(read).transpose()
    }
}

/// The records of these ids.
pub(crate) fn load<'a>(
    database: &'a Database,
    ids: &'a [RecordId],
) -> Loading<'a, RecordId, Held, StoreError> {
    Box::pin(async move {
        let buckets: Vec<i32> = ids.iter().map(|id| bucket(*id)).collect();
        let asked: Vec<Uuid> = ids.iter().map(|id| uuid(*id)).collect();
        let rows = database.query(HELD, &[&buckets, &asked]).await?;
        rows.iter().map(|row| Ok((Id::from_uuid(row.try_get("id")?), held(row)))).collect()
    })
}

fn held(row: &Row) -> Read<Held> {
    let record = record(row)?;
    let owner: Option<Uuid> = get(row, "owner_id")?;
    let owner = owner.map(Id::from_uuid).ok_or_else(|| corrupt("a record without its subject"))?;
    let keys = bindings(row, owner)?;
    Ok(Held { record, subject: subject_named(row, OWNER)?, keys })
}

fn record(row: &Row) -> Read<Record> {
    Ok(Record {
        id: get_id(row, "id")?,
        subject: get_id(row, "subject_id")?,
        account: get_id(row, "account_id")?,
        record_type: get(row, "record_type")?,
        version: get_count(row, "version")?,
        created_at: get_time(row, "created_at")?,
        changed_at: get_time(row, "changed_at")?,
        class: get(row, "class")?,
        metadata: metadata::metadata(row, RECORD_COLUMNS)?,
        fields: postcard::from_bytes(get(row, "fields")?).map_err(|_| corrupt("fields of a record"))?,
    })
}

fn index_row(row: &Row) -> Read<IndexRow> {
    Ok(IndexRow {
        tag: get_bytes(row, "tag")?,
        record: get_id(row, "record_id")?,
        subject: get_id(row, "subject_id")?,
    })
}

//! Records, and how many of them a subject has.

use std::collections::BTreeMap;

use domain::{Record, RecordId};
use store::Conflict;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Conflicts, Placed, index, metadata, missing};
use crate::{
    commit::transaction::Transaction,
    connect::Parameters,
    error::Failure,
    rows::{bucket, number, time, uuid},
};

/// The columns that a record is added or replaced with, one array each.
struct Columns<'a> {
    buckets: Vec<i32>,
    ids: Vec<Uuid>,
    subjects: Vec<Uuid>,
    accounts: Vec<Uuid>,
    types: Vec<&'a str>,
    classes: Vec<&'a str>,
    versions: Vec<i64>,
    created: Vec<i64>,
    changed: Vec<i64>,
    fields: Vec<Vec<u8>>,
}

impl<'a> Columns<'a> {
    fn of(records: &Placed<&'a Record>) -> Self {
        let all = || records.iter().map(|(_, record)| *record);
        Self {
            buckets: all().map(|one| bucket(one.id)).collect(),
            ids: all().map(|one| uuid(one.id)).collect(),
            subjects: all().map(|one| uuid(one.subject)).collect(),
            accounts: all().map(|one| uuid(one.account)).collect(),
            types: all().map(|one| one.record_type.as_str()).collect(),
            classes: all().map(|one| one.class.as_str()).collect(),
            versions: all().map(|one| number(one.version)).collect(),
            created: all().map(|one| time(one.created_at)).collect(),
            changed: all().map(|one| time(one.changed_at)).collect(),
            fields: all().map(fields).collect(),
        }
    }
}

fn fields(record: &Record) -> Vec<u8> {
    postcard::to_stdvec(&record.fields).expect("names, numbers and bytes can be written")
}

/// Adds records; one that is there already conflicts.
pub(super) async fn add(
    transaction: &Transaction<'_>,
    records: &Placed<&Record>,
) -> Result<Conflicts, Failure> {
    if records.is_empty() {
        return Ok(Conflicts::new());
    }
    let of = Columns::of(records);
    let sql =
        "INSERT INTO record (bucket, id, subject_id, account_id, record_type, class, version, created_at,
                                   changed_at, fields)
               SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
                   $7::bigint[], $8::bigint[], $9::bigint[], $10::bytea[])
               ON CONFLICT DO NOTHING RETURNING id";
    let columns: Parameters<'_> = &[
        &of.buckets,
        &of.ids,
        &of.subjects,
        &of.accounts,
        &of.types,
        &of.classes,
        &of.versions,
        &of.created,
        &of.changed,
        &of.fields,
    ];
    let (rows, (), ()) = tokio::try_join!(
        transaction.rows(sql, columns),
        metadata::add(transaction, records),
        hold(transaction, records, 1),
    )?;
    let asked = records.iter().map(|(place, record)| (*place, uuid(record.id)));
    Ok(missing(asked, ids(&rows)?, Conflict::Exists))
}

/// Replaces records by what they are now; one that is gone, or of another subject, type or class, conflicts.
pub(super) async fn replace(
    transaction: &Transaction<'_>,
    records: &Placed<&Record>,
) -> Result<Conflicts, Failure> {
    if records.is_empty() {
        return Ok(Conflicts::new());
    }
    let of = Columns::of(records);
    let sql = "UPDATE record SET version = new.version, changed_at = new.changed_at, fields = new.fields
               FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
                           $8::bytea[])
                   AS new (bucket, id, subject_id, record_type, class, version, changed_at, fields)
               WHERE record.bucket = new.bucket AND record.id = new.id AND record.subject_id = new.subject_id
                 AND record.record_type = new.record_type AND record.class = new.class
               RETURNING record.id";
    let columns: Parameters<'_> =
        &[&of.buckets, &of.ids, &of.subjects, &of.types, &of.classes, &of.versions, &of.changed, &of.fields];
    let (rows, (), ()) = tokio::try_join!(
        transaction.rows(sql, columns),
        metadata::follow(transaction, records),
        hold(transaction, records, 0),
    )?;
    let asked = records.iter().map(|(place, record)| (*place, uuid(record.id)));
    Ok(missing(asked, ids(&rows)?, Conflict::Record))
}

/// Removes records with their index rows; one that is gone conflicts.
pub(super) async fn remove(
    transaction: &Transaction<'_>,
    records: &Placed<RecordId>,
) -> Result<Conflicts, Failure> {
    if records.is_empty() {
        return Ok(Conflicts::new());
    }
    let buckets: Vec<i32> = records.iter().map(|(_, id)| bucket(*id)).collect();
    let asked: Vec<Uuid> = records.iter().map(|(_, id)| uuid(*id)).collect();
    index::remove_of_records(transaction, &buckets, &asked).await?;
    metadata::remove_of_records(transaction, &buckets, &asked).await?;
    let sql = "DELETE FROM record USING unnest($1::int[], $2::uuid[]) AS gone (bucket, id)
               WHERE record.bucket = gone.bucket AND record.id = gone.id
               RETURNING record.id, record.bucket, subject_id, record_type, class";
    let rows = transaction.rows(sql, &[&buckets, &asked]).await?;
    release(transaction, &rows).await?;
    let asked = records.iter().map(|(place, id)| (*place, uuid(*id)));
    Ok(missing(asked, ids(&rows)?, Conflict::Record))
}

fn ids(rows: &[Row]) -> Result<Vec<Uuid>, Failure> {
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

/// Counts records that were added (`each` is 1) or changed (0), and keeps the last of their ends.
async fn hold(transaction: &Transaction<'_>, records: &Placed<&Record>, each: i64) -> Result<(), Failure> {
    let mut held: BTreeMap<_, (i64, Option<i64>)> = BTreeMap::new();
    for (_, record) in records {
        let key = (
            bucket(record.subject),
            uuid(record.subject),
            record.record_type.as_str(),
            record.class.as_str(),
        );
        let expiry = record.metadata.expires_at.map(time);
        // Where one record has no end, the last of them has none.
        let counted = held.entry(key).or_insert((0, expiry));
        *counted = (counted.0 + each, counted.1.zip(expiry).map(|(one, other)| one.max(other)));
    }
    let buckets: Vec<i32> = held.keys().map(|key| key.0).collect();
    let subjects: Vec<Uuid> = held.keys().map(|key| key.1).collect();
    let types: Vec<&str> = held.keys().map(|key| key.2).collect();
    let classes: Vec<&str> = held.keys().map(|key| key.3).collect();
    let counts: Vec<i64> = held.values().map(|counted| counted.0).collect();
    let expiries: Vec<Option<i64>> = held.values().map(|counted| counted.1).collect();
    let sql = if each > 0 { HOLD } else { HOLD_ON };
    transaction.run(sql, &[&buckets, &subjects, &types, &classes, &counts, &expiries]).await?;
    Ok(())
}

const HOLD: &str = "
    INSERT INTO holding (bucket, subject_id, record_type, class, records, last_expiry)
    SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
    ON CONFLICT (subject_id, record_type, class, bucket) DO UPDATE
    SET records = holding.records + excluded.records,
        last_expiry = CASE WHEN holding.last_expiry IS NULL OR excluded.last_expiry IS NULL THEN NULL
                           ELSE greatest(holding.last_expiry, excluded.last_expiry) END";
const HOLD_ON: &str = "
    UPDATE holding
    SET records = holding.records + new.records,
        last_expiry = CASE WHEN holding.last_expiry IS NULL OR new.last_expiry IS NULL THEN NULL
                           ELSE greatest(holding.last_expiry, new.last_expiry) END
    FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
        AS new (bucket, subject_id, record_type, class, records, last_expiry)
    WHERE holding.bucket = new.bucket AND holding.subject_id = new.subject_id
      AND holding.record_type = new.record_type AND holding.class = new.class";

/// Counts records that were removed. With the last of a type goes what was remembered of it, its last end included.
async fn release(transaction: &Transaction<'_>, removed: &[Row]) -> Result<(), Failure> {
    let mut released: BTreeMap<(i32, Uuid, String, String), i64> = BTreeMap::new();
    for row in removed {
        *released.entry((row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?)).or_default() +=
            1;
    }
    let buckets: Vec<i32> = released.keys().map(|key| key.0).collect();
    let subjects: Vec<Uuid> = released.keys().map(|key| key.1).collect();
    let types: Vec<&str> = released.keys().map(|key| key.2.as_str()).collect();
    let classes: Vec<&str> = released.keys().map(|key| key.3.as_str()).collect();
    let counts: Vec<i64> = released.values().copied().collect();
    let fewer = "UPDATE holding SET records = records - gone.count
                 FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::bigint[])
                     AS gone (bucket, subject_id, record_type, class, count)
                 WHERE holding.bucket = gone.bucket AND holding.subject_id = gone.subject_id
                   AND holding.record_type = gone.record_type AND holding.class = gone.class";
    transaction.run(fewer, &[&buckets, &subjects, &types, &classes, &counts]).await?;
    let none = "DELETE FROM holding USING unnest($1::int[], $2::uuid[]) AS gone (bucket, subject_id)
                WHERE holding.bucket = gone.bucket AND holding.subject_id = gone.subject_id AND records <= 0";
    transaction.run(none, &[&buckets, &subjects]).await?;
    Ok(())
}

//! The blind index, in both directions, and idempotency keys.

use domain::{AccountId, EntryId};
use store::{
    Conflict,
    records::{IndexRow, Replay},
};
use uuid::Uuid;

use super::{Conflicts, Placed, missing};
use crate::{
    commit::transaction::Transaction,
    connect::Parameters,
    error::Failure,
    rows::{bucket, time, uuid},
};

/// Adds rows; one that is there already stays.
pub(super) async fn add(
    transaction: &Transaction<'_>,
    rows: &[(AccountId, &IndexRow)],
) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let accounts: Vec<Uuid> = rows.iter().map(|(account, _)| uuid(*account)).collect();
    let buckets: Vec<i32> = rows.iter().map(|(_, row)| bucket(row.record)).collect();
    let tags: Vec<&[u8]> = rows.iter().map(|(_, row)| row.tag.as_slice()).collect();
    let records: Vec<Uuid> = rows.iter().map(|(_, row)| uuid(row.record)).collect();
    let subjects: Vec<Uuid> = rows.iter().map(|(_, row)| uuid(row.subject)).collect();
    let by_tag = transaction
        .prepare(
            "INSERT INTO blind_index (tag, account_id, record_id, subject_id)
             SELECT * FROM unnest($1::bytea[], $2::uuid[], $3::uuid[], $4::uuid[]) ON CONFLICT DO NOTHING",
        )
        .await?;
    let by_record = transaction
        .prepare(
            "INSERT INTO record_tag (bucket, tag, account_id, record_id, subject_id)
             SELECT * FROM unnest($1::int[], $2::bytea[], $3::uuid[], $4::uuid[], $5::uuid[]) ON CONFLICT DO NOTHING",
        )
        .await?;
    let tagged: Parameters<'_> = &[&tags, &accounts, &records, &subjects];
    let recorded: Parameters<'_> = &[&buckets, &tags, &accounts, &records, &subjects];
    tokio::try_join!(transaction.execute(&by_tag, tagged), transaction.execute(&by_record, recorded))?;
    Ok(())
}

/// Removes rows; one that is not there is no fault.
pub(super) async fn remove(transaction: &Transaction<'_>, rows: &[&IndexRow]) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let buckets: Vec<i32> = rows.iter().map(|row| bucket(row.record)).collect();
    let tags: Vec<&[u8]> = rows.iter().map(|row| row.tag.as_slice()).collect();
    let records: Vec<Uuid> = rows.iter().map(|row| uuid(row.record)).collect();
    let by_tag = "DELETE FROM blind_index USING unnest($1::bytea[], $2::uuid[]) AS gone (tag, record_id)
                  WHERE blind_index.tag = gone.tag AND blind_index.record_id = gone.record_id";
    transaction.run(by_tag, &[&tags, &records]).await?;
    let by_record = "DELETE FROM record_tag USING unnest($1::int[], $2::bytea[], $3::uuid[]) AS gone (bucket, tag, record_id)
                     WHERE record_tag.bucket = gone.bucket AND record_tag.record_id = gone.record_id
                       AND record_tag.tag = gone.tag";
    transaction.run(by_record, &[&buckets, &tags, &records]).await?;
    Ok(())
}

/// Removes every row of records.
pub(in crate::commit) async fn remove_of_records(
    transaction: &Transaction<'_>,
    buckets: &[i32],
    records: &[Uuid],
) -> Result<(), Failure> {
    let by_record = "DELETE FROM record_tag USING unnest($1::int[], $2::uuid[]) AS gone (bucket, record_id)
                     WHERE record_tag.bucket = gone.bucket AND record_tag.record_id = gone.record_id
                     RETURNING tag, account_id, record_tag.record_id";
    let rows = transaction.rows(by_record, &[&buckets, &records]).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let tags: Vec<Vec<u8>> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let accounts: Vec<Uuid> = rows.iter().map(|row| row.try_get(1)).collect::<Result<_, _>>()?;
    let records: Vec<Uuid> = rows.iter().map(|row| row.try_get(2)).collect::<Result<_, _>>()?;
    let by_tag = "DELETE FROM blind_index USING unnest($1::bytea[], $2::uuid[], $3::uuid[]) AS gone (tag, account_id, record_id)
                  WHERE blind_index.tag = gone.tag AND blind_index.account_id = gone.account_id
                    AND blind_index.record_id = gone.record_id";
    transaction.run(by_tag, &[&tags, &accounts, &records]).await?;
    Ok(())
}

/// Remembers idempotency keys; one that was used conflicts.
pub(super) async fn remember(
    transaction: &Transaction<'_>,
    replays: &Placed<(&Replay, Option<EntryId>)>,
) -> Result<Conflicts, Failure> {
    if replays.is_empty() {
        return Ok(Conflicts::new());
    }
    let all = || replays.iter().map(|(_, replay)| replay);
    let keys: Vec<&[u8]> = all().map(|(one, _)| one.key.as_slice()).collect();
    let bodies: Vec<&[u8]> = all().map(|(one, _)| one.body.as_slice()).collect();
    let results: Vec<Uuid> = all().map(|(one, _)| Uuid::from_bytes(one.result)).collect();
    let times: Vec<i64> = all().map(|(one, _)| time(one.at)).collect();
    let bundles: Vec<Option<i64>> =
        all().map(|(_, entry)| entry.map(|entry| entry.bundle.cast_signed())).collect();
    let positions: Vec<Option<i32>> =
        all().map(|(_, entry)| entry.map(|entry| entry.position.cast_signed())).collect();
    let sql = "INSERT INTO replay (key, body, result, at, bundle, position)
               SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::bigint[], $5::bigint[], $6::int[])
               ON CONFLICT DO NOTHING RETURNING key";
    let rows = transaction.rows(sql, &[&keys, &bodies, &results, &times, &bundles, &positions]).await?;
    let stored: Vec<Vec<u8>> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let asked = replays.iter().map(|(place, (replay, _))| (*place, replay.key.to_vec()));
    Ok(missing(asked, stored, Conflict::IdempotencyKey))
}

//! The metadata of records, which is added, follows and goes with them.

use domain::Record;
use uuid::Uuid;

use super::Placed;
use crate::{
    commit::transaction::Transaction,
    connect::Parameters,
    error::Failure,
    rows::{bucket, number, time, uuid},
};

/// An array of arrays has to be a rectangle, and these lists are not: each goes as one text.
fn list(words: &[String]) -> String {
    serde_json::to_string(words).expect("a list of texts can be written as JSON")
}

/// The purpose with whose records this one's metadata lies.
fn home(record: &Record) -> &str {
    record.metadata.collected_for.first().map_or("", String::as_str)
}

/// Adds the metadata of new records.
pub(super) async fn add(transaction: &Transaction<'_>, records: &Placed<&Record>) -> Result<(), Failure> {
    let all = || records.iter().map(|(_, record)| *record);
    let buckets: Vec<i32> = all().map(|one| bucket(one.id)).collect();
    let ids: Vec<Uuid> = all().map(|one| uuid(one.id)).collect();
    let subjects: Vec<Uuid> = all().map(|one| uuid(one.subject)).collect();
    let accounts: Vec<Uuid> = all().map(|one| uuid(one.account)).collect();
    let types: Vec<&str> = all().map(|one| one.record_type.as_str()).collect();
    let record_versions: Vec<i64> = all().map(|one| number(one.version)).collect();
    let versions: Vec<i64> = all().map(|one| number(one.metadata.version)).collect();
    let expiries: Vec<Option<i64>> = all().map(|one| one.metadata.expires_at.map(time)).collect();
    let ends: Vec<Option<i64>> = all().map(|one| one.metadata.ends_by.map(time)).collect();
    let sources: Vec<&str> = all().map(|one| one.metadata.source.as_str()).collect();
    let homes: Vec<&str> = all().map(home).collect();
    let purposes: Vec<String> = all().map(|one| list(&one.metadata.collected_for)).collect();
    let recipients: Vec<String> = all().map(|one| list(&one.metadata.shared_with)).collect();
    let objections: Vec<String> = all().map(|one| list(&one.metadata.objections)).collect();
    let automated: Vec<String> = all().map(|one| list(&one.metadata.automated)).collect();
    let flags: Vec<String> = all().map(|one| list(&one.metadata.flags)).collect();
    let sql = "INSERT INTO record_metadata (bucket, record_id, subject_id, account_id, record_type, record_version, version,
                   expires_at, ends_by, source, home, collected_for, shared_with, objections, automated, flags)
               SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[],
                   $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::text[],
                   $14::text[], $15::text[], $16::text[])
               ON CONFLICT DO NOTHING";
    let columns: Parameters<'_> = &[
        &buckets,
        &ids,
        &subjects,
        &accounts,
        &types,
        &record_versions,
        &versions,
        &expiries,
        &ends,
        &sources,
        &homes,
        &purposes,
        &recipients,
        &objections,
        &automated,
        &flags,
    ];
    tokio::try_join!(transaction.run(sql, columns), add_further(transaction, records))?;
    Ok(())
}

async fn add_further(transaction: &Transaction<'_>, records: &Placed<&Record>) -> Result<(), Failure> {
    let further: Vec<(&Record, &String)> = records
        .iter()
        .flat_map(|(_, record)| {
            let purposes = record.metadata.collected_for.iter().skip(1);
            purposes.filter(|purpose| *purpose != home(record)).map(|purpose| (*record, purpose))
        })
        .collect();
    if further.is_empty() {
        return Ok(());
    }
    let buckets: Vec<i32> = further.iter().map(|(one, _)| bucket(one.id)).collect();
    let accounts: Vec<Uuid> = further.iter().map(|(one, _)| uuid(one.account)).collect();
    let purposes: Vec<&str> = further.iter().map(|(_, purpose)| purpose.as_str()).collect();
    let ids: Vec<Uuid> = further.iter().map(|(one, _)| uuid(one.id)).collect();
    let sql = "INSERT INTO further_purpose (bucket, account_id, purpose, record_id)
               SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[], $4::uuid[]) ON CONFLICT DO NOTHING";
    transaction.run(sql, &[&buckets, &accounts, &purposes, &ids]).await?;
    Ok(())
}

/// What follows when records were replaced: their versions, when they end, and what was found in them.
pub(super) async fn follow(transaction: &Transaction<'_>, records: &Placed<&Record>) -> Result<(), Failure> {
    let all = || records.iter().map(|(_, record)| *record);
    let buckets: Vec<i32> = all().map(|one| bucket(one.id)).collect();
    let ids: Vec<Uuid> = all().map(|one| uuid(one.id)).collect();
    let versions: Vec<i64> = all().map(|one| number(one.version)).collect();
    let expiries: Vec<Option<i64>> = all().map(|one| one.metadata.expires_at.map(time)).collect();
    let flags: Vec<String> = all().map(|one| list(&one.metadata.flags)).collect();
    let sql =
        "UPDATE record_metadata AS m SET record_version = new.version, expires_at = new.expires_at, flags = new.flags
               FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[])
                   AS new (bucket, record_id, version, expires_at, flags)
               WHERE m.bucket = new.bucket AND m.record_id = new.record_id";
    transaction.run(sql, &[&buckets, &ids, &versions, &expiries, &flags]).await?;
    Ok(())
}

/// Removes the metadata of records.
pub(super) async fn remove_of_records(
    transaction: &Transaction<'_>,
    buckets: &[i32],
    records: &[Uuid],
) -> Result<(), Failure> {
    for sql in [
        "DELETE FROM further_purpose AS f USING unnest($1::int[], $2::uuid[]) AS gone (bucket, record_id)
         WHERE f.bucket = gone.bucket AND f.record_id = gone.record_id",
        "DELETE FROM record_metadata AS m USING unnest($1::int[], $2::uuid[]) AS gone (bucket, record_id)
         WHERE m.bucket = gone.bucket AND m.record_id = gone.record_id",
    ] {
        transaction.run(sql, &[&buckets, &records]).await?;
    }
    Ok(())
}

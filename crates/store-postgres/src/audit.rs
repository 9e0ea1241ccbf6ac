//! The audit log: bundles, tiles, the checkpoint and the private index.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{EntryId, SubjectId};
use store::{
    AuditLog, StoreError,
    audit::{Bundle, LogState, PrivateBundle, PrivateEntry, SubjectEntry, unframe},
};
use tokio_postgres::Row;

use crate::{
    PostgresStore,
    rows::{Read, bucket, corrupt, get, get_entry, get_id, get_unsigned, number, uuid},
};

#[async_trait]
impl AuditLog for PostgresStore {
    async fn log_state(&self) -> Result<LogState, StoreError> {
        let rows = self.database.query("SELECT epoch, size, checkpoint FROM log_state", &[]).await?;
        let row = rows.first().ok_or_else(|| corrupt("the state of the log"))?;
        Ok(LogState {
            epoch: get_unsigned(row, "epoch")?,
            size: get_unsigned(row, "size")?,
            checkpoint: get(row, "checkpoint")?,
        })
    }

    async fn unsequenced(&self, limit: u32) -> Result<Vec<Bundle>, StoreError> {
        let sql = "SELECT number, first_index, leaves FROM audit_bundle WHERE first_index IS NULL ORDER BY number LIMIT $1";
        self.database.query(sql, &[&number(limit)]).await?.iter().map(bundle).collect()
    }

    async fn leaves(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT number, first_index, leaves FROM audit_bundle WHERE first_index < $2 AND first_index >= coalesce(
                       (SELECT max(first_index) FROM audit_bundle WHERE first_index <= $1), 0)
                   ORDER BY first_index";
        let rows = self.database.query(sql, &[&from.cast_signed(), &to.cast_signed()]).await?;
        let bundles = rows.iter().map(bundle).collect::<Read<Vec<_>>>()?;
        Ok(Bundle::leaves_within(bundles, from, to))
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT hashes FROM log_tile WHERE tile_index = $1 AND level = $2";
        let rows = self.database.query(sql, &[&index.cast_signed(), &i16::from(level)]).await?;
        rows.first().map(|row| get(row, "hashes")).transpose()
    }

    async fn index_of(&self, entry: EntryId) -> Result<Option<Option<u64>>, StoreError> {
        let sql = "SELECT first_index, entries FROM audit_bundle WHERE number = $1";
        let rows = self.database.query(sql, &[&entry.bundle.cast_signed()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let first: Option<i64> = get(row, "first_index")?;
        let is_there = i64::from(entry.position) < i64::from(get::<i32>(row, "entries")?);
        Ok(is_there.then(|| first.map(|first| first.cast_unsigned() + u64::from(entry.position))))
    }

    async fn entry_at(&self, index: u64) -> Result<Option<EntryId>, StoreError> {
        let sql = "SELECT number, first_index, entries FROM audit_bundle WHERE first_index <= $1
                   ORDER BY first_index DESC LIMIT 1";
        let rows = self.database.query(sql, &[&index.cast_signed()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let place = index - get_unsigned(row, "first_index")?;
        let entries = u64::from(get::<i32>(row, "entries")?.unsigned_abs());
        let position = u32::try_from(place).ok().filter(|_| place < entries);
        let bundle = get_unsigned(row, "number")?;
        Ok(position.map(|position| EntryId { bundle, position }))
    }

    async fn private_entry(&self, entry: EntryId) -> Result<Option<PrivateEntry>, StoreError> {
        let sql = "SELECT details FROM audit_bundle WHERE number = $1";
        let rows = self.database.query(sql, &[&entry.bundle.cast_signed()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let items = unframe(get(row, "details")?)?;
        items.get(entry.position as usize).map(|item| PrivateEntry::from_stored(item)).transpose()
    }

    async fn entries_of(
        &self,
        subject: SubjectId,
        before: Option<EntryId>,
        limit: u32,
    ) -> Result<Vec<SubjectEntry>, StoreError> {
        let before = before.unwrap_or(EntryId { bundle: i64::MAX.cast_unsigned(), position: 0 });
        let position = i32::try_from(before.position).unwrap_or(i32::MAX);
        let sql = "SELECT e.bundle, e.position, b.first_index, b.details
                   FROM subject_entry e LEFT JOIN audit_bundle b ON b.number = e.bundle
                   WHERE e.bucket = $1 AND e.subject_id = $2 AND (e.bundle, e.position) < ($3, $4)
                   ORDER BY e.bundle DESC, e.position DESC LIMIT $5";
        let (bucket, id, bundle) = (bucket(subject), uuid(subject), before.bundle.cast_signed());
        let rows = self.database.query(sql, &[&bucket, &id, &bundle, &position, &number(limit)]).await?;
        rows.iter().map(subject_entry).collect()
    }

    async fn private_bundles(&self, from: u64, limit: u32) -> Result<Vec<PrivateBundle>, StoreError> {
        let sql = "SELECT number, first_index, leaves, details FROM audit_bundle WHERE number >= $1 ORDER BY number LIMIT $2";
        let rows = self.database.query(sql, &[&from.cast_signed(), &number(limit)]).await?;
        let mut bundles = rows.iter().map(private_bundle).collect::<Read<Vec<_>>>()?;
        let last = bundles.last().map_or(0, |last| last.bundle.number);
        let sql = "SELECT bundle, position, subject_id FROM subject_entry WHERE bundle BETWEEN $1 AND $2";
        for row in self.database.query(sql, &[&from.cast_signed(), &last.cast_signed()]).await? {
            let entry = get_entry(&row)?.ok_or_else(|| corrupt("bundle"))?;
            // What was committed meanwhile is not among them.
            if let Ok(place) = bundles.binary_search_by_key(&entry.bundle, |one| one.bundle.number) {
                bundles[place].about.insert(entry.position, get_id(&row, "subject_id")?);
            }
        }
        Ok(bundles)
    }
}

fn private_bundle(row: &Row) -> Read<PrivateBundle> {
    let entries = unframe(get(row, "details")?)?;
    let entries = entries.into_iter().map(PrivateEntry::from_stored).collect::<Read<_>>()?;
    Ok(PrivateBundle { bundle: bundle(row)?, entries, about: HashMap::new() })
}

fn subject_entry(row: &Row) -> Read<SubjectEntry> {
    let entry = get_entry(row)?.ok_or_else(|| corrupt("bundle"))?;
    let first: Option<i64> = get(row, "first_index")?;
    SubjectEntry::in_bundle(entry, first.map(i64::cast_unsigned), get(row, "details")?)
}

fn bundle(row: &Row) -> Read<Bundle> {
    let first: Option<i64> = get(row, "first_index")?;
    Ok(Bundle {
        number: get_unsigned(row, "number")?,
        first_index: first.map(i64::cast_unsigned),
        leaves: unframe(get(row, "leaves")?)?.into_iter().map(<[u8]>::to_vec).collect(),
    })
}

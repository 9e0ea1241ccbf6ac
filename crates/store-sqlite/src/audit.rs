//! The audit log: bundles, tiles, the checkpoint and the private index.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{EntryId, SubjectId};
use rusqlite::{Row, params};
use store::{
    AuditLog, StoreError,
    audit::{Bundle, LogState, PrivateBundle, PrivateEntry, SubjectEntry, unframe},
};

use crate::{
    SqliteStore,
    reader::query,
    rows::{Read, corrupt, get, get_count, get_id, get_unsigned, unavailable},
};

#[async_trait]
impl AuditLog for SqliteStore {
    async fn log_state(&self) -> Result<LogState, StoreError> {
        let state = self.readers.first("SELECT * FROM log_state", [], |row| {
            Ok(LogState {
                epoch: get_unsigned(row, "epoch")?,
                size: get_unsigned(row, "size")?,
                checkpoint: get(row, "checkpoint")?,
            })
        })?;
        state.ok_or_else(|| corrupt("the state of the log"))
    }

    async fn unsequenced(&self, limit: u32) -> Result<Vec<Bundle>, StoreError> {
        let sql = "SELECT * FROM audit_bundle WHERE first_index IS NULL ORDER BY number LIMIT ?1";
        self.readers.all(sql, [limit], bundle)
    }

    async fn leaves(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT * FROM audit_bundle WHERE first_index < ?2 AND first_index >= coalesce(
                       (SELECT max(first_index) FROM audit_bundle WHERE first_index <= ?1), 0)
                   ORDER BY first_index";
        let bundles = self.readers.all(sql, params![from.cast_signed(), to.cast_signed()], bundle)?;
        Ok(Bundle::leaves_within(bundles, from, to))
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT hashes FROM log_tile WHERE level = ?1 AND tile_index = ?2";
        self.readers.first(sql, params![level, index.cast_signed()], |row| get(row, "hashes"))
    }

    async fn index_of(&self, entry: EntryId) -> Result<Option<Option<u64>>, StoreError> {
        let sql = "SELECT first_index, entries FROM audit_bundle WHERE number = ?1";
        let found = self.readers.first(sql, [entry.bundle.cast_signed()], |row| {
            Ok((get::<Option<i64>>(row, "first_index")?, get_count(row, "entries")?))
        })?;
        Ok(found
            .filter(|(_, entries)| entry.position < *entries)
            .map(|(first, _)| first.map(|first| first.cast_unsigned() + u64::from(entry.position))))
    }

    async fn entry_at(&self, index: u64) -> Result<Option<EntryId>, StoreError> {
        let sql = "SELECT number, first_index, entries FROM audit_bundle WHERE first_index <= ?1
                   ORDER BY first_index DESC LIMIT 1";
        let found = self.readers.first(sql, [index.cast_signed()], |row| {
            let first = get_unsigned(row, "first_index")?;
            Ok((get_unsigned(row, "number")?, index - first, get_count(row, "entries")?))
        })?;
        Ok(found
            .filter(|(_, place, entries)| *place < u64::from(*entries))
            .and_then(|(bundle, place, _)| Some(EntryId { bundle, position: u32::try_from(place).ok()? })))
    }

    async fn private_entry(&self, entry: EntryId) -> Result<Option<PrivateEntry>, StoreError> {
        let sql = "SELECT details FROM audit_bundle WHERE number = ?1";
        self.readers
            .first(sql, [entry.bundle.cast_signed()], |row| {
                let details: Vec<u8> = get(row, "details")?;
                unframe(&details)?
                    .get(entry.position as usize)
                    .map(|item| PrivateEntry::from_stored(item))
                    .transpose()
            })
            .map(Option::flatten)
    }

    async fn entries_of(
        &self,
        subject: SubjectId,
        before: Option<EntryId>,
        limit: u32,
    ) -> Result<Vec<SubjectEntry>, StoreError> {
        let before = before.unwrap_or(EntryId { bundle: i64::MAX.cast_unsigned(), position: 0 });
        let sql = "SELECT e.bundle, e.position, b.first_index, b.details
                   FROM subject_entry e LEFT JOIN audit_bundle b ON b.number = e.bundle
                   WHERE e.subject_id = ?1 AND (e.bundle, e.position) < (?2, ?3)
                   ORDER BY e.bundle DESC, e.position DESC LIMIT ?4";
        let parameters = params![subject.as_bytes(), before.bundle.cast_signed(), before.position, limit];
        self.readers.all(sql, parameters, |row| {
            let entry =
                EntryId { bundle: get_unsigned(row, "bundle")?, position: get_count(row, "position")? };
            let first: Option<i64> = get(row, "first_index")?;
            let details =
                row.get_ref("details").map_err(unavailable)?.as_blob().map_err(|_| corrupt("details"))?;
            SubjectEntry::in_bundle(entry, first.map(i64::cast_unsigned), details)
        })
    }

    async fn private_bundles(&self, from: u64, limit: u32) -> Result<Vec<PrivateBundle>, StoreError> {
        let sql = "SELECT * FROM audit_bundle WHERE number >= ?1 ORDER BY number LIMIT ?2";
        self.readers
            .apart(move |connection| {
                let mut bundles = query(connection, sql, params![from.cast_signed(), limit], private_bundle)?;
                let last = bundles.last().map_or(0, |last| last.bundle.number);
                let sql =
                    "SELECT bundle, position, subject_id FROM subject_entry WHERE bundle BETWEEN ?1 AND ?2";
                let parameters = params![from.cast_signed(), last.cast_signed()];
                let about = query(connection, sql, parameters, |row| {
                    Ok((
                        get_unsigned(row, "bundle")?,
                        get_count(row, "position")?,
                        get_id(row, "subject_id")?,
                    ))
                })?;
                for (number, position, subject) in about {
                    if let Ok(place) = bundles.binary_search_by_key(&number, |one| one.bundle.number) {
                        bundles[place].about.insert(position, subject);
                    }
                }
                Ok(bundles)
            })
            .await
    }
}

fn private_bundle(row: &Row<'_>) -> Read<PrivateBundle> {
    let details: Vec<u8> = get(row, "details")?;
    let entries = unframe(&details)?.into_iter().map(PrivateEntry::from_stored).collect::<Read<_>>()?;
    Ok(PrivateBundle { bundle: bundle(row)?, entries, about: HashMap::new() })
}

fn bundle(row: &Row<'_>) -> Read<Bundle> {
    let leaves: Vec<u8> = get(row, "leaves")?;
    let first: Option<i64> = get(row, "first_index")?;
    Ok(Bundle {
        number: get_unsigned(row, "number")?,
        first_index: first.map(i64::cast_unsigned),
        leaves: unframe(&leaves)?.into_iter().map(<[u8]>::to_vec).collect(),
    })
}

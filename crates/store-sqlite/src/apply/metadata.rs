//! Metadata of records: added and removed with them, and set on many at once.

use domain::{
    Record, RecordId,
    metadata::{Selection, Setting},
};
use rusqlite::{Connection, ToSql, params};
use store::{
    CommitError, Conflict, StoreError,
    metadata::{MetadataChange, Wanted},
};

use super::{add, change, require, run};
use crate::{
    metadata::{has_inactive, matching},
    rows::{Read, json, time},
};

/// The key of a record's metadata, by the record's id.
pub(crate) const KEY: &str =
    "(account_id, home, record_id) = (SELECT account_id, home, id FROM record WHERE id = ?1)";

/// The purpose with whose records this one's metadata lies.
pub(super) fn home(record: &Record) -> &str {
    record.metadata.collected_for.first().map_or("", String::as_str)
}

pub(super) fn add_metadata(connection: &Connection, record: &Record) -> Result<(), CommitError> {
    let (metadata, home) = (&record.metadata, home(record));
    let parameters = params![
        record.account.as_bytes(),
        home,
        record.id.as_bytes(),
        record.subject.as_bytes(),
        record.record_type,
        record.version,
        metadata.version,
        metadata.expires_at.map(time),
        metadata.ends_by.map(time),
        metadata.source.as_str(),
        if metadata.collected_for == [home] { String::new() } else { names(&metadata.collected_for)? },
        names(&metadata.shared_with)?,
        names(&metadata.objections)?,
        names(&metadata.automated)?,
        names(&metadata.flags)?,
    ];
    let sql = "INSERT INTO record_metadata VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    add(connection, sql, parameters, Conflict::Exists)?;
    for purpose in metadata.collected_for.iter().skip(1).filter(|purpose| *purpose != home) {
        let further = params![record.account.as_bytes(), purpose, record.id.as_bytes(), home];
        run(connection, "INSERT OR IGNORE INTO further_purpose VALUES (?1, ?2, ?3, ?4)", further)?;
    }
    Ok(())
}

/// What follows when a record was replaced: its version, when it ends, and what was found in it.
pub(super) fn follow(connection: &Connection, record: &Record) -> Result<(), CommitError> {
    let sql =
        format!("UPDATE record_metadata SET record_version = ?2, expires_at = ?3, flags = ?4 WHERE {KEY}");
    let (ends, flags) = (record.metadata.expires_at.map(time), names(&record.metadata.flags)?);
    let parameters = params![record.id.as_bytes(), record.version, ends, flags];
    change(connection, &sql, parameters, Conflict::Record)
}

pub(super) fn remove_metadata(connection: &Connection, record: RecordId) -> Result<(), CommitError> {
    let sql = format!(
        "DELETE FROM further_purpose WHERE (account_id, purpose, record_id) IN
         (SELECT account_id, purpose.value, record_id FROM record_metadata, json_each(nullif(collected_for, '')) AS purpose
          WHERE {KEY} AND purpose.key > 0)"
    );
    run(connection, &sql, [record.as_bytes()])?;
    run(connection, &format!("DELETE FROM record_metadata WHERE {KEY}"), [record.as_bytes()]).map(drop)
}

/// Sets one field on every record that matches; returns how many those were.
pub(super) fn set(connection: &Connection, wanted: &MetadataChange) -> Result<u64, CommitError> {
    require(is_as_expected(connection, wanted)?, Conflict::Metadata)?;
    let Some(last) = wanted.records.last() else { return Ok(0) };
    let (assignment, value) = assignment(&wanted.setting)?;
    // With a subquery the engine walks the rows twice, so it is asked only where it can say anything.
    let active = if has_inactive(connection, wanted.account)? {
        "AND NOT EXISTS (SELECT 1 FROM subject s INDEXED BY subject_inactive
             WHERE s.id = record_metadata.subject_id AND s.state <> 0)"
    } else {
        ""
    };
    let update = |place: &str, selected: &dyn ToSql| {
        let sql = format!(
            "UPDATE record_metadata SET version = version + 1, {assignment}
             WHERE {place} AND record_id <= ?3 AND (expires_at IS NULL OR expires_at > ?4) {active}"
        );
        let parameters =
            params![wanted.account.as_bytes(), selected, last.as_bytes(), time(wanted.at), value];
        run(connection, &sql, parameters)
    };
    let changed = match &wanted.selection {
        Selection::Subject(subject) => update("account_id = ?1 AND subject_id = ?2", subject.as_bytes())?,
        // The statement has a parameter for what is selected, and here that is nothing.
        Selection::Flagged => update("account_id = ?1 AND flags <> '' AND ?2 = ''", &"")?,
        Selection::CollectedFor(purpose) => {
            let further = "(account_id, home, record_id) IN (SELECT account_id, home, record_id
                           FROM further_purpose WHERE account_id = ?1 AND purpose = ?2)";
            update("account_id = ?1 AND home = ?2", purpose)? + update(further, purpose)?
        }
    };
    if changed == wanted.records.len() {
        return Ok(changed as u64);
    }
    Err(StoreError::Corrupt("metadata that matches and is not set".to_owned()).into())
}

/// Whether the records that match now, up to the last that was named, are those that were named.
fn is_as_expected(connection: &Connection, wanted: &MetadataChange) -> Read<bool> {
    let one_more = u32::try_from(wanted.records.len() + 1).unwrap_or(u32::MAX);
    let MetadataChange { account, selection, at, records, .. } = wanted;
    let page = Wanted { account: *account, selection, at: *at, after: None, limit: one_more };
    let found = matching(connection, page)?;
    let up_to_last = found.iter().map(|(record, _)| record).filter(|record| Some(*record) <= records.last());
    Ok(up_to_last.eq(records))
}

/// The assignment of a setting, and the value of its parameter `?5`.
fn assignment(setting: &Setting) -> Read<(&'static str, Box<dyn ToSql>)> {
    Ok(match setting {
        Setting::Objections(list) => ("objections = ?5", Box::new(names(list)?)),
        Setting::Automated(list) => ("automated = ?5", Box::new(names(list)?)),
        Setting::SharedWith(list) => ("shared_with = ?5", Box::new(names(list)?)),
        Setting::Source(source) => ("source = ?5", Box::new(source.as_str())),
        Setting::EndsBy(at) => (
            "expires_at = min(coalesce(expires_at, ?5), ?5), ends_by = min(coalesce(ends_by, ?5), ?5)",
            Box::new(time(*at)),
        ),
    })
}

/// A list as it is stored. Most are empty, and so is what is written of them.
fn names(list: &[String]) -> Read<String> {
    if list.is_empty() { Ok(String::new()) } else { json(&list) }
}

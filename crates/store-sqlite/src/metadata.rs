//! Metadata of records: reading it by purpose or by subject, and the columns it stands in.

use domain::{AccountId, Metadata, RecordId, Source, SubjectId, id::Id, metadata::Selection};
use rusqlite::{Connection, Params, Row, params};
use store::metadata::{MetadataRow, Wanted};

use crate::{
    reader::{first, query},
    rows::{Read, cell, corrupt, optional_moment, time, unavailable},
};

/// The columns of a record's metadata, in the order in which [`metadata`] reads them.
macro_rules! metadata_columns {
    () => {
        "m.version AS metadata_version, m.expires_at, m.ends_by, m.source, m.collected_for, m.shared_with,
         m.objections, m.automated, m.home, m.flags"
    };
}

/// How many they are.
pub(crate) const METADATA_COLUMNS: usize = 10;
const WHAT: &str = "metadata of a record";

/// Whether a row matches at the moment `?1`: its time is not over.
const LIVES: &str = "(m.expires_at IS NULL OR m.expires_at > ?1)";
/// The same, where some subjects of the account are not active: those are few and have an index of their own.
const LIVES_AND_IS_ACTIVE: &str = "(m.expires_at IS NULL OR m.expires_at > ?1) AND NOT EXISTS \
     (SELECT 1 FROM subject s INDEXED BY subject_inactive WHERE s.id = m.subject_id AND s.state <> 0)";

/// The metadata of the rows wanted.
pub(crate) fn rows(connection: &Connection, wanted: Wanted<'_>) -> Read<Vec<MetadataRow>> {
    let columns =
        concat!("m.record_id, m.subject_id, m.record_type, m.record_version, ", metadata_columns!());
    found(
        connection,
        wanted,
        columns,
        |row: &MetadataRow| row.record,
        |row| {
            Ok(MetadataRow {
                record: Id::from_bytes(cell(row, 0, WHAT)?),
                subject: Id::from_bytes(cell(row, 1, WHAT)?),
                record_type: cell(row, 2, WHAT)?,
                record_version: cell(row, 3, WHAT)?,
                metadata: metadata(row, 4)?,
            })
        },
    )
}

/// Which records the rows wanted are of, and whose.
pub(crate) fn matching(connection: &Connection, wanted: Wanted<'_>) -> Read<Vec<(RecordId, SubjectId)>> {
    found(
        connection,
        wanted,
        "m.record_id, m.subject_id",
        |(record, _)| *record,
        |row| Ok((Id::from_bytes(cell(row, 0, WHAT)?), Id::from_bytes(cell(row, 1, WHAT)?))),
    )
}

/// The rows wanted, in the order of their ids. Those of a purpose stand in two places: most lie together, and those
/// for which it was not the first are found one by one.
fn found<T>(
    connection: &Connection,
    wanted: Wanted<'_>,
    columns: &str,
    id: impl Fn(&T) -> RecordId,
    read: impl Fn(&Row<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    let Wanted { account, selection, at, after, limit } = wanted;
    // Each row's subject is looked for only where any can be found: a query reads thousands of rows.
    let matches = if has_inactive(connection, account)? { LIVES_AND_IS_ACTIVE } else { LIVES };
    let (account, at) = (account.as_bytes(), time(at));
    let after = after.map_or([0; 16], |id| *id.as_bytes());
    match selection {
        Selection::Subject(subject) => {
            let sql = format!(
                "SELECT {columns} FROM record_metadata m WHERE {matches} AND m.subject_id = ?2 AND m.account_id = ?3
                 AND m.record_id > ?4 ORDER BY m.record_id LIMIT ?5"
            );
            query(connection, &sql, params![at, subject.as_bytes(), account, after, limit], read)
        }
        Selection::Flagged => {
            let sql = format!(
                "SELECT {columns} FROM record_metadata m INDEXED BY record_metadata_flagged WHERE {matches}
                 AND m.account_id = ?2 AND m.flags <> '' AND m.record_id > ?3 ORDER BY m.record_id LIMIT ?4"
            );
            query(connection, &sql, params![at, account, after, limit], read)
        }
        Selection::CollectedFor(purpose) => {
            let sql = format!(
                "SELECT {columns} FROM record_metadata m WHERE {matches} AND m.account_id = ?2 AND m.home = ?3
                 AND m.record_id > ?4 ORDER BY m.record_id LIMIT ?5"
            );
            let parameters = params![at, account, purpose, after, limit];
            let mut all = query(connection, &sql, parameters, &read)?;
            let sql = format!(
                "SELECT {columns} FROM further_purpose f CROSS JOIN record_metadata m USING (account_id, home, record_id)
                 WHERE {matches} AND f.account_id = ?2 AND f.purpose = ?3 AND f.record_id > ?4
                 ORDER BY f.record_id LIMIT ?5"
            );
            let further = query(connection, &sql, parameters, &read)?;
            if !further.is_empty() {
                all.extend(further);
                all.sort_unstable_by_key(id);
                all.truncate(limit as usize);
            }
            Ok(all)
        }
    }
}

/// The version of a record's metadata.
pub(crate) fn version(connection: &Connection, record: RecordId) -> Read<Option<u32>> {
    let sql = "SELECT m.version FROM record r CROSS JOIN record_metadata m
               ON m.account_id = r.account_id AND m.home = r.home AND m.record_id = r.id WHERE r.id = ?1";
    first(connection, sql, [record.as_bytes()], |row| cell(row, 0, WHAT))
}

/// Whether any subject of an account is not active.
pub(crate) fn has_inactive(connection: &Connection, account: AccountId) -> Read<bool> {
    exists(
        connection,
        "SELECT 1 FROM subject INDEXED BY subject_inactive WHERE state <> 0 AND account_id = ?1 LIMIT 1",
        [account.as_bytes()],
    )
}

fn exists(connection: &Connection, sql: &str, parameters: impl Params) -> Read<bool> {
    Ok(first(connection, sql, parameters, |_| Ok(()))?.is_some())
}

/// The metadata that begins at a column.
pub(crate) fn metadata(row: &Row<'_>, column: usize) -> Read<Metadata> {
    let source = row.get_ref(column + 3).map_err(unavailable)?.as_str().ok().and_then(Source::parse);
    Ok(Metadata {
        version: cell(row, column, WHAT)?,
        expires_at: optional_moment(row, column + 1, WHAT)?,
        ends_by: optional_moment(row, column + 2, WHAT)?,
        source: source.ok_or_else(|| corrupt("source of a record"))?,
        collected_for: collected_for(row, column)?,
        shared_with: names(row, column + 5)?,
        objections: names(row, column + 6)?,
        automated: names(row, column + 7)?,
        flags: names(row, column + 9)?,
    })
}

/// What a record was collected for: mostly one purpose, by which its row lies, and then it is not written twice.
fn collected_for(row: &Row<'_>, column: usize) -> Read<Vec<String>> {
    let written = names(row, column + 4)?;
    let home: &str = row.get_ref(column + 8).map_err(unavailable)?.as_str().map_err(|_| corrupt(WHAT))?;
    Ok(if written.is_empty() && !home.is_empty() { vec![home.to_owned()] } else { written })
}

/// A list of words. Most are empty, which need not be parsed.
fn names(row: &Row<'_>, column: usize) -> Read<Vec<String>> {
    let corrupt = || corrupt(WHAT);
    match row.get_ref(column).map_err(unavailable)?.as_str().map_err(|_| corrupt())? {
        "" => Ok(Vec::new()),
        text => serde_json::from_str(text).map_err(|_| corrupt()),
    }
}

//! Metadata of records: reading it by purpose or by subject, and the columns it stands in.

use domain::{Metadata, RecordId, Source, SubjectId, id::Id, metadata::Selection};
use jiff::Timestamp;
use store::metadata::{MetadataRow, Wanted};
use tokio_postgres::{Row, types::FromSql};
use uuid::Uuid;

use crate::{
    Database,
    connect::Parameters,
    rows::{Read, bucket, corrupt, number, time, uuid},
};

/// The columns of a record's metadata, in the order in which [`metadata`] reads them.
macro_rules! metadata_columns {
    () => {
        "m.version AS metadata_version, m.expires_at, m.ends_by, m.source, m.collected_for, m.shared_with,
         m.objections, m.automated, m.flags"
    };
}

/// Whether a row matches at the moment `$1`: its time is not over, and its subject is active.
macro_rules! matched {
    () => {
        " (m.expires_at IS NULL OR m.expires_at > $1) AND NOT EXISTS (
              SELECT FROM subject WHERE subject.id = m.subject_id AND subject.bucket = m.bucket AND state <> 0) "
    };
}

/// The rows of a subject `$4` in the bucket `$3`, those in which something was found, or those of a purpose `$3`: by far
/// the most have it as their first, and the others are found one by one.
macro_rules! found {
    ($columns:expr, subject) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM record_metadata AS m WHERE",
            matched!(),
            "AND m.account_id = $2 AND m.bucket = $3 AND m.subject_id = $4 AND m.record_id > $5
             ORDER BY m.record_id LIMIT $6"
        )
    };
    ($columns:expr, flagged) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM record_metadata AS m WHERE",
            matched!(),
            "AND m.account_id = $2 AND m.flags <> '[]' AND m.record_id > $3 ORDER BY m.record_id LIMIT $4"
        )
    };
    ($columns:expr, home) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM record_metadata AS m WHERE",
            matched!(),
            "AND m.account_id = $2 AND m.home = $3 AND m.record_id > $4 ORDER BY m.record_id LIMIT $5"
        )
    };
    ($columns:expr, further) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM further_purpose AS f
             JOIN record_metadata AS m ON m.bucket = f.bucket AND m.record_id = f.record_id WHERE",
            matched!(),
            "AND f.account_id = $2 AND f.purpose = $3 AND f.record_id > $4 ORDER BY f.record_id LIMIT $5"
        )
    };
}

/// Each way of finding rows, for the same columns.
struct Statements {
    subject: &'static str,
    flagged: &'static str,
    home: &'static str,
    further: &'static str,
}

macro_rules! statements {
    ($columns:expr) => {
        Statements {
            subject: found!($columns, subject),
            flagged: found!($columns, flagged),
            home: found!($columns, home),
            further: found!($columns, further),
        }
    };
}

const ROWS: Statements =
    statements!(concat!("m.record_id, m.subject_id, m.record_type, m.record_version, ", metadata_columns!()));
const MATCHING: Statements = statements!("m.record_id, m.subject_id");

/// The metadata of the rows wanted.
pub(crate) async fn rows(database: &Database, wanted: Wanted<'_>) -> Read<Vec<MetadataRow>> {
    let read = |row: &Row| {
        Ok(MetadataRow {
            record: Id::from_uuid(cell(row, 0)?),
            subject: Id::from_uuid(cell(row, 1)?),
            record_type: cell(row, 2)?,
            record_version: count(row, 3)?,
            metadata: metadata(row, 4)?,
        })
    };
    found(database, wanted, &ROWS, |row| row.record, read).await
}

/// Which records the rows wanted are of, and whose.
pub(crate) async fn matching(database: &Database, wanted: Wanted<'_>) -> Read<Vec<(RecordId, SubjectId)>> {
    let read = |row: &Row| Ok((Id::from_uuid(cell(row, 0)?), Id::from_uuid(cell(row, 1)?)));
    found(database, wanted, &MATCHING, |(record, _)| *record, read).await
}

/// The rows wanted, in the order of their ids.
async fn found<T>(
    database: &Database,
    wanted: Wanted<'_>,
    statements: &Statements,
    id: impl Fn(&T) -> RecordId,
    read: impl Fn(&Row) -> Read<T>,
) -> Read<Vec<T>> {
    let Wanted { account, selection, at, after, limit } = wanted;
    let (account, at, limit) = (uuid(account), time(at), number(limit));
    let after = after.map_or(Uuid::nil(), uuid);
    match selection {
        Selection::Subject(subject) => {
            let (bucket, subject) = (bucket(*subject), uuid(*subject));
            let parameters: Parameters<'_> = &[&at, &account, &bucket, &subject, &after, &limit];
            database.query(statements.subject, parameters).await?.iter().map(read).collect()
        }
        Selection::Flagged => {
            let parameters: Parameters<'_> = &[&at, &account, &after, &limit];
            database.query(statements.flagged, parameters).await?.iter().map(read).collect()
        }
        Selection::CollectedFor(purpose) => {
            let parameters: Parameters<'_> = &[&at, &account, purpose, &after, &limit];
            let (home, further) = tokio::try_join!(
                database.query(statements.home, parameters),
                database.query(statements.further, parameters),
            )?;
            let mut all = home.iter().map(&read).collect::<Read<Vec<T>>>()?;
            if !further.is_empty() {
                all.extend(further.iter().map(&read).collect::<Read<Vec<T>>>()?);
                all.sort_unstable_by_key(id);
                all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            }
            Ok(all)
        }
    }
}

/// The metadata that begins at a column.
pub(crate) fn metadata(row: &Row, column: usize) -> Read<Metadata> {
    Ok(Metadata {
        version: count(row, column)?,
        expires_at: moment(row, column + 1)?,
        ends_by: moment(row, column + 2)?,
        source: Source::parse(cell(row, column + 3)?).ok_or_else(|| corrupt("source of a record"))?,
        collected_for: names(row, column + 4)?,
        shared_with: names(row, column + 5)?,
        objections: names(row, column + 6)?,
        automated: names(row, column + 7)?,
        flags: names(row, column + 8)?,
    })
}

/// One column by its place: to find it by its name costs more than to read it, and a query reads thousands of rows.
fn cell<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Read<T> {
    row.try_get(column).map_err(|_| corrupt("metadata of a record"))
}

fn count(row: &Row, column: usize) -> Read<u32> {
    u32::try_from(cell::<i64>(row, column)?).map_err(|_| corrupt("metadata of a record"))
}

fn moment(row: &Row, column: usize) -> Read<Option<Timestamp>> {
    let stored: Option<i64> = cell(row, column)?;
    stored.map(Timestamp::from_microsecond).transpose().map_err(|_| corrupt("metadata of a record"))
}

/// A list of words. Most are empty, which need not be parsed.
fn names(row: &Row, column: usize) -> Read<Vec<String>> {
    match cell::<&str>(row, column)? {
        "[]" => Ok(Vec::new()),
        text => serde_json::from_str(text).map_err(|_| corrupt("metadata of a record")),
    }
}

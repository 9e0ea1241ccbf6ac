//! What is over, what will be, and whose ends do not follow yet.

use async_trait::async_trait;
use domain::{AccountId, Subject, id::Id};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use store::{
    Retention, StoreError,
    retention::{DAY, Ending, Expired, Kept, Span, day},
};

use crate::{
    SqliteStore,
    reader::query,
    rows::{Read, cell, corrupt, get, get_id, get_json, get_unsigned, moment, time},
    subjects::{SUBJECT_COLUMNS_OF, subject},
};

const WHAT: &str = "metadata of a record";

/// Whether a row ends in a span, and is of the account asked for.
const IN_SPAN: &str = "m.expires_at > ?1 AND m.expires_at <= ?2 AND (?3 IS NULL OR m.account_id = ?3)";

#[async_trait]
impl Retention for SqliteStore {
    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
        let sql = "SELECT m.record_id, r.version, m.record_type, r.class, m.expires_at, s.id, s.version
                   FROM record_metadata m INDEXED BY record_metadata_by_end
                   CROSS JOIN subject s ON s.id = m.subject_id
                   CROSS JOIN record r ON r.id = m.record_id
                   WHERE m.expires_at <= ?1 AND s.settling = 0 AND s.state <> 3 AND (s.freezes = '[]' OR NOT
                       (instr(s.freezes, '\"records.*\"') OR instr(s.freezes, '\"records.' || m.record_type || '\"')))
                   ORDER BY m.expires_at LIMIT ?2";
        self.readers.apart(move |connection| query(connection, sql, params![time(now), limit], expired)).await
    }

    async fn endings(&self, span: Span) -> Result<Vec<Ending>, StoreError> {
        let sql = format!(
            "SELECT m.expires_at / {DAY} AS day, m.account_id, m.record_type, count(*) AS records
             FROM record_metadata m INDEXED BY record_metadata_by_end WHERE {IN_SPAN} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        );
        self.readers.apart(move |connection| within(connection, &sql, span, ending)).await
    }

    async fn endless(&self, account: Option<AccountId>) -> Result<Vec<Ending>, StoreError> {
        let sql = "SELECT NULL AS day, m.account_id, m.record_type, count(*) AS records
                   FROM record_metadata m INDEXED BY record_metadata_by_end
                   WHERE m.expires_at IS NULL AND (?1 IS NULL OR m.account_id = ?1) GROUP BY 2, 3 ORDER BY 2, 3";
        let account = account.map(|id| *id.as_bytes());
        self.readers.apart(move |connection| query(connection, sql, [account], ending)).await
    }

    async fn kept_endings(&self, span: Span) -> Result<Vec<Kept>, StoreError> {
        let sql = format!(
            "SELECT m.expires_at / {DAY} AS day, m.account_id, m.record_type, count(*) AS records, s.freezes, s.settling
             FROM subject s INDEXED BY subject_kept
             CROSS JOIN record_metadata m INDEXED BY record_metadata_by_subject ON m.subject_id = s.id
             WHERE (s.freezes <> '[]' OR s.settling <> 0) AND {IN_SPAN} GROUP BY s.id, 1, 2, 3"
        );
        let kept = |row: &Row<'_>| {
            let is_settling: bool = get(row, "settling")?;
            Ok(Kept { freezes: get_json(row, "freezes")?, is_settling, ending: ending(row)? })
        };
        self.readers.apart(move |connection| within(connection, &sql, span, kept)).await
    }

    async fn settling_subjects(&self, limit: u32) -> Result<Vec<Subject>, StoreError> {
        let sql = format!(
            "SELECT {SUBJECT_COLUMNS_OF} FROM subject INDEXED BY subject_settling
             WHERE settling <> 0 AND state = 0 ORDER BY id LIMIT ?1"
        );
        self.readers.all(&sql, [limit], subject)
    }
}

fn within<T>(
    connection: &Connection,
    sql: &str,
    span: Span,
    read: impl Fn(&Row<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    let after = span.after.map_or(i64::MIN, time);
    let account = span.account.map(|id| *id.as_bytes());
    query(connection, sql, params![after, time(span.until), account], read)
}

fn expired(row: &Row<'_>) -> Read<Expired> {
    Ok(Expired {
        record: Id::from_bytes(cell(row, 0, WHAT)?),
        version: cell(row, 1, WHAT)?,
        record_type: cell(row, 2, WHAT)?,
        class: cell(row, 3, WHAT)?,
        ended_at: moment(row, 4, WHAT)?,
        subject: Id::from_bytes(cell(row, 5, WHAT)?),
        subject_version: cell(row, 6, WHAT)?,
    })
}

fn ending(row: &Row<'_>) -> Read<Ending> {
    let number: Option<i64> = get(row, "day")?;
    let on = number.map(|number| day(number).ok_or_else(|| corrupt("the end of a record"))).transpose()?;
    Ok(Ending {
        day: on,
        account: get_id(row, "account_id")?,
        record_type: get(row, "record_type")?,
        records: get_unsigned(row, "records")?,
    })
}

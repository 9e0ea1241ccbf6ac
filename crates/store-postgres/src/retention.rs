//! What is over, what will be, and whose ends do not follow yet.

use async_trait::async_trait;
use domain::{AccountId, Subject};
use jiff::Timestamp;
use store::{
    Retention, StoreError,
    retention::{DAY, Ending, Expired, Kept, Span, day},
};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    PostgresStore,
    rows::{Read, corrupt, get, get_count, get_id, get_json, get_time, get_unsigned, number, time, uuid},
    subjects::subject,
};

#[async_trait]
impl Retention for PostgresStore {
    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
        let sql = "SELECT m.record_id, r.version, m.record_type, r.class, m.expires_at, s.id AS subject_id,
                          s.version AS subject_version
                   FROM record_metadata AS m
                   JOIN subject AS s ON s.bucket = m.bucket AND s.id = m.subject_id
                   JOIN record AS r ON r.bucket = m.bucket AND r.id = m.record_id
                   WHERE m.expires_at <= $1 AND NOT s.settling AND s.state <> 3 AND (s.freezes = '[]' OR NOT
                       (position('\"records.*\"' IN s.freezes) > 0
                        OR position('\"records.' || m.record_type || '\"' IN s.freezes) > 0))
                   ORDER BY m.expires_at LIMIT $2";
        self.database.query(sql, &[&time(now), &number(limit)]).await?.iter().map(expired).collect()
    }

    async fn endings(&self, span: Span) -> Result<Vec<Ending>, StoreError> {
        let sql = format!(
            "SELECT m.expires_at / {DAY} AS day, m.account_id, m.record_type, count(*) AS records
             FROM record_metadata AS m WHERE {IN_SPAN}
             GROUP BY 1, 2, 3 ORDER BY 1, 2, m.record_type COLLATE \"C\""
        );
        let (after, until, account) = bounds(span);
        self.database.query(&sql, &[&after, &until, &account]).await?.iter().map(ending).collect()
    }

    async fn endless(&self, account: Option<AccountId>) -> Result<Vec<Ending>, StoreError> {
        let sql = "SELECT NULL::bigint AS day, m.account_id, m.record_type, count(*) AS records
                   FROM record_metadata AS m WHERE m.expires_at IS NULL AND ($1::uuid IS NULL OR m.account_id = $1)
                   GROUP BY 2, 3 ORDER BY 2, m.record_type COLLATE \"C\"";
        self.database.query(sql, &[&account.map(uuid)]).await?.iter().map(ending).collect()
    }

    async fn kept_endings(&self, span: Span) -> Result<Vec<Kept>, StoreError> {
        let sql = format!(
            "SELECT m.expires_at / {DAY} AS day, m.account_id, m.record_type, count(*) AS records, s.freezes, s.settling
             FROM subject AS s JOIN record_metadata AS m ON m.bucket = s.bucket AND m.subject_id = s.id
             WHERE (s.freezes <> '[]' OR s.settling) AND {IN_SPAN}
             GROUP BY s.id, s.freezes, s.settling, 1, 2, 3"
        );
        let (after, until, account) = bounds(span);
        let kept = |row: &Row| {
            let (freezes, is_settling) = (get_json(row, "freezes")?, get(row, "settling")?);
            Ok(Kept { freezes, is_settling, ending: ending(row)? })
        };
        self.database.query(&sql, &[&after, &until, &account]).await?.iter().map(kept).collect()
    }

    async fn settling_subjects(&self, limit: u32) -> Result<Vec<Subject>, StoreError> {
        let sql = concat!(
            "SELECT ",
            subject_columns!(),
            " FROM subject WHERE settling AND state = 0 ORDER BY id LIMIT $1"
        );
        self.database.query(sql, &[&number(limit)]).await?.iter().map(subject).collect()
    }
}

/// Whether a row ends in a span, and is of the account asked for.
const IN_SPAN: &str = "m.expires_at > $1 AND m.expires_at <= $2 AND ($3::uuid IS NULL OR m.account_id = $3)";

fn bounds(span: Span) -> (i64, i64, Option<Uuid>) {
    (span.after.map_or(i64::MIN, time), time(span.until), span.account.map(uuid))
}

fn expired(row: &Row) -> Read<Expired> {
    Ok(Expired {
        record: get_id(row, "record_id")?,
        version: get_count(row, "version")?,
        record_type: get(row, "record_type")?,
        class: get(row, "class")?,
        ended_at: get_time(row, "expires_at")?,
        subject: get_id(row, "subject_id")?,
        subject_version: get_count(row, "subject_version")?,
    })
}

fn ending(row: &Row) -> Read<Ending> {
    let number: Option<i64> = get(row, "day")?;
    let on = number.map(|number| day(number).ok_or_else(|| corrupt("the end of a record"))).transpose()?;
    Ok(Ending {
        day: on,
        account: get_id(row, "account_id")?,
        record_type: get(row, "record_type")?,
        records: get_unsigned(row, "records")?,
    })
}

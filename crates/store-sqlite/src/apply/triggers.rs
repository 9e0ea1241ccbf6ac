//! What happened to a subject, and the ends of records that follow it.

use domain::{RecordId, SubjectId, Triggers};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use store::{CommitError, Conflict};

use super::{change, metadata::KEY, run};
use crate::rows::{json, time};

pub(super) fn set(
    connection: &Connection,
    subject: SubjectId,
    version: u32,
    triggers: &Triggers,
) -> Result<(), CommitError> {
    let sql =
        "UPDATE subject SET triggers = ?2, settling = ?3, version = ?4 WHERE id = ?1 AND version + 1 = ?4";
    let row = params![subject.as_bytes(), json(triggers)?, triggers.is_settling(), version];
    change(connection, sql, row, Conflict::Subject)
}

pub(super) fn settle(
    connection: &Connection,
    subject: SubjectId,
    triggers: &Triggers,
    ends: &[(RecordId, Option<Timestamp>)],
) -> Result<(), CommitError> {
    // The smaller of the two, where nothing is no number.
    let end = format!(
        "UPDATE record_metadata SET expires_at = min(coalesce(?2, ends_by), coalesce(ends_by, ?2)) WHERE {KEY}"
    );
    for (record, at) in ends {
        run(connection, &end, params![record.as_bytes(), at.map(time)])?;
    }
    let sql = "UPDATE subject SET triggers = ?2, settling = ?3 WHERE id = ?1";
    let row = params![subject.as_bytes(), json(triggers)?, triggers.is_settling()];
    change(connection, sql, row, Conflict::Subject)?;
    if triggers.is_settling() {
        return Ok(());
    }
    let last = "UPDATE holding SET last_expiry = (
                    SELECT CASE WHEN count(*) = count(expires_at) THEN max(expires_at) END FROM record_metadata m
                    WHERE m.subject_id = holding.subject_id AND m.record_type = holding.record_type)
                WHERE subject_id = ?1";
    run(connection, last, [subject.as_bytes()]).map(drop)
}

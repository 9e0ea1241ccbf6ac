//! What happened to a subject, and the ends of records that follow it.

use domain::{RecordId, SubjectId, Triggers};
use jiff::Timestamp;
use store::{CommitError, Conflict};
use uuid::Uuid;

use super::must;
use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, json, number, time, uuid},
};

pub(super) async fn set(
    transaction: &Transaction<'_>,
    subject: SubjectId,
    version: u32,
    triggers: &Triggers,
) -> Result<(), Refused> {
    let (written, settling) = (json(triggers).map_err(CommitError::from)?, triggers.is_settling());
    let sql = "UPDATE subject SET triggers = $3, settling = $4, version = $5
               WHERE bucket = $1 AND id = $2 AND version + 1 = $5";
    let row: Parameters<'_> = &[&bucket(subject), &uuid(subject), &written, &settling, &number(version)];
    must(transaction, sql, row, Conflict::Subject).await
}

pub(super) async fn settle(
    transaction: &Transaction<'_>,
    subject: SubjectId,
    triggers: &Triggers,
    ends: &[(RecordId, Option<Timestamp>)],
) -> Result<(), Refused> {
    let buckets: Vec<i32> = ends.iter().map(|(record, _)| bucket(*record)).collect();
    let records: Vec<Uuid> = ends.iter().map(|(record, _)| uuid(*record)).collect();
    let times: Vec<Option<i64>> = ends.iter().map(|(_, at)| at.map(time)).collect();
    // `least` passes over what is missing.
    let end = "UPDATE record_metadata AS m SET expires_at = least(new.at, m.ends_by)
               FROM unnest($1::int[], $2::uuid[], $3::bigint[]) AS new (bucket, record_id, at)
               WHERE m.bucket = new.bucket AND m.record_id = new.record_id";
    transaction.run(end, &[&buckets, &records, &times]).await?;
    let (written, settling) = (json(triggers).map_err(CommitError::from)?, triggers.is_settling());
    let sql = "UPDATE subject SET triggers = $3, settling = $4 WHERE bucket = $1 AND id = $2";
    let (bucket, subject) = (bucket(subject), uuid(subject));
    must(transaction, sql, &[&bucket, &subject, &written, &settling], Conflict::Subject).await?;
    if !settling {
        let last = "UPDATE holding AS h SET last_expiry = (
                        SELECT CASE WHEN count(*) = count(expires_at) THEN max(expires_at) END FROM record_metadata AS m
                        WHERE m.bucket = h.bucket AND m.subject_id = h.subject_id AND m.record_type = h.record_type)
                    WHERE h.bucket = $1 AND h.subject_id = $2";
        transaction.run(last, &[&bucket, &subject]).await?;
    }
    Ok(())
}

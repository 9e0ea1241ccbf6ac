//! Setting one field of the metadata of many records.

use domain::metadata::{Selection, Setting};
use store::{CommitError, Conflict, metadata::MetadataChange};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    error::Failure,
    rows::{bucket, json, time, uuid},
};

/// Whether a row is meant: its id is at most `$3`, its time is not over at `$4`, and its subject is active.
const MEANT: &str = "m.record_id <= $3 AND (m.expires_at IS NULL OR m.expires_at > $4) AND NOT EXISTS (
     SELECT FROM subject WHERE subject.id = m.subject_id AND subject.bucket = m.bucket AND state <> 0)";

/// Sets one field on every record that matches; returns how many those were. When they are not those that were named,
/// the unit conflicts.
pub(super) async fn set(transaction: &Transaction<'_>, wanted: &MetadataChange) -> Result<u64, Refused> {
    let Some(last) = wanted.records.last() else { return Ok(0) };
    // In the order of their ids, as whoever else changes several rows goes along them: so that none waits for the other.
    transaction.run("SET LOCAL enable_bitmapscan = off", &[]).await?;
    transaction.run("SET LOCAL enable_seqscan = off", &[]).await?;
    let (assignment, value) = assignment(&wanted.setting)?;
    let update = async |place: &str, selected: &(dyn ToSql + Sync)| {
        let sql = format!(
            "UPDATE record_metadata AS m SET version = m.version + 1, {assignment} WHERE {place} AND {MEANT}
             RETURNING m.record_id"
        );
        let (account, last, at) = (uuid(wanted.account), uuid(*last), time(wanted.at));
        let parameters: Parameters<'_> = &[&account, selected, &last, &at, &*value];
        let rows = transaction.rows_of_many(&sql, parameters, wanted.records.len()).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<Vec<Uuid>, Failure>>()
    };
    let mut set = match &wanted.selection {
        Selection::Subject(subject) => {
            let place =
                format!("m.account_id = $1 AND m.subject_id = $2 AND m.bucket = {}", bucket(*subject));
            update(&place, &uuid(*subject)).await?
        }
        // The statement has a parameter for what is selected, and here that is nothing.
        Selection::Flagged => update("m.account_id = $1 AND m.flags <> '[]' AND $2::text = ''", &"").await?,
        Selection::CollectedFor(purpose) => {
            let further = "(m.bucket, m.record_id) IN (
                 SELECT bucket, record_id FROM further_purpose WHERE account_id = $1 AND purpose = $2)";
            let mut set = update("m.account_id = $1 AND m.home = $2", purpose).await?;
            set.extend(update(further, purpose).await?);
            set
        }
    };
    set.sort_unstable();
    if set.iter().copied().eq(wanted.records.iter().map(|record| uuid(*record))) {
        return Ok(set.len() as u64);
    }
    Err(CommitError::Conflict(Conflict::Metadata).into())
}

/// The assignment of a setting, and the value of its parameter `$5`.
fn assignment(setting: &Setting) -> Result<(&'static str, Box<dyn ToSql + Sync + Send>), CommitError> {
    Ok(match setting {
        Setting::Objections(list) => ("objections = $5", Box::new(json(list)?)),
        Setting::Automated(list) => ("automated = $5", Box::new(json(list)?)),
        Setting::SharedWith(list) => ("shared_with = $5", Box::new(json(list)?)),
        Setting::Source(source) => ("source = $5", Box::new(source.as_str())),
        // `least` passes over what is missing.
        Setting::EndsBy(at) => {
            ("expires_at = least(m.expires_at, $5), ends_by = least(m.ends_by, $5)", Box::new(time(*at)))
        }
    })
}

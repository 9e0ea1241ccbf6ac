//! Erasures, their certificates, and the purging of an erased subject's rows.

use domain::{EntryId, Erasure, ErasureState, SubjectId};
use store::{Change, CommitError, Conflict};
use uuid::Uuid;

use super::must;
use crate::{
    commit::{alone::Refused, hot::index::remove_of_records, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, json, number, time, uuid},
};

pub(super) async fn apply(
    transaction: &Transaction<'_>,
    change: &Change,
    entry: Option<EntryId>,
) -> Result<(), Refused> {
    match change {
        Change::AddErasure(erasure) => begin(transaction, erasure).await,
        Change::ReplaceErasure(Erasure { id, state: ErasureState::Shredded(certificate), .. }) => {
            let sql = "UPDATE erasure SET certificate = $3, bundle = $4, position = $5, begun_in = pg_current_xact_id()
                       WHERE bucket = $1 AND id = $2 AND certificate IS NULL";
            let certificate = json(certificate).map_err(CommitError::from)?;
            let bundle = entry.map(|entry| entry.bundle.cast_signed());
            let position = entry.map(|entry| entry.position.cast_signed());
            let row: Parameters<'_> = &[&bucket(*id), &uuid(*id), &certificate, &bundle, &position];
            must(transaction, sql, row, Conflict::Erasure).await
        }
        // An erasure moves on only to its certificate, and from there by `MarkPurged`.
        Change::ReplaceErasure(_) => Err(CommitError::Conflict(Conflict::Erasure).into()),
        Change::MarkPurged(id, at) => {
            let sql = "UPDATE erasure SET purged_at = coalesce(purged_at, $3)
                       WHERE bucket = $1 AND id = $2 AND certificate IS NOT NULL";
            must(transaction, sql, &[&bucket(*id), &uuid(*id), &time(*at)], Conflict::Erasure).await
        }
        _ => Ok(()),
    }
}

async fn begin(transaction: &Transaction<'_>, erasure: &Erasure) -> Result<(), Refused> {
    let ErasureState::Inaccessible { at, kept } = &erasure.state else {
        return Err(CommitError::Conflict(Conflict::Erasure).into());
    };
    let sql = "INSERT INTO erasure (bucket, id, subject_id, account_id, begun_in, inaccessible_at, kept)
               VALUES ($1, $2, $3, $4, pg_current_xact_id(), $5, $6) ON CONFLICT DO NOTHING";
    let (id, subject, account) = (uuid(erasure.id), uuid(erasure.subject), uuid(erasure.account));
    let kept = json(kept).map_err(CommitError::from)?;
    let row: Parameters<'_> = &[&bucket(erasure.id), &id, &subject, &account, &time(*at), &kept];
    must(transaction, sql, row, Conflict::Erasure).await
}

/// The rows of an erased subject go in batches, so that one person with a million records holds no one up.
pub(super) async fn purge(
    transaction: &Transaction<'_>,
    subject: SubjectId,
    keep: &[String],
    audit: bool,
    limit: u32,
) -> Result<u64, Refused> {
    let (bucket, id) = (bucket(subject), uuid(subject));
    // The counts go first: from here on only what is kept is held.
    let counts = "DELETE FROM holding WHERE bucket = $1 AND subject_id = $2 AND record_type <> ALL ($3)";
    transaction.run(counts, &[&bucket, &id, &keep]).await?;
    let doomed = "SELECT record_id FROM record_metadata WHERE bucket = $1 AND subject_id = $2
                  AND record_type <> ALL ($3) ORDER BY record_id LIMIT $4";
    let rows = transaction.rows(doomed, &[&bucket, &id, &keep, &number(limit)]).await?;
    let records: Vec<Uuid> = rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()
        .map_err(crate::error::Failure::from)?;
    remove_of_records(transaction, &vec![bucket; records.len()], &records).await?;
    let further = "DELETE FROM further_purpose WHERE bucket = $1 AND record_id = ANY($2)";
    transaction.run(further, &[&bucket, &records]).await?;
    let metadata = "DELETE FROM record_metadata WHERE bucket = $1 AND record_id = ANY($2)";
    transaction.run(metadata, &[&bucket, &records]).await?;
    let gone = "DELETE FROM record WHERE bucket = $1 AND id = ANY($2)";
    let mut removed = transaction.run(gone, &[&bucket, &records]).await?;
    // What was chosen binds nothing any more, whatever an exception keeps.
    let choices = "DELETE FROM choice WHERE bucket = $1 AND id IN (
                       SELECT id FROM choice WHERE bucket = $1 AND subject_id = $2 LIMIT $3)";
    removed += transaction.run(choices, &[&bucket, &id, &number(limit)]).await?;
    let standing = "UPDATE subject SET choices = '{}' WHERE bucket = $1 AND id = $2 AND choices <> '{}'";
    transaction.run(standing, &[&bucket, &id]).await?;
    if audit {
        let entries = "DELETE FROM subject_entry WHERE (bucket, subject_id, bundle, position) IN (
                           SELECT bucket, subject_id, bundle, position FROM subject_entry
                           WHERE bucket = $1 AND subject_id = $2 LIMIT $3)";
        removed += transaction.run(entries, &[&bucket, &id, &number(limit)]).await?;
        if removed == 0 {
            forget(transaction, subject).await?;
        }
    }
    Ok(removed)
}

/// Removes the subject's own row: nothing needs it any more, and the erasure's row still says that it was erased.
/// What began before the erasure may still add an entry about them; while such a transaction runs, this is not done.
async fn forget(transaction: &Transaction<'_>, subject: SubjectId) -> Result<(), Refused> {
    let (bucket, id) = (bucket(subject), uuid(subject));
    let sql = "SELECT FROM erasure WHERE bucket = $1 AND subject_id = $2
               AND begun_in >= pg_snapshot_xmin(pg_current_snapshot())";
    if !transaction.rows(sql, &[&bucket, &id]).await?.is_empty() {
        return Err(CommitError::Conflict(Conflict::Subject).into());
    }
    transaction.run("DELETE FROM subject WHERE bucket = $1 AND id = $2", &[&bucket, &id]).await?;
    Ok(())
}

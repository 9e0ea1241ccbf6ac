//! Cases: opened, and moved on a version at a time; and what they freeze.

use domain::{Case, CaseId, EntryId, Freezes, SubjectId};
use store::{CommitError, Conflict};
use uuid::Uuid;

use super::must;
use crate::{
    cases::due_at,
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, json, number, time, uuid},
};

pub(super) async fn open(
    transaction: &Transaction<'_>,
    case: &Case,
    entry: Option<EntryId>,
) -> Result<(), Refused> {
    let (subject, kind): (Option<Uuid>, _) = (case.subject.map(uuid), case.kind.as_str());
    let (due, wake): (_, Option<i64>) = (due_at(case.due_at), case.wake_at.map(time));
    let (bundle, position) =
        (entry.map(|entry| entry.bundle.cast_signed()), entry.map(|entry| entry.position.cast_signed()));
    let sql = "INSERT INTO case_file (bucket, id, kind, account_id, subject_id, is_open, due_at, wake_at, version, facts,
                                      bundle, position)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    let row: Parameters<'_> = &[
        &bucket(case.id),
        &uuid(case.id),
        &kind,
        &uuid(case.account),
        &subject,
        &case.is_open,
        &due,
        &wake,
        &number(case.version),
        &case.facts,
        &bundle,
        &position,
    ];
    must(transaction, sql, row, Conflict::Exists).await
}

pub(super) async fn replace(transaction: &Transaction<'_>, case: &Case) -> Result<(), Refused> {
    let (subject, kind): (Option<Uuid>, _) = (case.subject.map(uuid), case.kind.as_str());
    let (due, wake): (_, Option<i64>) = (due_at(case.due_at), case.wake_at.map(time));
    let sql =
        "UPDATE case_file SET account_id = $4, subject_id = $5, is_open = $6, due_at = $7, wake_at = $8,
                      version = $9, facts = $10
               WHERE bucket = $1 AND id = $2 AND kind = $3 AND version + 1 = $9";
    let row: Parameters<'_> = &[
        &bucket(case.id),
        &uuid(case.id),
        &kind,
        &uuid(case.account),
        &subject,
        &case.is_open,
        &due,
        &wake,
        &number(case.version),
        &case.facts,
    ];
    must(transaction, sql, row, Conflict::Case).await
}

pub(super) async fn remove(transaction: &Transaction<'_>, id: CaseId, version: u32) -> Result<(), Refused> {
    let sql = "DELETE FROM case_file WHERE bucket = $1 AND id = $2 AND version = $3";
    must(transaction, sql, &[&bucket(id), &uuid(id), &number(version)], Conflict::Case).await
}

pub(super) async fn freeze(
    transaction: &Transaction<'_>,
    subject: SubjectId,
    version: u32,
    freezes: &Freezes,
) -> Result<(), Refused> {
    let freezes = json(freezes).map_err(CommitError::from)?;
    let sql =
        "UPDATE subject SET freezes = $3, version = $4 WHERE bucket = $1 AND id = $2 AND version + 1 = $4";
    let row: Parameters<'_> = &[&bucket(subject), &uuid(subject), &freezes, &number(version)];
    must(transaction, sql, row, Conflict::Subject).await
}

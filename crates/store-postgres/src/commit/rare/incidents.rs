//! Incidents: added, and moved on.

use domain::{EntryId, Incident};
use store::{Change, CommitError, Conflict};

use super::must;
use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, json, number, time, uuid},
};

pub(super) async fn apply(
    transaction: &Transaction<'_>,
    change: &Change,
    entry: Option<EntryId>,
) -> Result<(), Refused> {
    match change {
        Change::AddIncident(incident) => add(transaction, incident, entry).await,
        Change::ReplaceIncident(incident) => replace(transaction, incident, entry).await,
        _ => Ok(()),
    }
}

async fn add(
    transaction: &Transaction<'_>,
    incident: &Incident,
    entry: Option<EntryId>,
) -> Result<(), Refused> {
    let state = json(&incident.state).map_err(CommitError::from)?;
    let (bundle, position) = columns(entry);
    let sql =
        "INSERT INTO incident (bucket, id, account_id, version, opened_at, aware_at, state, closed, report, bundle, position)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    let row: Parameters<'_> = &[
        &bucket(incident.id),
        &uuid(incident.id),
        &uuid(incident.account),
        &number(incident.version),
        &time(incident.opened_at),
        &time(incident.aware_at),
        &state,
        &incident.state.is_closed(),
        &incident.report,
        &bundle,
        &position,
    ];
    must(transaction, sql, row, Conflict::Exists).await
}

async fn replace(
    transaction: &Transaction<'_>,
    incident: &Incident,
    entry: Option<EntryId>,
) -> Result<(), Refused> {
    let state = json(&incident.state).map_err(CommitError::from)?;
    let (bundle, position) = columns(entry);
    let sql = "UPDATE incident SET version = $3, state = $4, closed = $5, bundle = $6, position = $7
               WHERE bucket = $1 AND id = $2 AND version + 1 = $3";
    let row: Parameters<'_> = &[
        &bucket(incident.id),
        &uuid(incident.id),
        &number(incident.version),
        &state,
        &incident.state.is_closed(),
        &bundle,
        &position,
    ];
    must(transaction, sql, row, Conflict::Incident).await
}

fn columns(entry: Option<EntryId>) -> (Option<i64>, Option<i32>) {
    (entry.map(|entry| entry.bundle.cast_signed()), entry.map(|entry| entry.position.cast_signed()))
}

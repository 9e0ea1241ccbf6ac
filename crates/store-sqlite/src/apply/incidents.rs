//! Incidents: added, and moved on.

use domain::{EntryId, Incident};
use rusqlite::{Connection, params};
use store::{Change, CommitError, Conflict};

use super::{add, change};
use crate::rows::{json, time};

pub(super) fn apply(
    connection: &Connection,
    change_: &Change,
    entry: Option<EntryId>,
) -> Result<(), CommitError> {
    match change_ {
        Change::AddIncident(incident) => add_incident(connection, incident, entry),
        Change::ReplaceIncident(incident) => change(
            connection,
            "UPDATE incident SET version = ?2, state = ?3, closed = ?4, bundle = ?5, position = ?6
             WHERE id = ?1 AND version + 1 = ?2",
            params![
                incident.id.as_bytes(),
                incident.version,
                json(&incident.state)?,
                incident.state.is_closed(),
                entry.map(|entry| entry.bundle.cast_signed()),
                entry.map(|entry| entry.position)
            ],
            Conflict::Incident,
        ),
        _ => Ok(()),
    }
}

fn add_incident(
    connection: &Connection,
    incident: &Incident,
    entry: Option<EntryId>,
) -> Result<(), CommitError> {
    add(
        connection,
        "INSERT INTO incident (id, account_id, version, opened_at, aware_at, state, closed, report, bundle, position)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            incident.id.as_bytes(),
            incident.account.as_bytes(),
            incident.version,
            time(incident.opened_at),
            time(incident.aware_at),
            json(&incident.state)?,
            incident.state.is_closed(),
            incident.report,
            entry.map(|entry| entry.bundle.cast_signed()),
            entry.map(|entry| entry.position)
        ],
        Conflict::Exists,
    )
}

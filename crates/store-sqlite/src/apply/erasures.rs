//! Erasures and their certificates.

use domain::{EntryId, Erasure, ErasureState};
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
        Change::AddErasure(erasure) => add_erasure(connection, erasure),
        Change::ReplaceErasure(Erasure { id, state: ErasureState::Shredded(certificate), .. }) => change(
            connection,
            "UPDATE erasure SET certificate = ?2, bundle = ?3, position = ?4 WHERE id = ?1 AND certificate IS NULL",
            params![
                id.as_bytes(),
                json(certificate)?,
                entry.map(|entry| entry.bundle.cast_signed()),
                entry.map(|entry| entry.position)
            ],
            Conflict::Erasure,
        ),
        // An erasure moves on only to its certificate, and from there by `MarkPurged`.
        Change::ReplaceErasure(_) => Err(CommitError::Conflict(Conflict::Erasure)),
        Change::MarkPurged(id, at) => change(
            connection,
            "UPDATE erasure SET purged_at = coalesce(purged_at, ?2) WHERE id = ?1 AND certificate IS NOT NULL",
            params![id.as_bytes(), time(*at)],
            Conflict::Erasure,
        ),
        _ => Ok(()),
    }
}

fn add_erasure(connection: &Connection, erasure: &Erasure) -> Result<(), CommitError> {
    let ErasureState::Inaccessible { at, kept } = &erasure.state else {
        return Err(CommitError::Conflict(Conflict::Erasure));
    };
    add(
        connection,
        "INSERT INTO erasure (id, subject_id, account_id, inaccessible_at, kept) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            erasure.id.as_bytes(),
            erasure.subject.as_bytes(),
            erasure.account.as_bytes(),
            time(*at),
            json(kept)?
        ],
        Conflict::Erasure,
    )
}

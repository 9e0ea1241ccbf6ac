//! Cases: opened, and moved on a version at a time; and what they freeze.

use domain::{Case, CaseId, EntryId, Freezes, SubjectId};
use rusqlite::{Connection, params};
use store::{CommitError, Conflict};

use super::{add, change};
use crate::{
    cases::due_at,
    rows::{json, time},
};

pub(super) fn open(connection: &Connection, case: &Case, entry: Option<EntryId>) -> Result<(), CommitError> {
    add(
        connection,
        "INSERT INTO case_file
             (id, kind, account_id, subject_id, is_open, due_at, wake_at, version, facts, bundle, position)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            case.id.as_bytes(),
            case.kind.as_str(),
            case.account.as_bytes(),
            case.subject.as_ref().map(|subject| *subject.as_bytes()),
            case.is_open,
            due_at(case.due_at),
            case.wake_at.map(time),
            case.version,
            case.facts,
            entry.map(|entry| entry.bundle.cast_signed()),
            entry.map(|entry| entry.position)
        ],
        Conflict::Exists,
    )
}

pub(super) fn replace(connection: &Connection, case: &Case) -> Result<(), CommitError> {
    change(
        connection,
        "UPDATE case_file SET account_id = ?3, subject_id = ?4, is_open = ?5, due_at = ?6, wake_at = ?7,
                version = ?8, facts = ?9 WHERE id = ?1 AND kind = ?2 AND version + 1 = ?8",
        params![
            case.id.as_bytes(),
            case.kind.as_str(),
            case.account.as_bytes(),
            case.subject.as_ref().map(|subject| *subject.as_bytes()),
            case.is_open,
            due_at(case.due_at),
            case.wake_at.map(time),
            case.version,
            case.facts
        ],
        Conflict::Case,
    )
}

pub(super) fn remove(connection: &Connection, id: CaseId, version: u32) -> Result<(), CommitError> {
    let sql = "DELETE FROM case_file WHERE id = ?1 AND version = ?2";
    change(connection, sql, params![id.as_bytes(), version], Conflict::Case)
}

pub(super) fn freeze(
    connection: &Connection,
    subject: SubjectId,
    version: u32,
    freezes: &Freezes,
) -> Result<(), CommitError> {
    change(
        connection,
        "UPDATE subject SET freezes = ?2, version = ?3 WHERE id = ?1 AND version + 1 = ?3",
        params![subject.as_bytes(), json(freezes)?, version],
        Conflict::Subject,
    )
}

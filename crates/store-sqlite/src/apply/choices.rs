//! Choices: added to the history, and what stands from then on.

use domain::{Choice, EntryId, choice::Standing};
use rusqlite::{Connection, params};
use store::{CommitError, Conflict};

use super::{add, change};
use crate::rows::{json, time};

pub(super) fn apply(
    connection: &Connection,
    choice: &Choice,
    standing: &Standing,
    entry: Option<EntryId>,
) -> Result<(), CommitError> {
    change(
        connection,
        "UPDATE subject SET choices = ?2, version = ?3 WHERE id = ?1 AND version + 1 = ?3",
        params![choice.subject.as_bytes(), json(standing)?, choice.version],
        Conflict::Subject,
    )?;
    add(
        connection,
        "INSERT INTO choice (id, subject_id, version, about, said, at, bundle, position)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            choice.id.as_bytes(),
            choice.subject.as_bytes(),
            choice.version,
            choice.about.to_string(),
            json(&choice.said)?,
            time(choice.at),
            entry.map(|entry| entry.bundle.cast_signed()),
            entry.map(|entry| entry.position)
        ],
        Conflict::Exists,
    )
}

//! Subjects, the bindings of their keys, and the slots that must be destroyed.

use domain::Subject;
use rusqlite::{Connection, params};
use store::{Change, CommitError, Conflict, key_store::Deletion};

use super::{add, change, run};
use crate::rows::{json, time};

pub(super) fn apply(connection: &Connection, change_: &Change) -> Result<(), CommitError> {
    match change_ {
        Change::AddSubject(subject) => add_subject(connection, subject),
        Change::SetSubjectState(id, state) => change(
            connection,
            "UPDATE subject SET state = ?2, version = version + 1 WHERE id = ?1",
            params![id.as_bytes(), state.code()],
            Conflict::Subject,
        ),
        Change::SetSubjectAge { subject, version, age } => change(
            connection,
            "UPDATE subject SET age = ?2, version = ?3 WHERE id = ?1 AND version + 1 = ?3",
            params![subject.as_bytes(), age.code(), version],
            Conflict::Subject,
        ),
        Change::AddKeyBinding(binding) => add(
            connection,
            "INSERT INTO subject_key VALUES (?1, ?2, ?3)",
            params![binding.subject.as_bytes(), binding.class, binding.slot.0.cast_signed()],
            Conflict::Subject,
        ),
        Change::MoveKeyBinding(binding) => change(
            connection,
            "UPDATE subject_key SET slot = ?3 WHERE subject_id = ?1 AND class = ?2",
            params![binding.subject.as_bytes(), binding.class, binding.slot.0.cast_signed()],
            Conflict::Subject,
        ),
        Change::RemoveKeyBinding(subject, class) => run(
            connection,
            "DELETE FROM subject_key WHERE subject_id = ?1 AND class = ?2",
            params![subject.as_bytes(), class],
        )
        .map(drop),
        Change::CondemnEmptied(deletion) => condemn_emptied(connection, deletion),
        Change::CondemnSlot(deletion) => condemn(connection, deletion),
        Change::ReleaseSlot(slot) => {
            run(connection, "DELETE FROM condemned_slot WHERE slot = ?1", [slot.0.cast_signed()]).map(drop)
        }
        _ => Ok(()),
    }
}

fn add_subject(connection: &Connection, subject: &Subject) -> Result<(), CommitError> {
    add(
        connection,
        "INSERT INTO subject (id, account_id, role, state, version, created_at, region, age, choices, freezes,
              triggers, settling)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            subject.id.as_bytes(),
            subject.account.as_bytes(),
            subject.role,
            subject.state.code(),
            subject.version,
            time(subject.created_at),
            subject.region,
            subject.age.code(),
            json(&subject.choices)?,
            json(&subject.freezes)?,
            json(&subject.triggers)?,
            subject.triggers.is_settling()
        ],
        Conflict::Exists,
    )
}

fn condemn_emptied(connection: &Connection, deletion: &Deletion) -> Result<(), CommitError> {
    let sql = "DELETE FROM subject_key WHERE subject_id = ?1 AND class = ?2 AND slot = ?3 AND NOT EXISTS (
                   SELECT 1 FROM holding WHERE subject_id = ?1 AND class = ?2 AND records > 0)";
    let bound = params![deletion.subject.as_bytes(), deletion.class, deletion.slot.0.cast_signed()];
    match run(connection, sql, bound)? {
        0 => Ok(()),
        _ => condemn(connection, deletion),
    }
}

fn condemn(connection: &Connection, deletion: &Deletion) -> Result<(), CommitError> {
    let sql = "INSERT OR REPLACE INTO condemned_slot VALUES (?1, ?2, ?3, ?4, ?5)";
    let parameters = params![
        deletion.slot.0.cast_signed(),
        deletion.account.as_bytes(),
        deletion.subject.as_bytes(),
        deletion.class,
        time(deletion.at)
    ];
    run(connection, sql, parameters).map(drop)
}

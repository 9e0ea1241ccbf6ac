//! Subjects and the bindings of their keys.

use async_trait::async_trait;
use domain::{
    AccountId, Freezes, Subject, SubjectId, SubjectState, Triggers, age::Known, choice::Standing, id::Id,
};
use rusqlite::{Connection, Row, params};
use store::{
    StoreError, Subjects,
    key_store::{Deletion, SlotNumber},
    subjects::KeyBinding,
};

use crate::{
    SqliteStore,
    reader::{first, query},
    rows::{Read, cell, corrupt, get, get_id, get_time, get_unsigned, moment, unavailable},
};

#[async_trait]
impl Subjects for SqliteStore {
    async fn subject(&self, id: SubjectId) -> Result<Option<(Subject, Vec<KeyBinding>)>, StoreError> {
        self.readers.at_once(|connection| subject_with_keys(connection, id))
    }

    async fn subjects(
        &self,
        account: AccountId,
        after: Option<SubjectId>,
        limit: u32,
    ) -> Result<Vec<Subject>, StoreError> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        let sql = format!(
            "SELECT {SUBJECT_COLUMNS_OF} FROM subject WHERE account_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
        );
        self.readers.all(&sql, params![account.as_bytes(), after, limit], subject)
    }

    async fn inactive_subjects(
        &self,
        after: Option<SubjectId>,
        limit: u32,
    ) -> Result<Vec<Subject>, StoreError> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        let sql = format!(
            "SELECT {SUBJECT_COLUMNS_OF} FROM subject INDEXED BY subject_inactive
             WHERE state <> 0 AND id > ?1 ORDER BY id LIMIT ?2"
        );
        self.readers.all(&sql, params![after, limit], subject)
    }

    async fn key_bindings(
        &self,
        account: AccountId,
        after: Option<(SubjectId, String)>,
        limit: u32,
    ) -> Result<Vec<KeyBinding>, StoreError> {
        let (subject, class) = after.map_or(([0; 16], String::new()), |(id, class)| (*id.as_bytes(), class));
        // The walk goes along an account's subjects from where it stopped; the comparison of pairs alone would begin
        // at the first one each time.
        let sql =
            "SELECT subject_key.subject_id, subject_key.class, subject_key.slot FROM subject CROSS JOIN subject_key ON subject_key.subject_id = subject.id
                   WHERE subject.account_id = ?1 AND subject.id >= ?2
                     AND (subject_key.subject_id, subject_key.class) > (?2, ?3)
                   ORDER BY subject.id, subject_key.class LIMIT ?4";
        self.readers.all(sql, params![account.as_bytes(), subject, class, limit], binding)
    }

    async fn condemned_slots(&self, limit: u32) -> Result<Vec<Deletion>, StoreError> {
        self.readers.all("SELECT * FROM condemned_slot ORDER BY slot LIMIT ?1", [limit], |row| {
            Ok(Deletion {
                at: get_time(row, "at")?,
                account: get_id(row, "account_id")?,
                subject: get_id(row, "subject_id")?,
                class: get(row, "class")?,
                slot: SlotNumber(get_unsigned(row, "slot")?),
                lives_in: None,
                erasure: None,
            })
        })
    }
}

/// A subject and the bindings of its keys.
fn subject_with_keys(connection: &Connection, id: SubjectId) -> Read<Option<(Subject, Vec<KeyBinding>)>> {
    let sql = format!("SELECT {SUBJECT_COLUMNS_OF} FROM subject WHERE id = ?1");
    let Some(found) = first(connection, &sql, [id.as_bytes()], subject)? else { return Ok(None) };
    let sql = "SELECT subject_id, class, slot FROM subject_key WHERE subject_id = ?1";
    Ok(Some((found, query(connection, sql, [id.as_bytes()], binding)?)))
}

/// The columns of a subject, in the order in which [`subject_at`] reads them.
pub(crate) const SUBJECT_COLUMNS_OF: &str =
    "id, account_id, role, state, version, created_at, region, age, choices, freezes, triggers";
/// How many columns a subject has.
pub(crate) const SUBJECT_COLUMNS: usize = 11;

pub(crate) fn subject(row: &Row<'_>) -> Read<Subject> {
    subject_at(row, 0)
}

/// The subject that begins at a column.
pub(crate) fn subject_at(row: &Row<'_>, column: usize) -> Read<Subject> {
    const WHAT: &str = "a subject";
    let state = SubjectState::from_code(cell(row, column + 3, WHAT)?);
    Ok(Subject {
        id: Id::from_bytes(cell(row, column, WHAT)?),
        account: Id::from_bytes(cell(row, column + 1, WHAT)?),
        role: cell(row, column + 2, WHAT)?,
        state: state.ok_or_else(|| corrupt("state of a subject"))?,
        version: cell(row, column + 4, WHAT)?,
        created_at: moment(row, column + 5, WHAT)?,
        region: cell(row, column + 6, WHAT)?,
        age: Known::from_code(cell(row, column + 7, WHAT)?),
        choices: standing(row, column + 8)?,
        freezes: freezes(row, column + 9)?,
        triggers: triggers(row, column + 10)?,
    })
}

/// What someone chose. Most have chosen nothing, which need not be parsed.
fn standing(row: &Row<'_>, column: usize) -> Read<Standing> {
    let corrupt = || corrupt("the choices of a subject");
    match row.get_ref(column).map_err(unavailable)?.as_str().map_err(|_| corrupt())? {
        "{}" => Ok(Standing::default()),
        text => serde_json::from_str(text).map_err(|_| corrupt()),
    }
}

/// What must not be deleted. Of most people nothing is frozen, which need not be parsed.
fn freezes(row: &Row<'_>, column: usize) -> Read<Freezes> {
    let corrupt = || corrupt("the freezes of a subject");
    match row.get_ref(column).map_err(unavailable)?.as_str().map_err(|_| corrupt())? {
        "[]" => Ok(Freezes::default()),
        text => serde_json::from_str(text).map_err(|_| corrupt()),
    }
}

/// What happened. To most people nothing has, which need not be parsed.
fn triggers(row: &Row<'_>, column: usize) -> Read<Triggers> {
    let corrupt = || corrupt("the triggers of a subject");
    match row.get_ref(column).map_err(unavailable)?.as_str().map_err(|_| corrupt())? {
        "{}" => Ok(Triggers::default()),
        text => serde_json::from_str(text).map_err(|_| corrupt()),
    }
}

fn binding(row: &Row<'_>) -> Read<KeyBinding> {
    binding_at(row, get_id(row, "subject_id")?, 1)
}

/// The binding of a subject's key that begins at a column, the subject apart.
pub(crate) fn binding_at(row: &Row<'_>, subject: SubjectId, column: usize) -> Read<KeyBinding> {
    const WHAT: &str = "the binding of a key";
    let slot: i64 = cell(row, column + 1, WHAT)?;
    Ok(KeyBinding { subject, class: cell(row, column, WHAT)?, slot: SlotNumber(slot.cast_unsigned()) })
}

//! Choices.

use async_trait::async_trait;
use domain::{Choice, ChoiceId, SubjectId};
use rusqlite::{Row, params};
use store::{Choices, StoreError};

use crate::{
    SqliteStore,
    records::entry,
    rows::{Read, corrupt, get, get_count, get_id, get_json, get_time},
};

#[async_trait]
impl Choices for SqliteStore {
    async fn choice(&self, id: ChoiceId) -> Result<Option<Choice>, StoreError> {
        let sql =
            "SELECT id, subject_id, version, about, said, at, bundle, position FROM choice WHERE id = ?1";
        self.readers.first(sql, [id.as_bytes()], choice)
    }

    async fn choices_of(
        &self,
        subject: SubjectId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<Choice>, StoreError> {
        let before = before.unwrap_or(u32::MAX);
        let sql = "SELECT id, subject_id, version, about, said, at, bundle, position FROM choice
                   WHERE subject_id = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3";
        self.readers.all(sql, params![subject.as_bytes(), before, limit], choice)
    }
}

fn choice(row: &Row<'_>) -> Read<Choice> {
    let about: String = get(row, "about")?;
    Ok(Choice {
        id: get_id(row, "id")?,
        subject: get_id(row, "subject_id")?,
        version: get_count(row, "version")?,
        about: about.parse().map_err(|_| corrupt("what a choice is about"))?,
        said: get_json(row, "said")?,
        at: get_time(row, "at")?,
        entry: entry(row)?,
    })
}

//! Choices.

use async_trait::async_trait;
use domain::{Choice, ChoiceId, SubjectId};
use store::{Choices, StoreError};
use tokio_postgres::Row;

use crate::{
    PostgresStore,
    rows::{Read, bucket, corrupt, get, get_count, get_entry, get_id, get_json, get_time, number, uuid},
};

#[async_trait]
impl Choices for PostgresStore {
    async fn choice(&self, id: ChoiceId) -> Result<Option<Choice>, StoreError> {
        let sql = "SELECT id, subject_id, version, about, said, at, bundle, position FROM choice WHERE bucket = $1 AND id = $2";
        self.database.query(sql, &[&bucket(id), &uuid(id)]).await?.first().map(choice).transpose()
    }

    async fn choices_of(
        &self,
        subject: SubjectId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<Choice>, StoreError> {
        let before = number(before.unwrap_or(u32::MAX));
        let sql = "SELECT id, subject_id, version, about, said, at, bundle, position FROM choice
                   WHERE bucket = $1 AND subject_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4";
        let rows =
            self.database.query(sql, &[&bucket(subject), &uuid(subject), &before, &number(limit)]).await?;
        rows.iter().map(choice).collect()
    }
}

fn choice(row: &Row) -> Read<Choice> {
    let about: &str = get(row, "about")?;
    Ok(Choice {
        id: get_id(row, "id")?,
        subject: get_id(row, "subject_id")?,
        version: get_count(row, "version")?,
        about: about.parse().map_err(|_| corrupt("what a choice is about"))?,
        said: get_json(row, "said")?,
        at: get_time(row, "at")?,
        entry: get_entry(row)?,
    })
}

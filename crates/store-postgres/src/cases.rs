//! Cases.

use async_trait::async_trait;
use domain::{Case, CaseId, CaseKind, SubjectId, id::Id};
use jiff::Timestamp;
use store::{Cases, StoreError, cases::Queue};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    PostgresStore,
    rows::{Read, bucket, corrupt, get, get_count, get_entry, get_id, get_optional_time, number, time, uuid},
};

/// Stands for a case that is due at no time: after all that are.
const NEVER: i64 = i64::MAX;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, account_id, subject_id, is_open, due_at, wake_at, version, facts, bundle, position
             FROM case_file ",
            $rest
        )
    };
}

#[async_trait]
impl Cases for PostgresStore {
    async fn case(&self, kind: CaseKind, id: CaseId) -> Result<Option<Case>, StoreError> {
        let sql = select!("WHERE bucket = $1 AND id = $2 AND kind = $3");
        let rows = self.database.query(sql, &[&bucket(id), &uuid(id), &kind.as_str()]).await?;
        rows.first().map(case).transpose()
    }

    async fn queue(&self, wanted: Queue) -> Result<Vec<Case>, StoreError> {
        let (due, id) = wanted.after.map_or((i64::MIN, Uuid::nil()), |(due, id)| (due_at(due), uuid(id)));
        let sql = select!(
            "WHERE account_id = $1 AND kind = $2 AND is_open = $3 AND (due_at, id) > ($4, $5)
             ORDER BY due_at, id LIMIT $6"
        );
        let (account, limit) = (uuid(wanted.account), number(wanted.limit));
        let rows = self
            .database
            .query(sql, &[&account, &wanted.kind.as_str(), &wanted.is_open, &due, &id, &limit])
            .await?;
        rows.iter().map(case).collect()
    }

    async fn cases_about(&self, kind: CaseKind, subject: SubjectId) -> Result<Vec<Case>, StoreError> {
        let sql = select!("WHERE subject_id = $1 AND kind = $2 ORDER BY id");
        self.database.query(sql, &[&uuid(subject), &kind.as_str()]).await?.iter().map(case).collect()
    }

    async fn woken(&self, kind: CaseKind, now: Timestamp, limit: u32) -> Result<Vec<Case>, StoreError> {
        let sql = select!("WHERE kind = $1 AND wake_at <= $2 ORDER BY wake_at LIMIT $3");
        self.database
            .query(sql, &[&kind.as_str(), &time(now), &number(limit)])
            .await?
            .iter()
            .map(case)
            .collect()
    }

    async fn awake(&self, kind: CaseKind) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) AS count FROM case_file WHERE kind = $1 AND wake_at IS NOT NULL";
        let rows = self.database.query(sql, &[&kind.as_str()]).await?;
        Ok(rows.first().map(|row| get_count(row, "count")).transpose()?.unwrap_or(0))
    }
}

/// When a case is due, as a column.
pub(crate) fn due_at(due: Option<Timestamp>) -> i64 {
    due.map_or(NEVER, time)
}

fn case(row: &Row) -> Read<Case> {
    let (kind, due): (&str, i64) = (get(row, "kind")?, get(row, "due_at")?);
    let subject: Option<Uuid> = get(row, "subject_id")?;
    let due = (due != NEVER).then(|| Timestamp::from_microsecond(due)).transpose();
    Ok(Case {
        id: get_id(row, "id")?,
        kind: CaseKind::parse(kind).ok_or_else(|| corrupt("the kind of a case"))?,
        account: get_id(row, "account_id")?,
        subject: subject.map(Id::from_uuid),
        is_open: get(row, "is_open")?,
        due_at: due.map_err(|_| corrupt("due_at"))?,
        wake_at: get_optional_time(row, "wake_at")?,
        version: get_count(row, "version")?,
        facts: get(row, "facts")?,
        entry: get_entry(row)?,
    })
}

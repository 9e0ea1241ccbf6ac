//! Cases.

use async_trait::async_trait;
use domain::{Case, CaseId, CaseKind, SubjectId, id::Id};
use jiff::Timestamp;
use rusqlite::{Row, params};
use store::{Cases, StoreError, cases::Queue};

use crate::{
    SqliteStore,
    records::entry,
    rows::{Read, corrupt, get, get_count, get_id, get_optional_time, time},
};

/// Stands for a case that is due at no time: after all that are.
pub(crate) const NEVER: i64 = i64::MAX;

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
impl Cases for SqliteStore {
    async fn case(&self, kind: CaseKind, id: CaseId) -> Result<Option<Case>, StoreError> {
        let sql = select!("WHERE id = ?1 AND kind = ?2");
        self.readers.first(sql, params![id.as_bytes(), kind.as_str()], case)
    }

    async fn queue(&self, wanted: Queue) -> Result<Vec<Case>, StoreError> {
        let (due, id) = wanted.after.map_or((i64::MIN, [0; 16]), |(due, id)| (due_at(due), *id.as_bytes()));
        let sql = select!(
            "WHERE account_id = ?1 AND kind = ?2 AND is_open = ?3 AND (due_at, id) > (?4, ?5)
             ORDER BY due_at, id LIMIT ?6"
        );
        let account = wanted.account.as_bytes();
        let wanted = params![account, wanted.kind.as_str(), wanted.is_open, due, id, wanted.limit];
        self.readers.all(sql, wanted, case)
    }

    async fn cases_about(&self, kind: CaseKind, subject: SubjectId) -> Result<Vec<Case>, StoreError> {
        let sql = select!("WHERE subject_id = ?1 AND kind = ?2 ORDER BY id");
        self.readers.all(sql, params![subject.as_bytes(), kind.as_str()], case)
    }

    async fn woken(&self, kind: CaseKind, now: Timestamp, limit: u32) -> Result<Vec<Case>, StoreError> {
        let sql = select!("WHERE kind = ?1 AND wake_at <= ?2 ORDER BY wake_at LIMIT ?3");
        self.readers.all(sql, params![kind.as_str(), time(now), limit], case)
    }

    async fn awake(&self, kind: CaseKind) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) AS count FROM case_file WHERE kind = ?1 AND wake_at IS NOT NULL";
        let counted = self.readers.first(sql, params![kind.as_str()], |row| get_count(row, "count"))?;
        Ok(counted.unwrap_or(0))
    }
}

/// When a case is due, as a column.
pub(crate) fn due_at(due: Option<Timestamp>) -> i64 {
    due.map_or(NEVER, time)
}

fn case(row: &Row<'_>) -> Read<Case> {
    let (kind, due): (String, i64) = (get(row, "kind")?, get(row, "due_at")?);
    let subject: Option<[u8; 16]> = get(row, "subject_id")?;
    let due = (due != NEVER).then(|| Timestamp::from_microsecond(due)).transpose();
    Ok(Case {
        id: get_id(row, "id")?,
        kind: CaseKind::parse(&kind).ok_or_else(|| corrupt("the kind of a case"))?,
        account: get_id(row, "account_id")?,
        subject: subject.map(Id::from_bytes),
        is_open: get(row, "is_open")?,
        due_at: due.map_err(|_| corrupt("due_at"))?,
        wake_at: get_optional_time(row, "wake_at")?,
        version: get_count(row, "version")?,
        facts: get(row, "facts")?,
        entry: entry(row)?,
    })
}

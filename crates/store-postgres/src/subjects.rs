//! Subjects and the bindings of their keys.

use async_trait::async_trait;
use domain::{
    AccountId, Freezes, Subject, SubjectId, SubjectState, Triggers, age::Known, choice::Standing, id::Id,
};
use store::{
    StoreError, Subjects,
    key_store::{Deletion, SlotNumber},
    subjects::KeyBinding,
};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    Database, PostgresStore,
    batches::Loading,
    rows::{Read, bucket, corrupt, get, get_code, get_count, get_id, get_time, get_unsigned, number, uuid},
};

/// The columns of a subject, by table: a later version may add one of the same name to another.
macro_rules! subject_columns {
    () => {
        "subject.id, subject.account_id, subject.role, subject.state, subject.version, subject.created_at, subject.region,
         subject.age, subject.choices, subject.freezes, subject.triggers"
    };
}

#[async_trait]
impl Subjects for PostgresStore {
    async fn subject(&self, id: SubjectId) -> Result<Option<(Subject, Vec<KeyBinding>)>, StoreError> {
        self.subjects.get(id).await
    }

    async fn subjects(
        &self,
        account: AccountId,
        after: Option<SubjectId>,
        limit: u32,
    ) -> Result<Vec<Subject>, StoreError> {
        let after = after.map_or(Uuid::nil(), uuid);
        let sql = concat!(
            "SELECT ",
            subject_columns!(),
            " FROM subject WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3"
        );
        let rows = self.database.query(sql, &[&uuid(account), &after, &number(limit)]).await?;
        rows.iter().map(subject).collect()
    }

    async fn inactive_subjects(
        &self,
        after: Option<SubjectId>,
        limit: u32,
    ) -> Result<Vec<Subject>, StoreError> {
        let after = after.map_or(Uuid::nil(), uuid);
        let sql = concat!(
            "SELECT ",
            subject_columns!(),
            " FROM subject WHERE state <> 0 AND id > $1 ORDER BY id LIMIT $2"
        );
        self.database.query(sql, &[&after, &number(limit)]).await?.iter().map(subject).collect()
    }

    async fn key_bindings(
        &self,
        account: AccountId,
        after: Option<(SubjectId, String)>,
        limit: u32,
    ) -> Result<Vec<KeyBinding>, StoreError> {
        let (after, class) = after.map_or((Uuid::nil(), String::new()), |(id, class)| (uuid(id), class));
        let sql = "SELECT k.subject_id, k.class, k.slot FROM subject
                   JOIN subject_key AS k ON k.bucket = subject.bucket AND k.subject_id = subject.id
                   WHERE subject.account_id = $1 AND subject.id >= $2
                     AND (subject.id, k.class COLLATE \"C\") > ($2, $3)
                   ORDER BY subject.id, k.class COLLATE \"C\" LIMIT $4";
        let rows = self.database.query(sql, &[&uuid(account), &after, &class, &number(limit)]).await?;
        rows.iter().map(binding).collect()
    }

    async fn condemned_slots(&self, limit: u32) -> Result<Vec<Deletion>, StoreError> {
        let sql = "SELECT at, account_id, subject_id, class, slot FROM condemned_slot ORDER BY slot LIMIT $1";
        let rows = self.database.query(sql, &[&number(limit)]).await?;
        let read = |row: &Row| {
            Ok(Deletion {
                at: get_time(row, "at")?,
                account: get_id(row, "account_id")?,
                subject: get_id(row, "subject_id")?,
                class: get(row, "class")?,
                slot: SlotNumber(get_unsigned(row, "slot")?),
                lives_in: None,
                erasure: None,
            })
        };
        rows.iter().map(read).collect()
    }
}

/// Subjects, each with the bindings of its keys.
const WITH_KEYS: &str = concat!(
    "SELECT ",
    subject_columns!(),
    ", keys.classes, keys.slots
    FROM unnest($1::int[], $2::uuid[]) AS asked (in_bucket, asked_id)
    JOIN subject ON subject.bucket = in_bucket AND subject.id = asked_id,
    LATERAL (
        SELECT array_agg(class) AS classes, array_agg(slot) AS slots FROM subject_key
        WHERE subject_key.bucket = subject.bucket AND subject_id = subject.id
    ) AS keys"
);

/// The subjects of these ids.
pub(crate) fn load<'a>(
    database: &'a Database,
    ids: &'a [SubjectId],
) -> Loading<'a, SubjectId, (Subject, Vec<KeyBinding>), StoreError> {
    Box::pin(async move {
        let buckets: Vec<i32> = ids.iter().map(|id| bucket(*id)).collect();
        let asked: Vec<Uuid> = ids.iter().map(|id| uuid(*id)).collect();
        let rows = database.query(WITH_KEYS, &[&buckets, &asked]).await?;
        let read = |row: &Row| {
            let id = Id::from_uuid(row.try_get("id")?);
            Ok((id, subject(row).and_then(|found| Ok((found, bindings(row, id)?)))))
        };
        rows.iter().map(read).collect()
    })
}

pub(crate) fn subject(row: &Row) -> Read<Subject> {
    subject_named(row, ["id", "account_id", "version", "created_at"])
}

/// A subject of a row where some of its columns have other names.
pub(crate) fn subject_named(row: &Row, [id, account, version, created_at]: [&str; 4]) -> Read<Subject> {
    Ok(Subject {
        id: get_id(row, id)?,
        account: get_id(row, account)?,
        role: get(row, "role")?,
        state: SubjectState::from_code(get_code(row, "state")?)
            .ok_or_else(|| corrupt("state of a subject"))?,
        version: get_count(row, version)?,
        created_at: get_time(row, created_at)?,
        region: get(row, "region")?,
        age: Known::from_code(get_code(row, "age")?),
        choices: standing(row)?,
        freezes: freezes(row)?,
        triggers: triggers(row)?,
    })
}

/// What someone chose. Most have chosen nothing, which need not be parsed.
fn standing(row: &Row) -> Read<Standing> {
    match get(row, "choices")? {
        "{}" => Ok(Standing::default()),
        text => serde_json::from_str(text).map_err(|_| corrupt("the choices of a subject")),
    }
}

/// What must not be deleted. Of most people nothing is frozen, which need not be parsed.
fn freezes(row: &Row) -> Read<Freezes> {
    match get(row, "freezes")? {
        "[]" => Ok(Freezes::default()),
        text => serde_json::from_str(text).map_err(|_| corrupt("the freezes of a subject")),
    }
}

/// What happened. To most people nothing has, which need not be parsed.
fn triggers(row: &Row) -> Read<Triggers> {
    match get(row, "triggers")? {
        "{}" => Ok(Triggers::default()),
        text => serde_json::from_str(text).map_err(|_| corrupt("the triggers of a subject")),
    }
}

/// The bindings in the columns `classes` and `slots`.
pub(crate) fn bindings(row: &Row, subject: SubjectId) -> Read<Vec<KeyBinding>> {
    let classes: Option<Vec<String>> = get(row, "classes")?;
    let slots: Option<Vec<i64>> = get(row, "slots")?;
    let pairs = classes.unwrap_or_default().into_iter().zip(slots.unwrap_or_default());
    let bound =
        |(class, slot): (String, i64)| KeyBinding { subject, class, slot: SlotNumber(slot.cast_unsigned()) };
    Ok(pairs.map(bound).collect())
}

fn binding(row: &Row) -> Read<KeyBinding> {
    Ok(KeyBinding {
        subject: get_id(row, "subject_id")?,
        class: get(row, "class")?,
        slot: SlotNumber(get_unsigned(row, "slot")?),
    })
}

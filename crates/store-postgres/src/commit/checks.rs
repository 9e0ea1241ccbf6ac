//! What must still be so, asked of the database for all units of a group at once.

use std::collections::HashMap;

use domain::{AccountId, RecordId, SubjectId};
use store::{CommitError, Conflict, Expect, Unit};
use tokio_postgres::Row;
use uuid::Uuid;

use super::transaction::Transaction;
use crate::{
    error::Failure,
    rows::{bucket, uuid},
};

/// How things stand, as far as a group expects something of them.
#[derive(Default)]
pub(super) struct Standing {
    registry: Option<u64>,
    log: Option<u64>,
    policies: HashMap<Uuid, u32>,
    subjects: HashMap<Uuid, u32>,
    records: HashMap<Uuid, u32>,
    metadata: HashMap<Uuid, u32>,
    keys: HashMap<(Uuid, String), u64>,
    /// How many records a subject has of each class.
    holdings: HashMap<(Uuid, String), u64>,
    leases: HashMap<String, Vec<u8>>,
}

/// What a group expects something of.
#[derive(Default)]
struct Asked {
    registry: bool,
    log: bool,
    policies: Vec<AccountId>,
    subjects: Vec<SubjectId>,
    records: Vec<RecordId>,
    metadata: Vec<RecordId>,
    keys: Vec<SubjectId>,
    holdings: Vec<SubjectId>,
    leases: Vec<String>,
}

impl Asked {
    fn of<'a>(expects: impl Iterator<Item = &'a Expect>) -> Self {
        let mut asked = Self::default();
        for expect in expects {
            match expect {
                Expect::Registry { .. } => asked.registry = true,
                Expect::Policy { account, .. } => asked.policies.push(*account),
                Expect::Subject { id, .. } => asked.subjects.push(*id),
                Expect::Record { id, .. } => asked.records.push(*id),
                Expect::Metadata { id, .. } => asked.metadata.push(*id),
                Expect::Key(binding) => asked.keys.push(binding.subject),
                Expect::ClassEmpty { subject, .. } | Expect::RecordCount { subject, .. } => {
                    asked.holdings.push(*subject);
                }
                Expect::Log { .. } => asked.log = true,
                Expect::Lease { name, .. } => asked.leases.push(name.clone()),
            }
        }
        asked.policies.sort_unstable();
        asked.policies.dedup();
        asked
    }
}

impl Standing {
    /// Reads how things stand. Locks must be held already: each statement sees what was committed before it began.
    pub(super) async fn read(transaction: &Transaction<'_>, units: &[&Unit]) -> Result<Self, Failure> {
        let asked = Asked::of(units.iter().flat_map(|unit| &unit.expects));
        let (globals, policies, subjects, records, metadata, keys, holdings) = tokio::try_join!(
            globals(transaction, &asked),
            policies(transaction, &asked.policies),
            versions(transaction, SUBJECTS, &asked.subjects),
            versions(transaction, RECORDS, &asked.records),
            versions(transaction, METADATA, &asked.metadata),
            keys(transaction, &asked.keys),
            holdings(transaction, &asked.holdings),
        )?;
        let (registry, log) = globals;
        let leases = leases(transaction, &asked.leases).await?;
        Ok(Self { registry, log, policies, subjects, records, metadata, keys, holdings, leases })
    }

    /// Whether all that a unit expects is so; the first conflict otherwise.
    pub(super) fn check(&self, unit: &Unit) -> Result<(), CommitError> {
        unit.expects.iter().try_for_each(|expect| {
            let (holds, conflict) = self.holds(expect);
            if holds { Ok(()) } else { Err(CommitError::Conflict(conflict)) }
        })
    }

    fn holds(&self, expect: &Expect) -> (bool, Conflict) {
        match expect {
            Expect::Registry { version } => (self.registry == Some(*version), Conflict::Registry),
            Expect::Policy { account, number } => {
                (self.policies.get(&uuid(*account)).copied().unwrap_or_default() == *number, Conflict::Policy)
            }
            Expect::Subject { id, version } => {
                (self.subjects.get(&uuid(*id)) == Some(version), Conflict::Subject)
            }
            Expect::Record { id, version } => {
                (self.records.get(&uuid(*id)) == Some(version), Conflict::Record)
            }
            Expect::Metadata { id, version } => {
                (self.metadata.get(&uuid(*id)) == Some(version), Conflict::Metadata)
            }
            Expect::Key(binding) => {
                let key = (uuid(binding.subject), binding.class.clone());
                (self.keys.get(&key) == Some(&binding.slot.0), Conflict::Subject)
            }
            Expect::ClassEmpty { subject, class } => {
                let held = self.holdings.get(&(uuid(*subject), class.clone()));
                (held.copied().unwrap_or_default() == 0, Conflict::Record)
            }
            Expect::RecordCount { subject, records } => {
                let of = |((holder, _), count): (&(Uuid, String), &u64)| {
                    if *holder == uuid(*subject) { *count } else { 0 }
                };
                (self.holdings.iter().map(of).sum::<u64>() == *records, Conflict::Record)
            }
            Expect::Log { epoch } => (self.log == Some(*epoch), Conflict::Log),
            Expect::Lease { name, holder } => {
                let found = self.leases.get(name);
                (found.is_some_and(|found| found.as_slice() == holder), Conflict::Lease)
            }
        }
    }
}

/// The version of the registry and the epoch of the log.
async fn globals(
    transaction: &Transaction<'_>,
    asked: &Asked,
) -> Result<(Option<u64>, Option<u64>), Failure> {
    if !(asked.registry || asked.log) {
        return Ok((None, None));
    }
    let rows =
        transaction.rows("SELECT registry.version, log_state.epoch FROM registry, log_state", &[]).await?;
    let Some(row) = rows.first() else { return Ok((None, None)) };
    Ok((Some(row.try_get::<_, i64>(0)?.cast_unsigned()), Some(row.try_get::<_, i64>(1)?.cast_unsigned())))
}

async fn policies(
    transaction: &Transaction<'_>,
    accounts: &[AccountId],
) -> Result<HashMap<Uuid, u32>, Failure> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = accounts.iter().map(|id| uuid(*id)).collect();
    let sql = "SELECT id, (SELECT max(number) FROM policy_version WHERE account_id = id) FROM unnest($1::uuid[]) AS id";
    let rows = transaction.rows(sql, &[&ids]).await?;
    let read = |row: &Row| {
        let newest: Option<i64> = row.try_get(1)?;
        Ok((row.try_get(0)?, unsigned(newest.unwrap_or_default())))
    };
    rows.iter().map(read).collect()
}

const SUBJECTS: &str = "SELECT id, version FROM unnest($1::int[], $2::uuid[]) AS asked (bucket, id)
                        JOIN subject USING (bucket, id)";
const RECORDS: &str = "SELECT id, version FROM unnest($1::int[], $2::uuid[]) AS asked (bucket, id)
                       JOIN record USING (bucket, id)";

const METADATA: &str =
    "SELECT record_id, version FROM unnest($1::int[], $2::uuid[]) AS asked (bucket, record_id)
                        JOIN record_metadata USING (bucket, record_id)";

async fn versions<K: domain::id::Kind>(
    transaction: &Transaction<'_>,
    sql: &str,
    ids: &[domain::id::Id<K>],
) -> Result<HashMap<Uuid, u32>, Failure> {
    let rows = by_bucket(transaction, sql, ids).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, unsigned(row.try_get(1)?)))).collect()
}

async fn keys(
    transaction: &Transaction<'_>,
    subjects: &[SubjectId],
) -> Result<HashMap<(Uuid, String), u64>, Failure> {
    let sql =
        "SELECT subject_id, class, slot FROM unnest($1::int[], $2::uuid[]) AS asked (bucket, subject_id)
               JOIN subject_key USING (bucket, subject_id)";
    by_class(&by_bucket(transaction, sql, subjects).await?)
}

async fn holdings(
    transaction: &Transaction<'_>,
    subjects: &[SubjectId],
) -> Result<HashMap<(Uuid, String), u64>, Failure> {
    let sql = "SELECT subject_id, class, sum(records)::bigint
               FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::uuid[])) AS asked (bucket, subject_id)
               JOIN holding USING (bucket, subject_id) GROUP BY subject_id, class";
    by_class(&by_bucket(transaction, sql, subjects).await?)
}

fn by_class(rows: &[Row]) -> Result<HashMap<(Uuid, String), u64>, Failure> {
    let read =
        |row: &Row| Ok(((row.try_get(0)?, row.try_get(1)?), row.try_get::<_, i64>(2)?.cast_unsigned()));
    rows.iter().map(read).collect()
}

async fn by_bucket<K: domain::id::Kind>(
    transaction: &Transaction<'_>,
    sql: &str,
    ids: &[domain::id::Id<K>],
) -> Result<Vec<Row>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let buckets: Vec<i32> = ids.iter().map(|id| bucket(*id)).collect();
    let ids: Vec<Uuid> = ids.iter().map(|id| uuid(*id)).collect();
    transaction.rows(sql, &[&buckets, &ids]).await
}

async fn leases(
    transaction: &Transaction<'_>,
    names: &[String],
) -> Result<HashMap<String, Vec<u8>>, Failure> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = transaction.rows("SELECT name, holder FROM lease WHERE name = ANY($1)", &[&names]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// A count as it is stored. A negative one stands for none that anyone expects.
fn unsigned(stored: i64) -> u32 {
    u32::try_from(stored).unwrap_or(u32::MAX)
}

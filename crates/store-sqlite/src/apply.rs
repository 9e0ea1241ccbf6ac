//! How each expectation is checked and each change applied. One statement or a few, text with bound parameters.

mod accounts;
mod erasures;
mod expects;
mod records;
mod subjects;

use std::collections::HashMap;

use domain::{AccountId, EntryId};
use rusqlite::{Connection, Params, params};
use store::{Change, CommitError, Conflict, policies::PolicyVersion};

use crate::{
    reader::first,
    rows::{Read, get_count, get_id, get_unsigned, time, unavailable},
    writer::failed,
};

/// What the writer remembers between groups: it is the only one who writes, so what it remembers is so.
pub(crate) struct Applier {
    /// The newest policy version of each account; nothing when it could not be read again after a failure.
    policies: Option<HashMap<AccountId, u32>>,
    last_bundle: u64,
}

impl Applier {
    /// Reads what must be remembered.
    pub(crate) fn load(connection: &Connection) -> Read<Self> {
        let sql = "SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE name = 'audit_bundle'";
        let last_bundle = first(connection, sql, [], |row| get_unsigned(row, "last"))?.unwrap_or_default();
        Ok(Self { policies: Some(read_policies(connection)?), last_bundle })
    }

    /// Reads everything again after a group that was not stored. When even that fails every expectation of a
    /// policy is refused, until the next group can read it.
    pub(crate) fn forget(&mut self, connection: &Connection) {
        match Self::load(connection) {
            Ok(loaded) => *self = loaded,
            Err(_) => self.policies = None,
        }
    }

    /// Reads the policies again after a unit that was taken back, which may have published one.
    pub(crate) fn forget_policies(&mut self, connection: &Connection) {
        self.policies = read_policies(connection).ok();
    }

    /// Makes sure that what must be remembered is.
    pub(crate) fn recollect(&mut self, connection: &Connection) {
        if self.policies.is_none() {
            self.forget(connection);
        }
    }

    pub(crate) const fn next_bundle(&self) -> u64 {
        self.last_bundle + 1
    }

    pub(crate) const fn bundle_stored(&mut self, number: u64) {
        self.last_bundle = number;
    }

    /// Applies every change; returns how many rows a purge removed. `entry` names the unit's first entry.
    pub(crate) fn apply(
        &mut self,
        connection: &Connection,
        changes: &[Change],
        entry: Option<EntryId>,
    ) -> Result<u64, CommitError> {
        changes.iter().try_fold(0, |purged, change| Ok(purged + self.apply_one(connection, change, entry)?))
    }

    fn apply_one(
        &mut self,
        connection: &Connection,
        change: &Change,
        entry: Option<EntryId>,
    ) -> Result<u64, CommitError> {
        match change {
            Change::AddPolicyVersion(version) => self.publish(connection, version)?,
            Change::PutAccount(_)
            | Change::PutAccountKeys(_)
            | Change::AddAccountKeys(_)
            | Change::AddApiKey(_)
            | Change::RevokeApiKey(..)
            | Change::PutInstallation(..) => accounts::apply(connection, change)?,
            Change::AddSubject(_)
            | Change::SetSubjectState(..)
            | Change::AddKeyBinding(_)
            | Change::MoveKeyBinding(_)
            | Change::RemoveKeyBinding(..)
            | Change::CondemnSlot(_)
            | Change::ReleaseSlot(_) => subjects::apply(connection, change)?,
            Change::AddErasure(_) | Change::ReplaceErasure(_) | Change::MarkPurged(..) => {
                erasures::apply(connection, change, entry)?;
            }
            Change::Purge { subject, keep, audit, limit } => {
                return crate::purge::purge(connection, *subject, keep, *audit, *limit);
            }
            Change::AdvanceLog { .. } | Change::PutCheckpoint(_) => {
                crate::sequence::apply(connection, change)?;
            }
            _ => records::apply(connection, change, entry)?,
        }
        Ok(0)
    }

    fn publish(&mut self, connection: &Connection, version: &PolicyVersion) -> Result<(), CommitError> {
        let at = time(version.published_at);
        let parameters = params![version.account.as_bytes(), version.number, version.source, at];
        add(connection, "INSERT INTO policy_version VALUES (?1, ?2, ?3, ?4)", parameters, Conflict::Policy)?;
        if let Some(policies) = &mut self.policies {
            policies.insert(version.account, version.number);
        }
        Ok(())
    }
}

fn read_policies(connection: &Connection) -> Read<HashMap<AccountId, u32>> {
    let mut policies = HashMap::new();
    let sql = "SELECT account_id, max(number) AS number FROM policy_version GROUP BY account_id";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let mut rows = statement.query([]).map_err(unavailable)?;
    while let Some(row) = rows.next().map_err(unavailable)? {
        policies.insert(get_id(row, "account_id")?, get_count(row, "number")?);
    }
    Ok(policies)
}

fn require(holds: bool, conflict: Conflict) -> Result<(), CommitError> {
    if holds { Ok(()) } else { Err(CommitError::Conflict(conflict)) }
}

/// Runs a statement; returns how many rows it touched.
pub(crate) fn run(connection: &Connection, sql: &str, parameters: impl Params) -> Result<usize, CommitError> {
    connection.prepare_cached(sql).map_err(failed)?.execute(parameters).map_err(failed)
}

/// Runs a statement that must find its row.
pub(crate) fn change(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    conflict: Conflict,
) -> Result<(), CommitError> {
    require(run(connection, sql, parameters)? == 1, conflict)
}

/// Runs an insertion that must not find a row.
fn add(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    conflict: Conflict,
) -> Result<(), CommitError> {
    let outcome = connection.prepare_cached(sql).map_err(failed)?.execute(parameters);
    match outcome {
        Ok(_) => Ok(()),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            Err(CommitError::Conflict(conflict))
        }
        Err(error) => Err(failed(error)),
    }
}

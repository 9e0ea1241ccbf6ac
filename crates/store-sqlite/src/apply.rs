//! How each expectation is checked and each change applied. One statement or a few, text with bound parameters.

mod access_log;
mod accounts;
mod cases;
mod choices;
mod erasures;
mod events;
mod expects;
mod incidents;
mod leases;
mod metadata;
mod records;
mod remembered;
mod subjects;
mod triggers;
mod visits;
mod webhooks;

use std::collections::HashMap;

use domain::{AccountId, EntryId};
use rusqlite::{Connection, Params, params};
use store::{Change, CommitError, Conflict, policies::PolicyVersion};

use remembered::Remembered;

use crate::{
    reader::{first, query},
    rows::{Read, corrupt, get_count, get_id, get_unsigned, time},
    writer::failed,
};

/// What the writer remembers between groups: it is the only one who writes, so what it remembers is so.
pub(crate) struct Applier {
    /// Nothing when it could not be read again after a failure.
    registry: Option<Registry>,
    last_bundle: u64,
    remembered: Remembered,
}

/// The registry, as far as units expect something of it.
struct Registry {
    version: u64,
    /// The newest policy version of each account.
    policies: HashMap<AccountId, u32>,
}

impl Applier {
    /// Reads what must be remembered.
    pub(crate) fn load(connection: &Connection) -> Read<Self> {
        let sql = "SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE name = 'audit_bundle'";
        let last_bundle = first(connection, sql, [], |row| get_unsigned(row, "last"))?.unwrap_or_default();
        let registry = Some(Registry::read(connection)?);
        Ok(Self { registry, last_bundle, remembered: Remembered::default() })
    }

    /// Reads everything again after a group that was not stored. When even that fails every expectation of the
    /// registry is refused, until the next group can read it.
    pub(crate) fn forget(&mut self, connection: &Connection) {
        match Self::load(connection) {
            Ok(loaded) => *self = loaded,
            Err(_) => (self.registry, self.remembered) = (None, Remembered::default()),
        }
    }

    /// Reads the registry again after a unit that was taken back, which may have changed it.
    pub(crate) fn forget_registry(&mut self, connection: &Connection) {
        self.registry = Registry::read(connection).ok();
    }

    /// Makes sure that what must be remembered is.
    pub(crate) fn recollect(&mut self, connection: &Connection) {
        if self.registry.is_none() {
            self.forget(connection);
        }
    }

    pub(crate) const fn next_bundle(&self) -> u64 {
        self.last_bundle + 1
    }

    pub(crate) const fn bundle_stored(&mut self, number: u64) {
        self.last_bundle = number;
    }

    /// Applies every change; returns how many rows they touched. `entry` names the unit's first entry.
    pub(crate) fn apply(
        &mut self,
        connection: &Connection,
        changes: &[Change],
        entry: Option<EntryId>,
    ) -> Result<Touched, CommitError> {
        if changes.iter().any(Change::is_of_the_registry) {
            run(connection, "UPDATE registry SET version = version + 1", [])?;
            if let Some(registry) = &mut self.registry {
                registry.version += 1;
            }
        }
        let mut touched = Touched::default();
        for change in changes {
            self.remembered.forget(change);
            match change {
                Change::Purge { subject, keep, audit, limit } => {
                    touched.purged += crate::purge::purge(connection, *subject, keep, *audit, *limit)?;
                }
                Change::SetMetadata(wanted) => touched.changed += metadata::set(connection, wanted)?,
                _ => self.apply_one(connection, change, entry)?,
            }
        }
        Ok(touched)
    }

    fn apply_one(
        &mut self,
        connection: &Connection,
        change: &Change,
        entry: Option<EntryId>,
    ) -> Result<(), CommitError> {
        match change {
            Change::AddPolicyVersion(version) => self.publish(connection, version)?,
            Change::PutAccount(_)
            | Change::PutAccountKeys(_)
            | Change::AddAccountKeys(_)
            | Change::AddApiKey(_)
            | Change::RevokeApiKey(..)
            | Change::NoteKeyUse(..)
            | Change::PutInstallation(..) => accounts::apply(connection, change)?,
            Change::SetTriggers { subject, version, triggers } => {
                triggers::set(connection, *subject, *version, triggers)?;
            }
            Change::SettleEnds { subject, triggers, ends } => {
                triggers::settle(connection, *subject, triggers, ends)?;
            }
            Change::AddSubject(_)
            | Change::SetSubjectState(..)
            | Change::SetSubjectAge { .. }
            | Change::AddKeyBinding(_)
            | Change::MoveKeyBinding(_)
            | Change::RemoveKeyBinding(..)
            | Change::CondemnEmptied(_)
            | Change::CondemnSlot(_)
            | Change::ReleaseSlot(_) => subjects::apply(connection, change)?,
            Change::AddChoice(choice, standing) => choices::apply(connection, choice, standing, entry)?,
            Change::OpenCase(case) => cases::open(connection, case, entry)?,
            Change::ReplaceCase(case) => cases::replace(connection, case)?,
            Change::RemoveCase(id, version) => cases::remove(connection, *id, *version)?,
            Change::SetFreezes { subject, version, freezes } => {
                cases::freeze(connection, *subject, *version, freezes)?;
            }
            Change::AddErasure(_) | Change::ReplaceErasure(_) | Change::MarkPurged(..) => {
                erasures::apply(connection, change, entry)?;
            }
            Change::AddIncident(_) | Change::ReplaceIncident(_) => {
                incidents::apply(connection, change, entry)?;
            }
            Change::AddEvents(_) | Change::RemoveEventsBefore(_) => events::apply(connection, change, entry)?,
            Change::AddWebhook(_) | Change::ReplaceWebhook(_) | Change::RemoveWebhook(_) => {
                webhooks::apply(connection, change)?;
            }
            Change::AddHits(_)
            | Change::CloseVisits(_)
            | Change::AddWholeDay(_)
            | Change::RemoveVisitor(..)
            | Change::RemoveVisits(..)
            | Change::PutTally(_)
            | Change::PutStretch(_)
            | Change::CountDropped(..) => visits::apply(connection, change)?,
            Change::AddAccessLines(_) | Change::PutSignal(_) | Change::RemoveAccessDay(..) => {
                access_log::apply(connection, change)?;
            }
            Change::TakeLease { .. } | Change::ReturnLease { .. } => leases::apply(connection, change)?,
            Change::AdvanceLog { .. } | Change::PutCheckpoint(_) => {
                crate::sequence::apply(connection, change)?;
            }
            _ => records::apply(connection, change, entry)?,
        }
        Ok(())
    }

    fn publish(&mut self, connection: &Connection, version: &PolicyVersion) -> Result<(), CommitError> {
        let at = time(version.published_at);
        let parameters =
            params![version.account.as_bytes(), version.number, version.source, at, version.because];
        let sql = "INSERT INTO policy_version VALUES (?1, ?2, ?3, ?4, ?5)";
        add(connection, sql, parameters, Conflict::Policy)?;
        if let Some(registry) = &mut self.registry {
            registry.policies.insert(version.account, version.number);
        }
        Ok(())
    }
}

/// How many rows the changes of a unit touched, where that is told.
#[derive(Default)]
pub(crate) struct Touched {
    /// By a purge.
    pub(crate) purged: u64,
    /// By setting metadata.
    pub(crate) changed: u64,
}

impl Registry {
    fn read(connection: &Connection) -> Read<Self> {
        let version =
            first(connection, "SELECT version FROM registry", [], |row| get_unsigned(row, "version"))?;
        let sql = "SELECT account_id, max(number) AS number FROM policy_version GROUP BY account_id";
        let policies =
            query(connection, sql, [], |row| Ok((get_id(row, "account_id")?, get_count(row, "number")?)))?;
        let version = version.ok_or_else(|| corrupt("the version of the registry"))?;
        Ok(Self { version, policies: policies.into_iter().collect() })
    }
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

//! What must still be so when a unit is committed.

use domain::AccountId;
use rusqlite::{Connection, Params, params};
use store::{CommitError, Conflict, Expect, subjects::KeyBinding};

use super::{Applier, require};
use crate::{
    metadata,
    reader::first,
    rows::{Read, get, get_count, get_unsigned},
};

impl Applier {
    pub(crate) fn check(&self, connection: &Connection, expects: &[Expect]) -> Result<(), CommitError> {
        expects.iter().try_for_each(|expect| {
            let (holds, conflict) = self.holds(connection, expect)?;
            require(holds, conflict)
        })
    }

    fn holds(&self, connection: &Connection, expect: &Expect) -> Read<(bool, Conflict)> {
        Ok(match expect {
            Expect::Registry { version } => {
                let known = self.registry.as_ref().map(|registry| registry.version);
                (known == Some(*version), Conflict::Registry)
            }
            Expect::Policy { account, number } => (self.policy(*account) == Some(*number), Conflict::Policy),
            Expect::Subject { id, version } => {
                let sql = "SELECT version FROM subject WHERE id = ?1";
                let read = || first(connection, sql, [id.as_bytes()], |row| get_count(row, "version"));
                (self.remembered.subject(*id, read)? == Some(*version), Conflict::Subject)
            }
            Expect::Record { id, version } => {
                let sql = "SELECT version FROM record WHERE id = ?1";
                let found = first(connection, sql, [id.as_bytes()], |row| get_count(row, "version"))?;
                (found == Some(*version), Conflict::Record)
            }
            Expect::Metadata { id, version } => {
                let found = self.remembered.metadata(*id, || metadata::version(connection, *id))?;
                (found == Some(*version), Conflict::Metadata)
            }
            Expect::Key(binding) => {
                let stands = self.remembered.stands(binding, || key_stands(connection, binding))?;
                (stands, Conflict::Subject)
            }
            Expect::ClassEmpty { subject, class } => {
                let sql = "SELECT coalesce(sum(records), 0) AS records FROM holding
                           WHERE subject_id = ?1 AND class = ?2";
                let key = params![subject.as_bytes(), class];
                (count(connection, sql, key)? == Some(0), Conflict::Record)
            }
            Expect::RecordCount { subject, records } => {
                let sql = "SELECT coalesce(sum(records), 0) AS records FROM holding WHERE subject_id = ?1";
                (count(connection, sql, [subject.as_bytes()])? == Some(*records), Conflict::Record)
            }
            Expect::Log { epoch } => {
                let sql = "SELECT epoch FROM log_state";
                let found = first(connection, sql, [], |row| get_unsigned(row, "epoch"))?;
                (found == Some(*epoch), Conflict::Log)
            }
            Expect::Lease { name, holder } => {
                let sql = "SELECT holder FROM lease WHERE name = ?1";
                let found: Option<[u8; 16]> = first(connection, sql, [name], |row| get(row, "holder"))?;
                (found == Some(*holder), Conflict::Lease)
            }
        })
    }

    /// The number of an account's newest policy version, 0 when it has none; nothing when it is not known.
    fn policy(&self, account: AccountId) -> Option<u32> {
        let policies = self.registry.as_ref().map(|registry| &registry.policies)?;
        Some(policies.get(&account).copied().unwrap_or_default())
    }
}

fn key_stands(connection: &Connection, binding: &KeyBinding) -> Read<bool> {
    let sql = "SELECT slot FROM subject_key WHERE subject_id = ?1 AND class = ?2";
    let key = params![binding.subject.as_bytes(), binding.class];
    let found = first(connection, sql, key, |row| get_unsigned(row, "slot"))?;
    Ok(found == Some(binding.slot.0))
}

fn count(connection: &Connection, sql: &str, parameters: impl Params) -> Read<Option<u64>> {
    first(connection, sql, parameters, |row| get_unsigned(row, "records"))
}

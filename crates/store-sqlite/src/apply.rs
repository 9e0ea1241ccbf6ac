//! How each expectation is checked and each change applied. One statement or a few, text with bound parameters.

use std::collections::HashMap;

use domain::{AccountId, EntryId, Erasure, ErasureState, Record, Subject, subject::age_code};
use rusqlite::{Connection, Params, params};
use store::{Change, CommitError, Conflict, Expect, StoreError, records::Replay};

use crate::{
    reader::first,
    rows::{Read, get_count, get_id, get_unsigned, json, time, unavailable},
    writer::failed,
};

/// What the writer remembers between groups: it is the only one who writes, so what it remembers is so.
pub(crate) struct Applier {
    policies: HashMap<AccountId, u32>,
    last_bundle: u64,
}

impl Applier {
    /// Reads what must be remembered.
    pub(crate) fn load(connection: &Connection) -> Read<Self> {
        let mut policies = HashMap::new();
        let sql = "SELECT account_id, max(number) AS number FROM policy_version GROUP BY account_id";
        let mut statement = connection.prepare(sql).map_err(unavailable)?;
        let mut rows = statement.query([]).map_err(unavailable)?;
        while let Some(row) = rows.next().map_err(unavailable)? {
            policies.insert(get_id(row, "account_id")?, get_count(row, "number")?);
        }
        let sql = "SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE name = 'audit_bundle'";
        let last_bundle = first(connection, sql, [], |row| get_unsigned(row, "last"))?.unwrap_or_default();
        Ok(Self { policies, last_bundle })
    }

    /// Reads everything again after a group that was not stored. When even that fails nothing is remembered,
    /// and every expectation of a policy is refused.
    pub(crate) fn forget(&mut self, connection: &Connection) {
        match Self::load(connection) {
            Ok(loaded) => *self = loaded,
            Err(_) => self.policies.clear(),
        }
    }

    pub(crate) const fn next_bundle(&self) -> u64 {
        self.last_bundle + 1
    }

    pub(crate) const fn bundle_stored(&mut self, number: u64) {
        self.last_bundle = number;
    }

    pub(crate) fn check(&self, connection: &Connection, expects: &[Expect]) -> Result<(), CommitError> {
        expects.iter().try_for_each(|expect| match expect {
            Expect::Policy { account, number } => {
                let current = self.policies.get(account).copied().unwrap_or_default();
                require(current == *number, Conflict::Policy)
            }
            Expect::Subject { id, version } => {
                let sql = "SELECT version FROM subject WHERE id = ?1";
                let found = first(connection, sql, [id.as_bytes()], |row| get_count(row, "version"))?;
                require(found == Some(*version), Conflict::Subject)
            }
            Expect::Record { id, version } => {
                let sql = "SELECT version FROM record WHERE id = ?1";
                let found = first(connection, sql, [id.as_bytes()], |row| get_count(row, "version"))?;
                require(found == Some(*version), Conflict::Record)
            }
            Expect::Key(binding) => {
                let sql = "SELECT slot FROM subject_key WHERE subject_id = ?1 AND class = ?2";
                let key = params![binding.subject.as_bytes(), binding.class];
                let found = first(connection, sql, key, |row| get_unsigned(row, "slot"))?;
                require(found == Some(binding.slot.0), Conflict::Subject)
            }
            Expect::ClassEmpty { subject, class } => {
                let sql =
                    "SELECT 1 AS held FROM holding WHERE subject_id = ?1 AND class = ?2 AND records > 0";
                let held = first(connection, sql, params![subject.as_bytes(), class], |_| Ok(()))?;
                require(held.is_none(), Conflict::Record)
            }
            Expect::Log { epoch } => {
                let found =
                    first(connection, "SELECT epoch FROM log_state", [], |row| get_unsigned(row, "epoch"))?;
                require(found == Some(*epoch), Conflict::Log)
            }
        })
    }

    /// Applies every change; returns how many rows a purge removed. `entry` names the unit's first entry.
    pub(crate) fn apply(
        &mut self,
        connection: &Connection,
        changes: &[Change],
        entry: EntryId,
    ) -> Result<u64, CommitError> {
        changes.iter().try_fold(0, |purged, change| Ok(purged + self.apply_one(connection, change, entry)?))
    }

    fn apply_one(
        &mut self,
        connection: &Connection,
        change: &Change,
        entry: EntryId,
    ) -> Result<u64, CommitError> {
        match change {
            Change::AddPolicyVersion(version) => {
                add(
                    connection,
                    "INSERT INTO policy_version VALUES (?1, ?2, ?3, ?4)",
                    params![
                        version.account.as_bytes(),
                        version.number,
                        version.source,
                        time(version.published_at)
                    ],
                    Conflict::Policy,
                )?;
                self.policies.insert(version.account, version.number);
            }
            Change::PutAccount(_)
            | Change::PutAccountKeys(_)
            | Change::AddApiKey(_)
            | Change::RevokeApiKey(..)
            | Change::PutInstallation(..) => apply_account(connection, change)?,
            Change::AddSubject(_)
            | Change::SetSubjectState(..)
            | Change::AddKeyBinding(_)
            | Change::MoveKeyBinding(_)
            | Change::RemoveKeyBinding(..) => apply_subject(connection, change)?,
            Change::AddErasure(_) | Change::ReplaceErasure(_) | Change::MarkPurged(..) => {
                apply_erasure(connection, change, entry)?;
            }
            Change::Purge { subject, keep, audit, limit } => {
                return crate::purge::purge(connection, *subject, keep, *audit, *limit);
            }
            Change::AdvanceLog { .. } | Change::PutCheckpoint(_) => {
                crate::sequence::apply(connection, change)?
            }
            _ => apply_record(connection, change, entry)?,
        }
        Ok(0)
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
fn change(
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

fn apply_account(connection: &Connection, change_: &Change) -> Result<(), CommitError> {
    match change_ {
        Change::PutAccount(account) => run(
            connection,
            "INSERT OR REPLACE INTO account VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                account.id.as_bytes(),
                account.kind.as_str(),
                account.name,
                time(account.created_at),
                account.accepted_policy
            ],
        )
        .map(drop),
        Change::PutAccountKeys(keys) => run(
            connection,
            "INSERT OR REPLACE INTO account_key VALUES (?1, ?2, ?3)",
            params![keys.account.as_bytes(), keys.version, keys.wrapped],
        )
        .map(drop),
        Change::AddApiKey(key) => {
            let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
            add(
                connection,
                "INSERT INTO api_key VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    key.id.as_bytes(),
                    key.account.as_bytes(),
                    key.name,
                    scopes.join(" "),
                    key.secret_hash,
                    time(key.created_at),
                    key.expires_at.map(time),
                    key.revoked_at.map(time)
                ],
                Conflict::Exists,
            )
        }
        Change::RevokeApiKey(id, at) => change(
            connection,
            "UPDATE api_key SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1",
            params![id.as_bytes(), time(*at)],
            Conflict::Exists,
        ),
        Change::PutInstallation(name, value) => {
            run(connection, "INSERT OR REPLACE INTO installation VALUES (?1, ?2)", params![name, value])
                .map(drop)
        }
        _ => Ok(()),
    }
}

fn apply_subject(connection: &Connection, change_: &Change) -> Result<(), CommitError> {
    match change_ {
        Change::AddSubject(subject) => add_subject(connection, subject),
        Change::SetSubjectState(id, state) => change(
            connection,
            "UPDATE subject SET state = ?2, version = version + 1 WHERE id = ?1",
            params![id.as_bytes(), state.code()],
            Conflict::Subject,
        ),
        Change::AddKeyBinding(binding) => add(
            connection,
            "INSERT INTO subject_key VALUES (?1, ?2, ?3)",
            params![binding.subject.as_bytes(), binding.class, binding.slot.0.cast_signed()],
            Conflict::Subject,
        ),
        Change::MoveKeyBinding(binding) => change(
            connection,
            "UPDATE subject_key SET slot = ?3 WHERE subject_id = ?1 AND class = ?2",
            params![binding.subject.as_bytes(), binding.class, binding.slot.0.cast_signed()],
            Conflict::Subject,
        ),
        Change::RemoveKeyBinding(subject, class) => run(
            connection,
            "DELETE FROM subject_key WHERE subject_id = ?1 AND class = ?2",
            params![subject.as_bytes(), class],
        )
        .map(drop),
        _ => Ok(()),
    }
}

fn add_subject(connection: &Connection, subject: &Subject) -> Result<(), CommitError> {
    add(
        connection,
        "INSERT INTO subject VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            subject.id.as_bytes(),
            subject.account.as_bytes(),
            subject.role,
            subject.state.code(),
            subject.version,
            time(subject.created_at),
            subject.region,
            age_code(subject.age)
        ],
        Conflict::Exists,
    )
}

fn apply_record(connection: &Connection, change_: &Change, entry: EntryId) -> Result<(), CommitError> {
    match change_ {
        Change::AddRecord(record) => {
            put_record(
                connection,
                "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                record,
            )?;
            hold(connection, record)
        }
        Change::ReplaceRecord(record) => put_record(
            connection,
            "UPDATE record SET subject_id = ?2, account_id = ?3, record_type = ?4, version = ?5, created_at = ?6,
                    changed_at = ?7, expires_at = ?8, collected_for = ?9, source = ?10, shared_with = ?11,
                    class = ?12, fields = ?13 WHERE id = ?1",
            record,
        ),
        Change::RemoveRecord(id) => {
            run(connection, "DELETE FROM blind_index WHERE record_id = ?1", [id.as_bytes()])?;
            let held = "UPDATE holding SET records = records - 1 WHERE (subject_id, record_type, class) =
                        (SELECT subject_id, record_type, class FROM record WHERE id = ?1)";
            run(connection, held, [id.as_bytes()])?;
            change(connection, "DELETE FROM record WHERE id = ?1", [id.as_bytes()], Conflict::Record)
        }
        Change::AddIndexRow(account, row) => run(
            connection,
            "INSERT OR IGNORE INTO blind_index VALUES (?1, ?2, ?3, ?4)",
            params![account.as_bytes(), row.tag, row.record.as_bytes(), row.subject.as_bytes()],
        )
        .map(drop),
        Change::RemoveIndexRow(row) => run(
            connection,
            "DELETE FROM blind_index WHERE record_id = ?1 AND tag = ?2",
            params![row.record.as_bytes(), row.tag],
        )
        .map(drop),
        Change::AddReplay(replay) => add_replay(connection, replay, entry),
        Change::RemoveReplaysBefore(at) => {
            run(connection, "DELETE FROM replay WHERE at < ?1", [time(*at)]).map(drop)
        }
        _ => Ok(()),
    }
}

/// Counts a new record. A type with one record that has no end has no last end.
fn hold(connection: &Connection, record: &Record) -> Result<(), CommitError> {
    let sql = "INSERT INTO holding VALUES (?1, ?2, ?3, 1, ?4)
               ON CONFLICT DO UPDATE SET records = records + 1, last_expiry = max(last_expiry, excluded.last_expiry)";
    let expiry = record.expires_at.map(time);
    run(connection, sql, params![record.subject.as_bytes(), record.record_type, record.class, expiry])
        .map(drop)
}

fn put_record(connection: &Connection, sql: &str, record: &Record) -> Result<(), CommitError> {
    let fields = postcard::to_stdvec(&record.fields)
        .map_err(|_| StoreError::Corrupt("fields that cannot be written".to_owned()))?;
    let parameters = params![
        record.id.as_bytes(),
        record.subject.as_bytes(),
        record.account.as_bytes(),
        record.record_type,
        record.version,
        time(record.created_at),
        time(record.changed_at),
        record.expires_at.map(time),
        json(&record.collected_for)?,
        record.source.as_str(),
        json(&record.shared_with)?,
        record.class,
        fields,
    ];
    change(connection, sql, parameters, Conflict::Record)
}

fn add_replay(connection: &Connection, replay: &Replay, entry: EntryId) -> Result<(), CommitError> {
    add(
        connection,
        "INSERT INTO replay VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            replay.key,
            replay.body,
            replay.result,
            time(replay.at),
            entry.bundle.cast_signed(),
            entry.position
        ],
        Conflict::IdempotencyKey,
    )
}

fn apply_erasure(connection: &Connection, change_: &Change, entry: EntryId) -> Result<(), CommitError> {
    match change_ {
        Change::AddErasure(erasure) => add_erasure(connection, erasure),
        Change::ReplaceErasure(Erasure { id, state: ErasureState::Shredded(certificate), .. }) => change(
            connection,
            "UPDATE erasure SET certificate = ?2, bundle = ?3, position = ?4 WHERE id = ?1 AND certificate IS NULL",
            params![id.as_bytes(), json(certificate)?, entry.bundle.cast_signed(), entry.position],
            Conflict::Erasure,
        ),
        Change::MarkPurged(id, at) => change(
            connection,
            "UPDATE erasure SET purged_at = ?2 WHERE id = ?1 AND certificate IS NOT NULL",
            params![id.as_bytes(), time(*at)],
            Conflict::Erasure,
        ),
        _ => Ok(()),
    }
}

fn add_erasure(connection: &Connection, erasure: &Erasure) -> Result<(), CommitError> {
    let ErasureState::Inaccessible { at, kept } = &erasure.state else {
        return Err(CommitError::Conflict(Conflict::Erasure));
    };
    add(
        connection,
        "INSERT INTO erasure (id, subject_id, account_id, inaccessible_at, kept) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            erasure.id.as_bytes(),
            erasure.subject.as_bytes(),
            erasure.account.as_bytes(),
            time(*at),
            json(kept)?
        ],
        Conflict::Erasure,
    )
}

//! Accounts, their keys, API keys, and the small values of the installation.

use domain::{Account, Contact, Scope};
use rusqlite::{Connection, params};
use store::{Change, CommitError, Conflict};

use super::{add, change, run};
use crate::rows::time;

pub(super) fn apply(connection: &Connection, change_: &Change) -> Result<(), CommitError> {
    match change_ {
        Change::PutAccount(account) => put(connection, account),
        Change::AddAccountKeys(keys) => add(
            connection,
            "INSERT INTO account_key VALUES (?1, ?2, ?3)",
            params![keys.account.as_bytes(), keys.version, keys.wrapped],
            Conflict::Exists,
        ),
        Change::PutAccountKeys(keys) => run(
            connection,
            "INSERT OR REPLACE INTO account_key VALUES (?1, ?2, ?3)",
            params![keys.account.as_bytes(), keys.version, keys.wrapped],
        )
        .map(drop),
        Change::AddApiKey(key) => add(
            connection,
            "INSERT INTO api_key VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                key.id.as_bytes(),
                key.account.as_bytes(),
                key.name,
                Scope::join(&key.scopes),
                key.secret_hash,
                time(key.created_at),
                key.expires_at.map(time),
                key.revoked_at.map(time)
            ],
            Conflict::Exists,
        ),
        Change::RevokeApiKey(id, at) => change(
            connection,
            "UPDATE api_key SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1",
            params![id.as_bytes(), time(*at)],
            Conflict::Exists,
        ),
        Change::NoteKeyUse(id, at) => run(
            connection,
            "INSERT INTO api_key_use VALUES (?1, ?2) ON CONFLICT DO UPDATE SET used_at = max(used_at, excluded.used_at)",
            params![id.as_bytes(), time(*at)],
        )
        .map(drop),
        Change::PutInstallation(name, value) => {
            run(connection, "INSERT OR REPLACE INTO installation VALUES (?1, ?2)", params![name, value])
                .map(drop)
        }
        _ => Ok(()),
    }
}

fn put(connection: &Connection, account: &Account) -> Result<(), CommitError> {
    let id = account.id.as_bytes();
    let (kind, created_at) = (account.kind.as_str(), time(account.created_at));
    let accepted_at = account.accepted_at.map(time);
    let row = params![id, kind, account.name, created_at, account.accepted_policy, accepted_at];
    run(connection, "INSERT OR REPLACE INTO account VALUES (?1, ?2, ?3, ?4, ?5, ?6)", row)?;
    match &account.contact {
        None => run(connection, "DELETE FROM account_contact WHERE account_id = ?1", [id]),
        Some(Contact { record, field }) => run(
            connection,
            "INSERT OR REPLACE INTO account_contact VALUES (?1, ?2, ?3)",
            params![id, record.as_bytes(), field],
        ),
    }?;
    match account.state.since() {
        None => run(connection, "DELETE FROM account_state WHERE account_id = ?1", [id]),
        Some(since) => run(
            connection,
            "INSERT OR REPLACE INTO account_state VALUES (?1, ?2, ?3)",
            params![id, account.state.as_str(), time(since)],
        ),
    }
    .map(drop)
}

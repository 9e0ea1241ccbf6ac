//! Accounts, their keys and API keys.

use async_trait::async_trait;
use domain::{Account, AccountKind, AccountState, ApiKey, Contact, RecordId, Scope};
use rusqlite::Row;
use store::{Accounts, StoreError, accounts::WrappedAccountKeys};

use crate::{
    SqliteStore,
    rows::{Read, corrupt, get, get_count, get_id, get_optional_time, get_time, get_unsigned},
};

#[async_trait]
impl Accounts for SqliteStore {
    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let sql =
            "SELECT account.*, contact.record_id, contact.field, stands.state, stands.since FROM account
                   LEFT JOIN account_contact AS contact ON contact.account_id = account.id
                   LEFT JOIN account_state AS stands ON stands.account_id = account.id ORDER BY account.id";
        self.readers.all(sql, [], account)
    }

    async fn account_keys(&self) -> Result<Vec<WrappedAccountKeys>, StoreError> {
        self.readers.all("SELECT * FROM account_key ORDER BY account_id, version", [], |row| {
            Ok(WrappedAccountKeys {
                account: get_id(row, "account_id")?,
                version: get_count(row, "version")?,
                wrapped: get(row, "wrapped")?,
            })
        })
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.readers.all(
            "SELECT api_key.*, api_key_use.used_at FROM api_key LEFT JOIN api_key_use ON key_id = api_key.id
             ORDER BY api_key.id",
            [],
            api_key,
        )
    }

    async fn registry_version(&self) -> Result<u64, StoreError> {
        let sql = "SELECT version FROM registry";
        let found = self.readers.first(sql, [], |row| get_unsigned(row, "version"))?;
        found.ok_or_else(|| corrupt("the version of the registry"))
    }

    async fn installation(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT value FROM installation WHERE name = ?1";
        self.readers.first(sql, [name], |row| get(row, "value"))
    }
}

fn account(row: &Row<'_>) -> Read<Account> {
    let accepted: Option<i64> = get(row, "accepted_policy")?;
    let record: Option<[u8; 16]> = get(row, "record_id")?;
    let contact = |record| -> Read<Contact> {
        Ok(Contact { record: RecordId::from_bytes(record), field: get(row, "field")? })
    };
    Ok(Account {
        id: get_id(row, "id")?,
        kind: AccountKind::parse(&get::<String>(row, "kind")?).ok_or_else(|| corrupt("account kind"))?,
        name: get(row, "name")?,
        created_at: get_time(row, "created_at")?,
        accepted_policy: accepted
            .map(u32::try_from)
            .transpose()
            .map_err(|_| corrupt("accepted policy version"))?,
        accepted_at: get_optional_time(row, "accepted_at")?,
        contact: record.map(contact).transpose()?,
        state: state(row)?,
    })
}

fn state(row: &Row<'_>) -> Read<AccountState> {
    let Some(since) = get_optional_time(row, "since")? else { return Ok(AccountState::Active) };
    AccountState::read(&get::<String>(row, "state")?, since).ok_or_else(|| corrupt("state of an account"))
}

fn api_key(row: &Row<'_>) -> Read<ApiKey> {
    Ok(ApiKey {
        id: get_id(row, "id")?,
        account: get_id(row, "account_id")?,
        name: get(row, "name")?,
        scopes: Scope::split(&get::<String>(row, "scopes")?).ok_or_else(|| corrupt("scope of an API key"))?,
        secret_hash: get(row, "secret_hash")?,
        created_at: get_time(row, "created_at")?,
        expires_at: get_optional_time(row, "expires_at")?,
        revoked_at: get_optional_time(row, "revoked_at")?,
        used_at: get_optional_time(row, "used_at")?,
    })
}

//! Accounts, their keys and API keys.

use async_trait::async_trait;
use domain::{Account, AccountKind, AccountState, ApiKey, Contact, RecordId, Scope};
use store::{Accounts, StoreError, accounts::WrappedAccountKeys};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    PostgresStore,
    rows::{Read, corrupt, get, get_bytes, get_count, get_id, get_optional_time, get_time, get_unsigned},
};

#[async_trait]
impl Accounts for PostgresStore {
    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let sql =
            "SELECT account.id, account.kind, account.name, account.created_at, account.accepted_policy,
                    account.accepted_at, contact.record_id, contact.field, stands.state, stands.since
             FROM account LEFT JOIN account_contact AS contact ON contact.account_id = account.id
             LEFT JOIN account_state AS stands ON stands.account_id = account.id ORDER BY account.id";
        self.database.query(sql, &[]).await?.iter().map(account).collect()
    }

    async fn account_keys(&self) -> Result<Vec<WrappedAccountKeys>, StoreError> {
        let sql = "SELECT account_id, version, wrapped FROM account_key ORDER BY account_id, version";
        let rows = self.database.query(sql, &[]).await?;
        let read = |row: &Row| {
            Ok(WrappedAccountKeys {
                account: get_id(row, "account_id")?,
                version: get_count(row, "version")?,
                wrapped: get(row, "wrapped")?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let sql =
            "SELECT made.id, made.account_id, made.name, made.scopes, made.secret_hash, made.created_at,
                    made.expires_at, made.revoked_at, api_key_use.used_at
             FROM api_key AS made LEFT JOIN api_key_use ON api_key_use.key_id = made.id ORDER BY made.id";
        self.database.query(sql, &[]).await?.iter().map(api_key).collect()
    }

    async fn registry_version(&self) -> Result<u64, StoreError> {
        let rows = self.database.query("SELECT version FROM registry", &[]).await?;
        get_unsigned(rows.first().ok_or_else(|| corrupt("the version of the registry"))?, "version")
    }

    async fn installation(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let rows = self.database.query("SELECT value FROM installation WHERE name = $1", &[&name]).await?;
        rows.first().map(|row| get(row, "value")).transpose()
    }
}

fn account(row: &Row) -> Read<Account> {
    let accepted: Option<i64> = get(row, "accepted_policy")?;
    let record: Option<Uuid> = get(row, "record_id")?;
    let contact = |record| -> Read<Contact> {
        Ok(Contact { record: RecordId::from_uuid(record), field: get(row, "field")? })
    };
    Ok(Account {
        id: get_id(row, "id")?,
        kind: AccountKind::parse(get(row, "kind")?).ok_or_else(|| corrupt("account kind"))?,
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

fn state(row: &Row) -> Read<AccountState> {
    let Some(since) = get_optional_time(row, "since")? else { return Ok(AccountState::Active) };
    AccountState::read(get(row, "state")?, since).ok_or_else(|| corrupt("state of an account"))
}

fn api_key(row: &Row) -> Read<ApiKey> {
    Ok(ApiKey {
        id: get_id(row, "id")?,
        account: get_id(row, "account_id")?,
        name: get(row, "name")?,
        scopes: Scope::split(get(row, "scopes")?).ok_or_else(|| corrupt("scope of an API key"))?,
        secret_hash: get_bytes(row, "secret_hash")?,
        created_at: get_time(row, "created_at")?,
        expires_at: get_optional_time(row, "expires_at")?,
        revoked_at: get_optional_time(row, "revoked_at")?,
        used_at: get_optional_time(row, "used_at")?,
    })
}

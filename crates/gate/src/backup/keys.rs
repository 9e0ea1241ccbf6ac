//! The keys as rows of a backup: the wrapped subject keys by their slots, and the keys of accounts that wrap them.

use std::sync::Arc;

use domain::AccountId;
use store::{
    KeyStore, StoreError,
    accounts::WrappedAccountKeys,
    backup::{Moment, Row, Rows, Snapshot, Table, Value},
    key_store::{KeyStoreError, SlotNumber, WrappedKeyBytes},
};
use tokio::sync::mpsc;

const ACCOUNT_KEYS: &str = "account_key";
const KEYS: &str = "key";
/// How many keys are read together.
const PAGE: u32 = 1_024;

/// The subject keys as they are now, with the wrapped keys of the accounts. Of keys that are made or destroyed meanwhile
/// some may be among them.
pub fn keys_snapshot(
    keys: Arc<dyn KeyStore>,
    accounts: Vec<WrappedAccountKeys>,
    checkpoint: String,
) -> Snapshot {
    let table = |name: &str, columns: &[&str]| Table {
        name: name.to_owned(),
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        rows: None,
    };
    let tables =
        vec![table(ACCOUNT_KEYS, &["account_id", "version", "wrapped"]), table(KEYS, &["slot", "wrapped"])];
    let (sender, rows) = mpsc::channel(4);
    tokio::spawn(async move {
        if let Err(error) = send(&*keys, accounts, &sender).await {
            drop(sender.send(Err(StoreError::Unavailable(error.to_string()))).await);
        }
    });
    Snapshot { moment: Moment { engine: "keys".to_owned(), schema: 1, checkpoint, tables }, rows }
}

async fn send(
    keys: &dyn KeyStore,
    accounts: Vec<WrappedAccountKeys>,
    sender: &mpsc::Sender<Result<Rows, StoreError>>,
) -> Result<(), KeyStoreError> {
    let rows = accounts.into_iter().map(|keys| {
        let (account, version) = (keys.account.as_bytes().to_vec(), i64::from(keys.version));
        vec![Value::Bytes(account), Value::Integer(version), Value::Bytes(keys.wrapped)]
    });
    // A send that fails has nobody who waits for more.
    drop(sender.send(Ok(Rows { table: 0, rows: rows.collect() })).await);
    let mut from = SlotNumber(0);
    loop {
        let page = keys.live_keys(from, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        from = SlotNumber(last.0 + 1);
        let row = |(slot, key): (SlotNumber, WrappedKeyBytes)| {
            vec![Value::Integer(slot.0.cast_signed()), Value::Bytes(key.to_vec())]
        };
        if sender.send(Ok(Rows { table: 1, rows: page.into_iter().map(row).collect() })).await.is_err() {
            return Ok(());
        }
    }
}

/// What a backup of the keys holds, one after the other.
pub(crate) enum KeyRow {
    Account(WrappedAccountKeys),
    Subject(SlotNumber, WrappedKeyBytes),
}

/// What a row of a backup of the keys says; none when it is no such row.
pub(crate) fn key_row(table: &str, row: &Row) -> Option<KeyRow> {
    match (table, &row[..]) {
        (ACCOUNT_KEYS, [Value::Bytes(account), Value::Integer(version), Value::Bytes(wrapped)]) => {
            let account = AccountId::from_bytes(account.as_slice().try_into().ok()?);
            let version = u32::try_from(*version).ok()?;
            Some(KeyRow::Account(WrappedAccountKeys { account, version, wrapped: wrapped.clone() }))
        }
        (KEYS, [Value::Integer(slot), Value::Bytes(wrapped)]) => {
            let slot = SlotNumber(u64::try_from(*slot).ok()?);
            Some(KeyRow::Subject(slot, wrapped.as_slice().try_into().ok()?))
        }
        _ => None,
    }
}

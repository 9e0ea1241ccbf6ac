//! Backups: what is read out of a store, and put into another.

use tokio::sync::mpsc;

use super::sample;
use crate::{
    Change, Store, StoreError, Unit,
    accounts::WrappedAccountKeys,
    backup::{Load, RESTORING, Row, Rows, Snapshot, Table},
};

/// Each table with its rows.
pub type Tables = Vec<(Table, Vec<Row>)>;

/// Stores something of nearly every table, people's index rows included.
pub async fn fill(store: &dyn Store) {
    let keys = WrappedAccountKeys { account: sample::account_id(1), version: 1, wrapped: vec![1] };
    let mut changes = sample::with_records(1, [sample::record(1, 1), sample::record(1, 2)]);
    changes.extend([
        Change::PutAccount(sample::account(1)),
        Change::PutAccountKeys(keys),
        Change::AddApiKey(sample::api_key(1)),
        Change::AddPolicyVersion(sample::policy(1, 1)),
        Change::AddKeyBinding(sample::binding(1, "books", 1)),
        Change::CondemnSlot(sample::deletion(sample::binding(1, "books", 2).slot)),
        Change::AddIndexRow(sample::account_id(1), sample::index_row(1, 1, 1)),
        Change::AddReplay(sample::replay(1, 1)),
        Change::AddErasure(sample::erasure(1)),
        Change::AddEvents(vec![sample::event(1, 1)]),
        Change::AddWebhook(sample::webhook(1, 1)),
    ]);
    let entries = vec![sample::entry(Some(1), 1)];
    store.commit(Unit { changes, entries, ..Unit::default() }).await.unwrap();
}

/// All that a snapshot holds, but for the mark of a restore.
pub async fn gathered(mut snapshot: Snapshot) -> Tables {
    let mut tables: Tables = snapshot.moment.tables.into_iter().map(|table| (table, Vec::new())).collect();
    while let Some(rows) = snapshot.rows.recv().await {
        let rows = rows.unwrap();
        tables[rows.table].1.extend(rows.rows);
    }
    for (table, rows) in &mut tables {
        assert_eq!(table.rows, Some(rows.len() as u64), "{}", table.name);
        rows.retain(|row| row[0] != crate::backup::Value::Text(RESTORING.to_owned()));
        table.rows = Some(rows.len() as u64);
        rows.sort_by_key(|row| format!("{row:?}"));
    }
    tables
}

/// What was gathered, on its way into another store; at its end, or where it fails.
pub fn load(tables: Tables, fails: bool) -> Load {
    let (sender, rows) = mpsc::channel(64);
    let heads = tables.iter().map(|(table, _)| table.clone()).collect();
    for (table, (_, rows)) in tables.into_iter().enumerate() {
        sender.try_send(Ok(Rows { table, rows })).unwrap();
    }
    if fails {
        sender.try_send(Err(StoreError::Unavailable("here it fails".to_owned()))).unwrap();
    }
    Load { schema: None, tables: heads, rows }
}

/// A load that lacks the rows of its last table and does not say so.
pub fn cut(mut tables: Tables) -> Load {
    let last = tables.iter_mut().rev().find(|(_, rows)| !rows.is_empty());
    last.into_iter().for_each(|(_, rows)| rows.clear());
    load(tables, false)
}

//! The embedded engine: the behaviour that every engine must show, and what only this one promises.

mod backup;
mod conformance;
mod measure;
mod opening;
mod plans;
mod read_only;
mod residue;
mod writing;

use std::path::Path;

use store::{Change, Commit, Committed, PendingEntry, Unit};

use crate::SqliteStore;

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("data.db")).unwrap()
}

/// A connection past the engine, as a flaw in the disk would have.
fn raw(folder: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(folder.join("data.db")).unwrap()
}

async fn change(store: &SqliteStore, changes: Vec<Change>) -> Committed {
    store.commit(Unit { changes, ..Unit::default() }).await.unwrap()
}

async fn append(store: &SqliteStore, entry: PendingEntry) -> Committed {
    store.commit(Unit { entries: vec![entry], ..Unit::default() }).await.unwrap()
}

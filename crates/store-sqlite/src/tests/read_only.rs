//! Reading a data directory without touching it.

use std::{collections::BTreeMap, fs, path::Path};

use store::{AuditLog, Commit, StoreError, Unit, conformance::sample};

use super::{append, open, raw};
use crate::SqliteStore;

/// Every file of a folder with its content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
}

async fn unsequenced(folder: &Path) -> usize {
    let store = SqliteStore::open_read_only(&folder.join("data.db")).unwrap();
    store.unsequenced(9).await.unwrap().len()
}

#[tokio::test]
async fn a_store_at_rest_is_read_and_left_as_it_was() {
    // Characters that a URI would take for its own.
    let folder = tempfile::Builder::new().prefix("a?b#c%41").tempdir().unwrap();
    append(&open(folder.path()), sample::entry(None, 1)).await;
    let before = files(folder.path());
    assert_eq!(unsequenced(folder.path()).await, 1);
    assert_eq!(files(folder.path()), before);
}

#[tokio::test]
async fn a_store_that_is_open_is_read_up_to_its_last_commit() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    append(&store, sample::entry(None, 1)).await;
    assert_eq!(unsequenced(folder.path()).await, 1);
    append(&store, sample::entry(None, 2)).await;
    assert_eq!(unsequenced(folder.path()).await, 2);
}

#[tokio::test]
async fn what_a_crash_left_in_the_write_ahead_log_is_read_and_stays_there() {
    let (folder, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(folder.path());
    append(&store, sample::entry(None, 1)).await;
    for name in ["data.db", "data.db-wal"] {
        fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let before = files(crashed.path());
    assert_eq!(unsequenced(crashed.path()).await, 1);
    let mut after = files(crashed.path());
    after.remove("data.db-shm");
    assert_eq!(after, before);
}

#[tokio::test]
async fn nothing_can_be_written_or_made() {
    let folder = tempfile::tempdir().unwrap();
    assert!(SqliteStore::open_read_only(&folder.path().join("data.db")).is_err());
    assert!(files(folder.path()).is_empty());
    drop(open(folder.path()));
    let store = SqliteStore::open_read_only(&folder.path().join("data.db")).unwrap();
    let unit = Unit { entries: vec![sample::entry(None, 1)], ..Unit::default() };
    assert!(store.commit(unit).await.is_err());
    drop(store);
    raw(folder.path()).execute_batch("PRAGMA user_version = 99").unwrap();
    let opened = SqliteStore::open_read_only(&folder.path().join("data.db"));
    assert!(matches!(opened, Err(StoreError::Unavailable(why)) if why.contains("schema 99")));
}

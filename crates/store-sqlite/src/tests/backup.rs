//! A backup comes back as it was, or not at all.

use store::{
    Records,
    conformance::{
        backup::{cut, fill, gathered, load},
        sample,
    },
};

use super::{open, raw};
use crate::backup::{self, snapshot};

#[tokio::test]
async fn what_was_backed_up_comes_back_without_its_index() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(folder.path());
    fill(&store).await;
    let lookup = async |store: &crate::SqliteStore| {
        store.lookup(sample::account_id(1), &sample::index_row(1, 1, 1).tag, 9).await.unwrap().len()
    };
    let held = gathered(snapshot(&folder.path().join("data.db")).await.unwrap()).await;
    backup::load(&other.path().join("data.db"), load(held.clone(), false), b"mark").await.unwrap();
    let restored = open(other.path());
    assert_eq!(gathered(snapshot(&other.path().join("data.db")).await.unwrap()).await, held);
    assert_eq!((lookup(&store).await, lookup(&restored).await), (1, 0));
    let (one, same) = (store.record(sample::record_id(1)).await, restored.record(sample::record_id(1)).await);
    assert_eq!(one, same);
}

#[tokio::test]
async fn rows_that_end_early_leave_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    fill(&open(folder.path())).await;
    let held = gathered(snapshot(&path).await.unwrap()).await;
    for bad in [load(held.clone(), true), cut(held.clone())] {
        assert!(backup::load(&path, bad, b"mark").await.is_err());
        assert_eq!(gathered(snapshot(&path).await.unwrap()).await, held);
    }
}

#[tokio::test]
async fn a_table_of_which_nothing_is_said_keeps_a_backup_from_being_made() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    raw(folder.path()).execute_batch("CREATE TABLE stranger (name TEXT)").unwrap();
    let refused = snapshot(&folder.path().join("data.db")).await.err().unwrap().to_string();
    assert!(refused.contains("`stranger`"), "{refused}");
}

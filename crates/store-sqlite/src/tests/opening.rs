//! Opening again, opening what a newer program wrote, and reading what a flaw altered.

use store::{AuditLog, Commit, Records, StoreError, Subjects, Unit, conformance::sample};

use super::{append, change, open, raw};
use crate::SqliteStore;

#[tokio::test]
async fn what_was_committed_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let entry = {
        let store = open(folder.path());
        change(&store, sample::with_records(1, [sample::record(1, 5)])).await;
        append(&store, sample::entry(Some(1), 1)).await.entries[0]
    };
    let store = open(folder.path());
    assert_eq!(store.record(sample::record_id(5)).await.unwrap().unwrap().record, sample::record(1, 5));
    assert_eq!(sample::names(&store.entries_of(sample::subject_id(1), None, 9).await.unwrap()), [entry]);
}

#[tokio::test]
async fn what_was_sent_is_done_before_the_store_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..20 {
        let store = open(folder.path());
        let unit = Unit { changes: sample::with_records(number, []), ..Unit::default() };
        // The caller goes away right after it asked.
        tokio::select! {
            biased;
            _ = store.commit(unit) => {}
            () = std::future::ready(()) => {}
        }
        drop(store);
        let found = open(folder.path()).subject(sample::subject_id(number)).await.unwrap();
        assert!(found.is_some(), "subject {number}");
    }
}

#[tokio::test]
async fn a_bundle_number_is_never_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let last = append(&open(folder.path()), sample::entry(None, 1)).await.entries[0].bundle;
    assert_eq!(append(&open(folder.path()), sample::entry(None, 2)).await.entries[0].bundle, last + 1);
    raw(folder.path()).execute("DELETE FROM audit_bundle", []).unwrap();
    assert_eq!(append(&open(folder.path()), sample::entry(None, 3)).await.entries[0].bundle, last + 2);
}

#[test]
fn what_a_newer_program_wrote_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    raw(folder.path()).execute_batch("PRAGMA user_version = 99").unwrap();
    let Err(StoreError::Unavailable(why)) = SqliteStore::open(&folder.path().join("data.db")) else {
        panic!("opened what it does not understand");
    };
    assert!(why.contains("schema 99"), "{why}");
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data.db"), "no database at all, but a text of some length").unwrap();
    assert!(SqliteStore::open(&folder.path().join("data.db")).is_err());
}

#[tokio::test]
async fn an_altered_row_is_reported_and_never_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    change(&store, sample::with_records(1, [sample::record(1, 5)])).await;
    let raw = raw(folder.path());
    for (table, broken, mend) in [
        ("record", "fields = x'ffffffffffff'", "fields = x'00'"),
        ("record", "version = -1", "version = 1"),
        ("record", "home = 'elsewhere'", "home = 'orders'"),
        ("record_metadata", "version = -1", "version = 1"),
        ("record_metadata", "collected_for = '{'", "collected_for = '[]'"),
        ("record_metadata", "objections = 'none'", "objections = '[]'"),
        ("record_metadata", "expires_at = 9223372036854775807", "expires_at = NULL"),
        ("record_metadata", "source = 'nowhere'", "source = 'subject'"),
        ("record", "created_at = 9223372036854775807", "created_at = 0"),
        ("record", "subject_id = x'01'", "subject_id = x'00000000000000000000000000000001'"),
    ] {
        raw.execute(&format!("UPDATE {table} SET {broken}"), []).unwrap();
        let read = store.record(sample::record_id(5)).await;
        assert!(matches!(read, Err(StoreError::Corrupt(_))), "{broken}: {read:?}");
        raw.execute(&format!("UPDATE {table} SET {mend}"), []).unwrap();
        assert!(store.record(sample::record_id(5)).await.is_ok(), "{mend}");
    }
    raw.execute("DELETE FROM subject", []).unwrap();
    assert!(matches!(store.record(sample::record_id(5)).await, Err(StoreError::Corrupt(_))));
}

#[tokio::test]
async fn an_altered_bundle_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let entry = append(&store, sample::entry(None, 1)).await.entries[0];
    raw(folder.path()).execute("UPDATE audit_bundle SET leaves = x'00', details = x'00000009'", []).unwrap();
    assert!(matches!(store.unsequenced(9).await, Err(StoreError::Corrupt(_))));
    assert!(matches!(store.private_entry(entry).await, Err(StoreError::Corrupt(_))));
}

//! How units are gathered into groups, and groups that cannot be stored.

use std::{
    path::Path,
    process::Command,
    sync::{Arc, Barrier},
};

use domain::{Record, record::SealedField};
use store::{
    AuditLog, Change, Commit, CommitError, Expect, Records, StoreError, Subjects, Unit, conformance::sample,
};

use super::{append, change, open, raw};

/// While the writer waits for the database, what arrives gathers; it is then made durable together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_that_arrive_together_share_a_bundle() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    append(&store, sample::entry(None, 0)).await;
    let other = raw(folder.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut commits = tokio::task::JoinSet::new();
    for number in 1..=20 {
        let store = Arc::clone(&store);
        let unit = Unit { entries: vec![sample::entry(None, number)], ..Unit::default() };
        commits.spawn(async move { store.commit(unit).await.unwrap().entries[0] });
    }
    // Every commit is on its way before the database is free.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    other.execute_batch("ROLLBACK").unwrap();
    let entries = commits.join_all().await;
    let mut bundles: Vec<u64> = entries.iter().map(|entry| entry.bundle).collect();
    bundles.sort_unstable();
    bundles.dedup();
    assert!(bundles.len() <= 2, "the first may have gone alone, the others together: {bundles:?}");
    let stored = store.unsequenced(99).await.unwrap();
    assert_eq!(stored.iter().map(|bundle| bundle.leaves.len()).sum::<usize>(), 21);
}

/// Readers see whole groups only, and none of them waits for the writer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_go_on_while_the_writer_writes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    let (start, writer) = (Arc::new(Barrier::new(2)), Arc::clone(&store));
    let started = Arc::clone(&start);
    let writing = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        started.wait();
        for number in 0..40 {
            let entries = vec![sample::entry(Some(1), number), sample::entry(Some(1), number + 100)];
            runtime.block_on(writer.commit(Unit { entries, ..Unit::default() })).unwrap();
        }
    });
    start.wait();
    while !writing.is_finished() {
        let seen = store.entries_of(sample::subject_id(1), None, 200).await.unwrap().len();
        assert_eq!(seen % 2, 0, "half a unit was seen");
    }
    writing.join().unwrap();
}

/// Nothing of it stays, in the database or in what the writer remembers, and the next group goes as usual.
#[tokio::test]
async fn a_group_that_cannot_be_stored_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    append(&store, sample::entry(None, 0)).await;
    let publish = || Unit {
        expects: vec![Expect::Policy { account: sample::account_id(1), number: 0 }],
        changes: vec![Change::AddSubject(sample::subject(1)), Change::AddPolicyVersion(sample::policy(1, 1))],
        entries: vec![sample::entry(Some(1), 1)],
    };
    raw(folder.path()).execute_batch("ALTER TABLE subject_entry RENAME TO lost").unwrap();
    let failed = store.commit(publish()).await;
    assert!(matches!(failed, Err(CommitError::Store(StoreError::Unavailable(_)))), "{failed:?}");
    assert_eq!(store.subject(sample::subject_id(1)).await.unwrap(), None);
    raw(folder.path()).execute_batch("ALTER TABLE lost RENAME TO subject_entry").unwrap();
    let committed = store.commit(publish()).await.unwrap();
    let entries = store.entries_of(sample::subject_id(1), None, 9).await.unwrap();
    assert_eq!(sample::names(&entries), committed.entries);
}

const FOLDER: &str = "BAILEE_TEST_FULL_DISK";

/// A limit on the size of files stands in for a full disk. It binds a whole process, so the filling is done in one
/// of its own: the test below, which is ignored otherwise.
#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let limited =
        r#"trap '' XFSZ; ulimit -f 3000; exec "$0" --exact tests::writing::fill_the_disk --ignored"#;
    let filling = Command::new("sh")
        .args(["-c", limited])
        .arg(std::env::current_exe().unwrap())
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    assert!(filling.status.success(), "{}", String::from_utf8_lossy(&filling.stdout));
    let acknowledged: u64 =
        std::fs::read_to_string(folder.path().join("acknowledged")).unwrap().parse().unwrap();
    let store = open(folder.path());
    for number in 1..=acknowledged {
        assert!(store.record(sample::record_id(number)).await.unwrap().is_some(), "record {number}");
    }
    assert!(acknowledged > 10, "the disk was full too early to tell: {acknowledged}");
    assert_eq!(store.records(sample::subject_id(1), None, 10_000).await.unwrap().len() as u64, acknowledged);
    change(&store, vec![Change::AddRecord(large(acknowledged + 1))]).await;
}

#[tokio::test]
#[ignore = "run by another test, in a process of its own"]
async fn fill_the_disk() {
    let folder = std::env::var(FOLDER).unwrap();
    let store = open(Path::new(&folder));
    change(&store, sample::with_records(1, [])).await;
    let mut acknowledged = 0;
    let refused = loop {
        let unit = Unit { changes: vec![Change::AddRecord(large(acknowledged + 1))], ..Unit::default() };
        match store.commit(unit).await {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(refused, CommitError::Full);
    assert_eq!(store.records(sample::subject_id(1), None, 10_000).await.unwrap().len() as u64, acknowledged);
    std::fs::write(Path::new(&folder).join("acknowledged"), acknowledged.to_string()).unwrap();
}

fn large(number: u64) -> Record {
    let field = SealedField { name: "body".to_owned(), version: 1, sealed: vec![7; 50_000] };
    Record { fields: vec![field], ..sample::record(1, number) }
}

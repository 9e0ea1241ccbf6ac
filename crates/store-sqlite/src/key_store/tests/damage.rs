//! Crashes at bad moments, damaged files and older copies.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
};

use store::key_store::{Gone, KeyStore, KeyStoreError, Slot, SlotNumber};

use super::{deletion, filled, key, open};
use crate::key_store::{FileKeyStore, KeyStoreHeader, OpenError, journal::Journal};

/// A closed key store with two filled slots, of which the first is destroyed if so wished; returns the first.
async fn closed(folder: &Path, destroy: bool) -> SlotNumber {
    let store = open(folder);
    let first = filled(&store, &[key(1), key(2)]).await;
    if destroy {
        store.destroy(&[deletion(first)]).await.unwrap();
    }
    first
}

#[tokio::test]
async fn a_deletion_that_reached_only_the_journal_is_finished_on_opening() {
    let folder = tempfile::tempdir().unwrap();
    let first = closed(folder.path(), false).await;
    let (journal, _) = Journal::open(&folder.path().join("journal")).unwrap();
    journal.append(&[Gone::Key(deletion(first))]).unwrap();
    drop(journal);
    let store = open(folder.path());
    assert_eq!(store.read(first).await.unwrap(), Slot::Destroyed);
    assert_eq!(store.read(SlotNumber(first.0 + 1)).await.unwrap(), Slot::Live(key(2)));
    assert!(fs::read(folder.path().join("slots")).unwrap().windows(64).all(|bytes| bytes != key(1)));
}

#[tokio::test]
async fn a_torn_last_line_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let first = closed(folder.path(), true).await;
    let path = folder.path().join("journal");
    let whole = fs::read(&path).unwrap();
    for torn in [&whole[..1], &whole[..whole.len() - 1]] {
        OpenOptions::new().append(true).open(&path).unwrap().write_all(torn).unwrap();
        assert_eq!(open(folder.path()).journal(0).await.unwrap().len(), 1);
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
    let store = open(folder.path());
    store.destroy(&[deletion(SlotNumber(first.0 + 1))]).await.unwrap();
    drop(store);
    assert_eq!(open(folder.path()).journal(0).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_a_failed_append_left_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = Journal::open(&path).unwrap();
    fs::write(&path, "x".repeat(5_000)).unwrap();
    journal.append(&[Gone::Key(deletion(SlotNumber(4)))]).unwrap();
    assert_eq!(Journal::open(&path).unwrap().1, [SlotNumber(4)]);
}

#[tokio::test]
async fn a_journal_that_does_not_hang_together_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let first = filled(&store, &[key(1), key(2), key(3)]).await.0;
    let deletions: Vec<_> = (first..first + 3).map(|slot| deletion(SlotNumber(slot))).collect();
    store.destroy(&deletions).await.unwrap();
    drop(store);
    let path = folder.path().join("journal");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let altered = lines[0].replace("books", "bookz");
    for (broken, at) in [
        ([altered.as_str(), lines[1], lines[2]].join("\n"), 2),
        ([lines[0], lines[2], ""].join("\n"), 2),
        ([lines[1], lines[2], ""].join("\n"), 1),
        ([lines[0], "", lines[1], ""].join("\n"), 2),
    ] {
        fs::write(&path, broken + "\n").unwrap();
        let Err(OpenError::Content(KeyStoreError::JournalBroken { sequence })) =
            FileKeyStore::open(folder.path())
        else {
            panic!("opened with a broken journal");
        };
        assert_eq!(sequence, at);
    }
}

#[tokio::test]
async fn a_corrupt_slot_is_never_taken_for_a_destroyed_one() {
    let folder = tempfile::tempdir().unwrap();
    let first = closed(folder.path(), false).await;
    let path = folder.path().join("slots");
    let mut bytes = fs::read(&path).unwrap();
    bytes[usize::try_from(first.0).unwrap() * 128] = 2;
    fs::write(&path, bytes).unwrap();
    let store = open(folder.path());
    assert!(matches!(store.read(first).await, Err(KeyStoreError::Corrupt { slot }) if slot == first));
    store.destroy(&[deletion(first)]).await.unwrap();
    assert_eq!(store.read(first).await.unwrap(), Slot::Destroyed);
    assert_eq!(store.journal(0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_older_copy_of_the_slots_brings_no_key_back() {
    let folder = tempfile::tempdir().unwrap();
    let first = closed(folder.path(), false).await;
    let path = folder.path().join("slots");
    let backup = fs::read(&path).unwrap();
    let store = open(folder.path());
    let later = filled(&store, &[key(3)]).await;
    store.destroy(&[deletion(first), deletion(later)]).await.unwrap();
    drop(store);
    fs::write(&path, backup).unwrap();
    let store = open(folder.path());
    assert_eq!(store.read(first).await.unwrap(), Slot::Destroyed);
    assert_eq!(store.read(later).await.unwrap(), Slot::Destroyed);
    assert!(store.reserve(1).await.unwrap() > later);
}

#[tokio::test]
async fn a_lost_file_is_not_replaced_by_an_empty_one() {
    for name in ["slots", "journal"] {
        let folder = tempfile::tempdir().unwrap();
        closed(folder.path(), true).await;
        let header = KeyStoreHeader { verifier: vec![1], passphrase: None };
        open(folder.path()).write_header(&header).unwrap();
        fs::remove_file(folder.path().join(name)).unwrap();
        let Err(OpenError::Missing { path }) = FileKeyStore::open(folder.path()) else {
            panic!("opened without {name}");
        };
        assert!(path.ends_with(name));
    }
}

#[test]
fn a_crash_while_making_the_files_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    Journal::open(&folder.path().join("journal")).unwrap();
    fs::write(folder.path().join("slots.new"), "half").unwrap();
    open(folder.path());
}

#[test]
fn a_file_of_another_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path());
    fs::write(folder.path().join("slots"), [0; 1024]).unwrap();
    assert!(matches!(FileKeyStore::open(folder.path()), Err(OpenError::Format { .. })));
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fs::write(folder.path().join("root.json"), r#"{"format":2,"verifier":"","passphrase":null}"#).unwrap();
    assert!(matches!(store.header(), Err(OpenError::Format { .. })));
}

//! Attempts to change a published log unnoticed.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::atomic::{AtomicU64, Ordering},
};

use super::{EntryFault, Fault, TileFault, Verified, verify_log};
use crate::{
    Checkpoint, Directory, Hash, LogReader, Tree,
    leaf::LEAF_SIZE,
    tests::fixture::{Memory, leaf, signing_key},
};

/// Two full tiles, one unfinished one and one of level 1.
const SIZE: u64 = 600;

/// An entry and its length.
const STRIDE: usize = LEAF_SIZE + 2;

fn verify_against(log: &dyn LogReader, against: Option<&Checkpoint>) -> Result<Verified, Fault> {
    let threads = NonZeroUsize::new(3).unwrap();
    verify_log(log, signing_key().verifying_key(), against, threads, &|_| ())
}

fn verify(log: &dyn LogReader) -> Result<Verified, Fault> {
    verify_against(log, None)
}

fn file<'a>(log: &'a mut Memory, path: &str) -> &'a mut Vec<u8> {
    log.files.get_mut(path).unwrap()
}

/// Changes an entry, and the hash of level 0 with it.
fn replace_entry(log: &mut Memory, index: usize) {
    let (bundle, place) = (index / 256, index % 256);
    let suffix = if bundle == 2 { ".p/88" } else { "" };
    let entry = leaf(index as u64, 1);
    file(log, &format!("tile/entries/{bundle:03}{suffix}"))[place * STRIDE + 2..][..LEAF_SIZE]
        .copy_from_slice(&entry.encode());
    file(log, &format!("tile/0/{bundle:03}{suffix}"))[place * 32..][..32].copy_from_slice(&entry.hash().0);
}

#[test]
fn a_log_that_holds() {
    for size in [0, 1, 255, 256, 257, SIZE, 1024] {
        let (log, read) = (Memory::of_size(size), AtomicU64::new(0));
        let count = |entries| {
            read.fetch_add(entries, Ordering::Relaxed);
        };
        let threads = NonZeroUsize::new(2).unwrap();
        let verified = verify_log(&log, signing_key().verifying_key(), None, threads, &count).unwrap();
        assert_eq!((verified.entries, read.into_inner()), (size, size));
    }
}

#[test]
fn a_directory_holds_what_memory_held() {
    let (log, directory) = (Memory::of_size(SIZE), tempfile::tempdir().unwrap());
    for (path, bytes) in &log.files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let reader = Directory::new(directory.path());
    assert_eq!(verify(&reader).unwrap().checkpoint, log.checkpoint());
    assert_eq!(Tree::resume(SIZE, &reader).unwrap().root(), log.checkpoint().root);
    std::fs::remove_file(directory.path().join("tile/entries/001")).unwrap();
    let fault = verify(&reader).unwrap_err();
    assert!(matches!(fault, Fault::Entry { index: 256, fault: EntryFault::Unreadable(_) }), "{fault}");
}

/// Every fault a single changed byte leads to is the one that names its place.
fn flip_each(step: usize) {
    let log = Memory::of_size(SIZE);
    for (path, bytes) in &log.files {
        for position in (0..bytes.len()).step_by(if path == "checkpoint" { 1 } else { step }) {
            let mut changed = log.clone();
            file(&mut changed, path)[position] ^= 1 << (position % 8);
            let fault = verify(&changed).expect_err(path);
            assert!(names(&fault, path, position), "byte {position} of {path}: {fault}");
        }
    }
}

fn names(fault: &Fault, file: &str, position: usize) -> bool {
    match (fault, file.strip_prefix("tile/entries/")) {
        (Fault::Entry { index, .. }, Some(bundle)) => {
            let bundle: usize = bundle[..3].parse().unwrap();
            *index == (bundle * 256 + position / STRIDE) as u64
        }
        (Fault::Tile { path, fault: TileFault::Differs { position: hash } }, None) => {
            path.to_string() == file && usize::from(*hash) == position / 32
        }
        (Fault::Checkpoint(_) | Fault::Unreadable(_), None) => file == "checkpoint",
        _ => false,
    }
}

#[test]
fn a_flipped_bit_is_found_and_named() {
    flip_each(17);
}

#[test]
#[ignore = "45,000 verifications take half a minute; run it after changing how logs are verified"]
fn every_flipped_bit_is_found_and_named() {
    flip_each(1);
}

#[test]
fn cut_and_lengthened_files_are_found_and_named() {
    let log = Memory::of_size(SIZE);
    for path in log.files.keys().filter(|path| *path != "checkpoint") {
        for change in
            [|bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1), |bytes: &mut Vec<u8>| bytes.push(0)]
        {
            let mut changed = log.clone();
            change(file(&mut changed, path));
            match verify(&changed).expect_err(path) {
                Fault::Entry { index, fault: EntryFault::Bundle(_) | EntryFault::Overrun } => {
                    assert!(path.contains("entries") && [255, 511, 599].contains(&index), "{path}: {index}");
                }
                Fault::Tile { path: named, fault: TileFault::Length(_) } => {
                    assert_eq!(&named.to_string(), path);
                }
                fault => panic!("{path}: {fault}"),
            }
        }
    }
}

#[test]
fn missing_files_are_named() {
    let log = Memory::of_size(SIZE);
    for path in log.files.keys() {
        let mut changed = log.clone();
        changed.files.remove(path);
        let fault = verify(&changed).expect_err(path);
        assert!(fault.to_string().contains(&format!("{path} is missing")), "{path}: {fault}");
    }
}

#[test]
fn the_first_of_many_bad_entries_is_named() {
    let mut log = Memory::of_size(20 * 256);
    for index in [4000_usize, 3001, 3000, 5000, 4999] {
        let path = format!("tile/entries/{:03}", index / 256);
        file(&mut log, &path)[index % 256 * STRIDE + 40] ^= 1;
    }
    // A bundle that cannot be read hides what comes after it, not what comes before.
    log.files.remove("tile/entries/013");
    for _ in 0..20 {
        let fault = verify(&log).unwrap_err();
        assert!(matches!(fault, Fault::Entry { index: 3000, fault: EntryFault::Differs { .. } }), "{fault}");
    }
}

#[test]
fn entries_replaced_with_their_tile_are_found_by_what_is_above() {
    let mut log = Memory::of_size(SIZE);
    replace_entry(&mut log, 300);
    let fault = verify(&log).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "tile/0/001 and the entries beneath it do not match tile/1/000.p/2: they were replaced together"
    );
    let mut log = Memory::of_size(SIZE);
    replace_entry(&mut log, 599);
    assert!(matches!(verify(&log).unwrap_err(), Fault::Root { size: SIZE }));
}

#[test]
fn a_whole_other_log_under_an_old_signature_is_found() {
    let mut other = forked_at(10);
    other.files.insert("checkpoint".to_owned(), Memory::of_size(SIZE).files["checkpoint"].clone());
    assert!(matches!(verify(&other).unwrap_err(), Fault::Root { size: SIZE }));
}

/// A log that its key has signed, which parts from `Memory::of_size` at `index`.
fn forked_at(index: u64) -> Memory {
    let entry = |place| leaf(place, u8::from(place >= index)).encode().to_vec();
    Memory::publish(&(0..SIZE).map(entry).collect::<Vec<_>>())
}

#[test]
fn a_log_must_extend_what_was_known_of_it() {
    let log = Memory::of_size(SIZE);
    for size in [0, 1, 255, 256, 300, 512, 599, SIZE] {
        verify_against(&log, Some(&Memory::of_size(size).checkpoint())).unwrap();
    }
    let rolled_back = verify_against(&log, Some(&Memory::of_size(SIZE + 1).checkpoint())).unwrap_err();
    assert!(matches!(rolled_back, Fault::RolledBack { known: 601, found: SIZE }), "{rolled_back}");
    let known = Memory::of_size(300).checkpoint();
    verify_against(&forked_at(300), Some(&known)).unwrap();
    let forked = verify_against(&forked_at(299), Some(&known)).unwrap_err();
    assert!(matches!(forked, Fault::Forked { size: 300 }), "{forked}");
    let same_size = verify_against(&forked_at(299), Some(&log.checkpoint())).unwrap_err();
    assert!(matches!(same_size, Fault::Forked { size: SIZE }), "{same_size}");
    let elsewhere = Checkpoint { origin: "example.com/other".to_owned(), ..known };
    assert!(matches!(verify_against(&log, Some(&elsewhere)), Err(Fault::OtherLog { .. })));
}

#[test]
fn an_entry_that_is_no_leaf_is_named_though_it_was_signed() {
    let mut entries: Vec<_> = (0..SIZE).map(|index| leaf(index, 0).encode().to_vec()).collect();
    entries[511][0] = 2;
    let fault = verify(&Memory::publish(&entries)).unwrap_err();
    assert!(matches!(fault, Fault::Entry { index: 511, fault: EntryFault::Leaf(_) }), "{fault}");
}

#[test]
fn a_dropped_partial_tile_is_read_from_the_full_one() {
    let (mut log, older) = (Memory::of_size(1024), Memory::of_size(SIZE));
    log.files.insert("checkpoint".to_owned(), older.files["checkpoint"].clone());
    // Level 1 is still unfinished in the larger log, so that its own partial tile must be there.
    log.files.insert("tile/1/000.p/2".to_owned(), older.files["tile/1/000.p/2"].clone());
    assert_eq!(verify(&log).unwrap().entries, SIZE);
    file(&mut log, "tile/entries/002")[87 * STRIDE + 2 + 40] ^= 1;
    assert!(matches!(verify(&log).unwrap_err(), Fault::Entry { index: 599, .. }));
}

#[test]
fn a_signed_size_that_is_absurd_costs_nothing() {
    let mut log = Memory { files: HashMap::new() };
    log.sign(u64::MAX, Hash([0; 32]));
    assert!(matches!(verify(&log).unwrap_err(), Fault::Entry { index: 0, .. }));
}

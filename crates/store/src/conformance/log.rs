//! The audit log as it is stored.

use std::collections::HashSet;

use domain::EntryId;

use super::{append, change, commit, commit_together, refused, sample};
use crate::{
    Change, Conflict, Expect, Store, Unit,
    audit::{Bundle, LogState, PrivateEntry, TileRow},
};

/// Entries come back in the order of the unit, and nothing is there under any other name.
pub async fn entries_are_named_and_kept(store: &dyn Store) {
    let committed = append(store, (1..=8).map(|number| sample::entry(None, number)).collect()).await;
    assert_eq!(committed.entries.len(), 8);
    for (entry, number) in committed.entries.iter().zip(1..) {
        let sealed = format!("detail {number}").into_bytes();
        let expected = PrivateEntry { nonce: sample::bytes(number), sealed };
        assert_eq!(store.private_entry(*entry).await.unwrap(), Some(expected));
        assert_eq!(store.index_of(*entry).await.unwrap(), Some(None), "not sequenced yet");
    }
    let last = committed.entries[7];
    for absent in [
        EntryId { position: last.position + 1, ..last },
        EntryId { bundle: last.bundle + 1, ..last },
        EntryId { bundle: 0, position: 0 },
        EntryId { bundle: u64::MAX, position: u32::MAX },
    ] {
        assert_eq!(store.private_entry(absent).await.unwrap(), None, "{absent}");
        assert_eq!(store.index_of(absent).await.unwrap(), None, "{absent}");
    }
}

/// Nor does it leave an empty bundle to be sequenced.
pub async fn a_unit_without_entries_names_none(store: &dyn Store) {
    let committed = change(store, vec![Change::AddSubject(sample::subject(1))]).await;
    assert_eq!((committed.entries, committed.purged), (Vec::new(), 0));
    assert_eq!(store.unsequenced(9).await.unwrap(), []);
}

/// However commits are grouped, every entry has a name of its own and stands once in one bundle.
pub async fn concurrent_entries_are_there_exactly_once(store: &dyn Store) {
    let unit = |number: u64| Unit {
        entries: vec![sample::entry(None, number * 2), sample::entry(Some(1), number * 2 + 1)],
        ..Unit::default()
    };
    let outcomes = commit_together(store, (0..50).map(unit).collect()).await;
    let mut names = HashSet::new();
    for (number, outcome) in (0..).zip(outcomes) {
        let entries = outcome.unwrap().entries;
        for (entry, number) in entries.iter().zip([number * 2, number * 2 + 1]) {
            assert!(names.insert(*entry), "{entry} was given twice");
            let private = store.private_entry(*entry).await.unwrap().unwrap();
            assert_eq!(private.nonce, sample::bytes(number));
        }
    }
    let bundles = store.unsequenced(1_000).await.unwrap();
    let mut leaves: Vec<Vec<u8>> = bundles.iter().flat_map(|bundle| bundle.leaves.clone()).collect();
    let mut expected: Vec<Vec<u8>> = (0..100).map(sample::leaf).collect();
    leaves.sort_unstable();
    expected.sort_unstable();
    assert_eq!(leaves, expected);
    let mut numbers: Vec<u64> = bundles.iter().map(|bundle| bundle.number).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    numbers.dedup();
    assert_eq!(numbers.len(), bundles.len());
    assert_eq!(store.entries_of(sample::subject_id(1), None, 99).await.unwrap().len(), 50);
}

/// Page by page, each entry once, and only those of the subject.
pub async fn entries_of_a_subject_come_newest_first(store: &dyn Store) {
    let mut expected = Vec::new();
    for number in 0..5 {
        let entries = vec![
            sample::entry(Some(1), number),
            sample::entry(Some(2), 50),
            sample::entry(None, 51),
            sample::entry(Some(1), number + 20),
        ];
        let committed = append(store, entries).await;
        expected.extend([committed.entries[0], committed.entries[3]]);
    }
    expected.reverse();
    let bundles = store.unsequenced(9).await.unwrap();
    change(store, vec![advance(vec![(bundles[0].number, 0), (bundles[1].number, 4)], 8)]).await;
    for limit in [1, 3, 10, 11] {
        let (mut listed, mut before) = (Vec::new(), None);
        loop {
            let page = store.entries_of(sample::subject_id(1), before, limit).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.entry);
            for found in &page {
                assert_eq!(Some(&found.private), store.private_entry(found.entry).await.unwrap().as_ref());
                assert_eq!(Some(found.index), store.index_of(found.entry).await.unwrap());
            }
            listed.extend(sample::names(&page));
        }
        assert_eq!(listed, expected, "{limit} at a time");
    }
    assert_eq!(store.entries_of(sample::subject_id(3), None, 9).await.unwrap(), []);
}

/// Places bundles of 3, 1 and 4 entries; returns their numbers.
async fn three_bundles(store: &dyn Store) -> [Bundle; 3] {
    for numbers in [0..3, 3..4, 4..8] {
        append(store, numbers.map(|number| sample::entry(None, number)).collect()).await;
    }
    store.unsequenced(9).await.unwrap().try_into().unwrap()
}

pub(super) fn advance(placed: Vec<(u64, u64)>, size: u64) -> Change {
    Change::AdvanceLog { placed, tiles: Vec::new(), size }
}

/// In the order of their numbers, with every leaf, and no more once they have their place.
pub async fn bundles_wait_until_they_are_placed(store: &dyn Store) {
    let bundles = three_bundles(store).await;
    let expected = [0..3, 3..4, 4..8].map(|numbers| numbers.map(sample::leaf).collect::<Vec<_>>());
    for (bundle, leaves) in bundles.iter().zip(expected) {
        assert_eq!((bundle.first_index, &bundle.leaves), (None, &leaves));
    }
    assert!(bundles.is_sorted_by_key(|bundle| bundle.number));
    let [first, second, third] = bundles;
    assert_eq!(store.unsequenced(2).await.unwrap(), [first.clone(), second.clone()]);
    change(store, vec![advance(vec![(first.number, 0), (second.number, 3)], 4)]).await;
    assert_eq!(store.unsequenced(9).await.unwrap(), [third]);
    let state = LogState { epoch: 1, size: 4, checkpoint: String::new() };
    assert_eq!(store.log_state().await.unwrap(), state);
}

async fn placed(store: &dyn Store) -> [Bundle; 3] {
    let bundles = three_bundles(store).await;
    let places = bundles.iter().map(|bundle| bundle.number).zip([0, 3, 4]).collect();
    change(store, vec![advance(places, 8)]).await;
    bundles
}

/// Any range, within one bundle or over several.
pub async fn leaves_are_read_across_bundles(store: &dyn Store) {
    assert_eq!(store.leaves(0, 9).await.unwrap(), Vec::<Vec<u8>>::new());
    placed(store).await;
    append(store, vec![sample::entry(None, 99)]).await;
    for from in 0..=9 {
        for to in from..=9 {
            let expected: Vec<_> = (from..to.min(8)).map(sample::leaf).collect();
            assert_eq!(store.leaves(from, to).await.unwrap(), expected, "{from}..{to}");
        }
    }
}

/// The place of an entry and the entry at a place agree, and there is nothing after the last.
pub async fn entries_and_places_name_each_other(store: &dyn Store) {
    assert_eq!(store.entry_at(0).await.unwrap(), None);
    let bundles = placed(store).await;
    let mut index = 0;
    for (bundle, count) in bundles.iter().zip([3, 1, 4]) {
        for position in 0..count {
            let entry = EntryId { bundle: bundle.number, position };
            assert_eq!(store.entry_at(index).await.unwrap(), Some(entry));
            assert_eq!(store.index_of(entry).await.unwrap(), Some(Some(index)));
            index += 1;
        }
    }
    append(store, vec![sample::entry(None, 99)]).await;
    for absent in [8, 9, u64::MAX] {
        assert_eq!(store.entry_at(absent).await.unwrap(), None);
    }
}

/// A tile has one content at its place.
pub async fn tiles_are_replaced(store: &dyn Store) {
    let put = |level, index, byte, width: usize| Change::AdvanceLog {
        placed: Vec::new(),
        tiles: vec![TileRow { level, index, hashes: vec![byte; width * 32] }],
        size: 1,
    };
    let tile = async |level, index| store.tile(level, index).await.unwrap();
    change(store, vec![put(0, 0, 1, 2), put(1, 0, 2, 1), put(0, 1, 3, 1)]).await;
    assert_eq!(tile(0, 0).await, Some(vec![1; 64]));
    change(store, vec![put(0, 0, 4, 256)]).await;
    assert_eq!(tile(0, 0).await, Some(vec![4; 8_192]));
    assert_eq!((tile(1, 0).await, tile(0, 1).await), (Some(vec![2; 32]), Some(vec![3; 32])));
    assert_eq!(tile(2, 0).await, None);
}

/// Of two who move the log on from the same epoch, one does; the other leaves nothing.
pub async fn the_log_moves_on_once_an_epoch(store: &dyn Store) {
    let [first, ..] = three_bundles(store).await;
    let unit = |size| Unit {
        expects: vec![Expect::Log { epoch: 0 }],
        changes: vec![advance(vec![(first.number, 0)], size)],
        ..Unit::default()
    };
    let outcomes = commit_together(store, vec![unit(3), unit(3)]).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let state = store.log_state().await.unwrap();
    assert_eq!((state.epoch, state.size), (1, 3));
    commit(store, Unit { expects: vec![Expect::Log { epoch: 1 }], ..Unit::default() }).await;
}

/// A bundle that has its place keeps it, and one that is not there gets none.
pub async fn a_bundle_is_placed_once(store: &dyn Store) {
    let [first, second, third] = placed(store).await;
    for number in [first.number, third.number + 1] {
        refused(store, vec![advance(vec![(number, 8)], 12)], Conflict::Log).await;
    }
    let entry = EntryId { bundle: second.number, position: 0 };
    assert_eq!(store.index_of(entry).await.unwrap(), Some(Some(3)));
    assert_eq!(store.log_state().await.unwrap().size, 8);
}

/// The latest stands; publishing one does not move the log on.
pub async fn checkpoints_are_replaced(store: &dyn Store) {
    assert_eq!(store.log_state().await.unwrap(), LogState::default());
    for text in ["one\n", "two\n"] {
        change(store, vec![Change::PutCheckpoint(text.to_owned())]).await;
        let expected = LogState { checkpoint: text.to_owned(), ..LogState::default() };
        assert_eq!(store.log_state().await.unwrap(), expected);
    }
}

/// From any number on, page by page, whether or not they have their place; of each entry whom it is about.
pub async fn bundles_are_read_with_whom_they_are_about(store: &dyn Store) {
    assert_eq!(store.private_bundles(0, 9).await.unwrap(), []);
    let entries =
        |about: Option<u64>| (0..3).map(move |place| sample::entry(about.filter(|_| place != 1), place));
    for about in [Some(1), None, Some(2), Some(1)] {
        append(store, entries(about).collect()).await;
    }
    let bundles = store.unsequenced(9).await.unwrap();
    change(store, vec![advance(vec![(bundles[0].number, 0)], 3)]).await;
    let (mut read, mut from) = (Vec::new(), 0);
    loop {
        let page = store.private_bundles(from, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        from = last.bundle.number + 1;
        read.extend(page);
    }
    let numbers: Vec<u64> = bundles.iter().map(|bundle| bundle.number).collect();
    assert_eq!(read.iter().map(|one| one.bundle.number).collect::<Vec<_>>(), numbers);
    assert_eq!(
        read.iter().map(|one| one.bundle.first_index).collect::<Vec<_>>(),
        [Some(0), None, None, None]
    );
    for (one, about) in read.iter().zip([Some(1), None, Some(2), Some(1)]) {
        assert_eq!((one.bundle.leaves.len(), one.entries.len()), (3, 3));
        for (position, private) in (0..).zip(&one.entries) {
            let entry = EntryId { bundle: one.bundle.number, position };
            assert_eq!(Some(private), store.private_entry(entry).await.unwrap().as_ref());
            let expected = about.filter(|_| position != 1).map(sample::subject_id);
            assert_eq!(one.about.get(&position).copied(), expected, "{entry}");
        }
    }
    change(store, vec![Change::AddSubject(sample::subject(1))]).await;
    let purge = Change::Purge { subject: sample::subject_id(1), keep: Vec::new(), audit: true, limit: 99 };
    change(store, vec![purge]).await;
    let read = store.private_bundles(numbers[2], 9).await.unwrap();
    assert_eq!((read.len(), read[0].about.len(), read[1].about.len()), (2, 2, 0));
}

//! Records, the blind index and idempotency keys.

use domain::{Metadata, Record, Source, record::SealedField};

use super::{change, commit, refused, sample};
use crate::{
    Change, Conflict, Store, Unit,
    records::{Held, Replay},
    retention::Expired,
};

/// A record comes with its subject and the subject's keys.
pub async fn records_read_back_with_whose_they_are(store: &dyn Store) {
    let binding = sample::binding(1, "books", 4);
    let metadata = Metadata {
        collected_for: Vec::new(),
        shared_with: Vec::new(),
        objections: Vec::new(),
        automated: Vec::new(),
        flags: vec!["sensitive:health".to_owned()],
        source: Source::Observed,
        ends_by: Some(sample::time(41)),
        version: 7,
        ..sample::metadata(Some(40))
    };
    let bare = Record { fields: Vec::new(), metadata, ..sample::record(1, 6) };
    change(store, sample::with_records(1, [sample::record(1, 5), bare.clone()])).await;
    change(store, vec![Change::AddKeyBinding(binding.clone())]).await;
    for record in [sample::record(1, 5), bare] {
        let held = Held { record: record.clone(), subject: sample::subject(1), keys: vec![binding.clone()] };
        assert_eq!(store.record(record.id).await.unwrap(), Some(held));
    }
    assert_eq!(store.record(sample::record_id(9)).await.unwrap(), None);
}

/// An id is taken once.
pub async fn a_record_is_added_once(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::record(1, 5)])).await;
    refused(store, vec![Change::AddRecord(sample::ending(1, 5, 1))], Conflict::Exists).await;
    assert_eq!(listed(store, None, 9).await, [sample::record(1, 5)]);
}

/// A record that is not there can neither be replaced nor removed.
pub async fn records_are_replaced_and_removed(store: &dyn Store) {
    let replaced = Record {
        version: 2,
        changed_at: sample::time(50),
        metadata: sample::metadata(Some(60)),
        fields: vec![SealedField { name: "body".to_owned(), version: 2, sealed: vec![9; 5_000] }],
        ..sample::record(1, 5)
    };
    let remove = || vec![Change::RemoveRecord(sample::record_id(5))];
    refused(store, vec![Change::ReplaceRecord(replaced.clone())], Conflict::Record).await;
    refused(store, remove(), Conflict::Record).await;
    change(store, sample::with_records(1, [sample::record(1, 5)])).await;
    change(store, vec![Change::ReplaceRecord(replaced.clone())]).await;
    assert_eq!(listed(store, None, 9).await, [replaced]);
    change(store, remove()).await;
    assert_eq!(listed(store, None, 9).await, []);
    refused(store, remove(), Conflict::Record).await;
}

/// A replacement moves the end of a record; the rest of its metadata is changed by its own way only.
pub async fn a_replacement_leaves_the_metadata(store: &dyn Store) {
    let stored = sample::ending(1, 5, 20);
    change(store, sample::with_records(1, [stored.clone()])).await;
    let metadata = Metadata {
        version: 9,
        objections: Vec::new(),
        automated: Vec::new(),
        shared_with: Vec::new(),
        source: Source::Observed,
        ..sample::metadata(Some(60))
    };
    change(store, vec![Change::ReplaceRecord(Record { version: 2, metadata, ..stored.clone() })]).await;
    let expected = Record { version: 2, metadata: sample::metadata(Some(60)), ..stored };
    assert_eq!(listed(store, None, 9).await, [expected]);
}

/// A replacement that names another subject, type or class is refused: keys and counts hang on them.
pub async fn a_replacement_keeps_what_a_record_is_of(store: &dyn Store) {
    let stored = sample::record(1, 5);
    change(store, sample::with_records(1, [stored.clone()])).await;
    for other in [
        Record { subject: sample::subject_id(2), ..stored.clone() },
        Record { record_type: "message".to_owned(), ..stored.clone() },
        Record { class: "archive".to_owned(), ..stored.clone() },
    ] {
        refused(store, vec![Change::ReplaceRecord(other)], Conflict::Record).await;
    }
    assert_eq!(listed(store, None, 9).await, [stored]);
}

async fn listed(store: &dyn Store, after: Option<u64>, limit: u32) -> Vec<Record> {
    store.records(sample::subject_id(1), after.map(sample::record_id), limit).await.unwrap()
}

/// Only the subject's own, in the order of their ids, from after the cursor on.
pub async fn records_are_listed_by_cursor(store: &dyn Store) {
    let records: Vec<Record> = [3, 5, 300].map(|number| sample::record(1, number)).into();
    change(store, sample::with_records(1, records.iter().rev().cloned())).await;
    change(store, sample::with_records(2, [sample::record(2, 4)])).await;
    assert_eq!(listed(store, None, 9).await, records);
    assert_eq!(listed(store, None, 2).await, records[..2]);
    assert_eq!(listed(store, Some(3), 1).await, records[1..2]);
    assert_eq!(listed(store, Some(4), 9).await, records[1..]);
    assert_eq!(listed(store, Some(300), 9).await, []);
}

/// Whosever they are, in the order of their ids, each once.
pub async fn records_of_all_subjects_are_walked(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::record(1, 300), sample::record(1, 3)])).await;
    change(store, sample::with_records(2, [sample::record(2, 4)])).await;
    let expected = [sample::record(1, 3), sample::record(2, 4), sample::record(1, 300)];
    for limit in [1, 2, 3, 9] {
        let mut walked: Vec<Record> = Vec::new();
        loop {
            let after = walked.last().map(|record| record.id);
            let page = store.all_records(after, limit).await.unwrap();
            if page.is_empty() {
                break;
            }
            walked.extend(page);
        }
        assert_eq!(walked, expected, "{limit} at a time");
    }
}

/// A record is over at the very moment of its end; one without end never is.
pub async fn expired_records_come_oldest_first(store: &dyn Store) {
    let records = [sample::ending(1, 1, 30), sample::ending(1, 2, 10), sample::ending(1, 3, 20)];
    change(store, sample::with_records(1, records.clone())).await;
    change(store, vec![Change::AddRecord(sample::record(1, 4))]).await;
    let expired = async |second, limit| store.expired(sample::time(second), limit).await.unwrap();
    let [last, first, second] = records.map(|record| Expired {
        record: record.id,
        version: record.version,
        record_type: record.record_type,
        class: record.class,
        ended_at: record.metadata.expires_at.unwrap(),
        subject: record.subject,
        subject_version: sample::subject(1).version,
    });
    assert_eq!(expired(9, 9).await, []);
    assert_eq!(expired(10, 9).await, std::slice::from_ref(&first));
    assert_eq!(expired(29, 9).await, [first.clone(), second.clone()]);
    assert_eq!(expired(1_000, 1).await, std::slice::from_ref(&first));
    assert_eq!(expired(1_000, 9).await, [first, second, last]);
}

/// A tag is found within its account only; adding it again adds nothing.
pub async fn index_rows_are_found_within_an_account(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::record(1, 5), sample::record(1, 6)])).await;
    let (row, other) = (sample::index_row(1, 1, 5), sample::index_row(1, 1, 6));
    for one in [&row, &row, &other] {
        change(store, vec![Change::AddIndexRow(sample::account_id(1), one.clone())]).await;
    }
    let found = async |account, tag, limit| {
        store.lookup(sample::account_id(account), &[tag; 32], limit).await.unwrap()
    };
    assert_eq!(found(1, 1, 9).await, [row.clone(), other]);
    assert_eq!(found(1, 1, 1).await, std::slice::from_ref(&row));
    assert_eq!(found(2, 1, 9).await, []);
    assert_eq!(found(1, 2, 9).await, []);
    assert_eq!(store.index_rows(sample::record_id(5)).await.unwrap(), [row]);
}

/// A row can be removed by itself; removing the record removes the rest.
pub async fn index_rows_go_alone_and_with_their_record(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::record(1, 5), sample::record(1, 6)])).await;
    for (tag, record) in [(1, 5), (2, 5), (3, 6)] {
        let row = sample::index_row(tag, 1, record);
        change(store, vec![Change::AddIndexRow(sample::account_id(1), row)]).await;
    }
    let rows = async |record| store.index_rows(sample::record_id(record)).await.unwrap();
    change(store, vec![Change::RemoveIndexRow(sample::index_row(1, 1, 5))]).await;
    assert_eq!(rows(5).await, [sample::index_row(2, 1, 5)]);
    change(store, vec![Change::RemoveRecord(sample::record_id(5))]).await;
    assert_eq!(rows(5).await, []);
    assert_eq!(rows(6).await, [sample::index_row(3, 1, 6)]);
    assert_eq!(store.lookup(sample::account_id(1), &[2; 32], 9).await.unwrap(), []);
}

/// The second use of a key is refused with the whole unit; the first names its first entry.
pub async fn replays_are_unique_and_tied_to_their_entry(store: &dyn Store) {
    assert_eq!(store.replay(&[3; 32]).await.unwrap(), None);
    let unit = Unit {
        changes: vec![Change::AddReplay(sample::replay(3, 1))],
        entries: vec![sample::entry(None, 1), sample::entry(None, 2)],
        ..Unit::default()
    };
    let committed = commit(store, unit).await;
    let expected = Replay { entry: committed.entries.first().copied(), ..sample::replay(3, 1) };
    assert!(expected.entry.is_some());
    assert_eq!(store.replay(&[3; 32]).await.unwrap(), Some(expected.clone()));
    let again = Replay { result: [0; 16], ..sample::replay(3, 2) };
    let changes = vec![Change::AddSubject(sample::subject(1)), Change::AddReplay(again)];
    refused(store, changes, Conflict::IdempotencyKey).await;
    assert_eq!(store.replay(&[3; 32]).await.unwrap(), Some(expected));
    assert_eq!(store.subject(sample::subject_id(1)).await.unwrap(), None);
}

/// Nor does it name an entry of another unit that was committed with it.
pub async fn a_replay_of_a_unit_without_entries_has_none(store: &dyn Store) {
    let with_entry = Unit { entries: vec![sample::entry(None, 1)], ..Unit::default() };
    let without = Unit { changes: vec![Change::AddReplay(sample::replay(3, 1))], ..Unit::default() };
    for outcome in super::commit_together(store, vec![with_entry.clone(), without, with_entry]).await {
        outcome.unwrap();
    }
    assert_eq!(store.replay(&[3; 32]).await.unwrap(), Some(sample::replay(3, 1)));
}

/// Those before the moment go; one of that very moment stays.
pub async fn old_replays_are_forgotten(store: &dyn Store) {
    for (key, second) in [(1, 10), (2, 20), (3, 30)] {
        change(store, vec![Change::AddReplay(sample::replay(key, second))]).await;
    }
    change(store, vec![Change::RemoveReplaysBefore(sample::time(20))]).await;
    for (key, kept) in [(1, false), (2, true), (3, true)] {
        assert_eq!(store.replay(&[key; 32]).await.unwrap().is_some(), kept, "{key}");
    }
}

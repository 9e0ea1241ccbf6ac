//! What a subject has, by record type: kept with every change, so that an erasure need not count.

use domain::Record;

use super::{change, sample};
use crate::{Change, Store, records::TypeCount};

async fn counts(store: &dyn Store) -> Vec<TypeCount> {
    store.type_counts(sample::subject_id(1)).await.unwrap()
}

fn orders(records: u64, last_expiry: Option<i64>) -> TypeCount {
    TypeCount {
        record_type: "order".to_owned(),
        class: "books".to_owned(),
        records,
        last_expiry: last_expiry.map(sample::time),
    }
}

fn messages(records: u64) -> TypeCount {
    TypeCount { record_type: "message".to_owned(), class: "inbox".to_owned(), ..orders(records, None) }
}

fn message(number: u64) -> Record {
    Record { record_type: "message".to_owned(), class: "inbox".to_owned(), ..sample::record(1, number) }
}

/// Each type of each class by itself, and of each subject; a type that is empty is not listed.
pub async fn counts_follow_additions_and_removals(store: &dyn Store) {
    assert_eq!(counts(store).await, []);
    change(store, sample::with_records(2, [sample::record(2, 9)])).await;
    change(store, sample::with_records(1, [sample::record(1, 1), message(2), sample::record(1, 3)])).await;
    assert_eq!(counts(store).await, [messages(1), orders(2, None)]);
    let replaced = Record { version: 2, ..sample::record(1, 1) };
    change(store, vec![Change::ReplaceRecord(replaced)]).await;
    assert_eq!(counts(store).await, [messages(1), orders(2, None)]);
    change(store, vec![Change::RemoveRecord(sample::record_id(2))]).await;
    assert_eq!(counts(store).await, [orders(2, None)]);
    for number in [1, 3] {
        change(store, vec![Change::RemoveRecord(sample::record_id(number))]).await;
    }
    assert_eq!(counts(store).await, []);
}

/// It is never before the end of a record that is there: a later one moves it, and so does a replacement.
pub async fn the_last_expiry_covers_every_record(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::ending(1, 1, 20), sample::ending(1, 2, 10)])).await;
    assert_eq!(counts(store).await, [orders(2, Some(20))]);
    change(store, vec![Change::AddRecord(sample::ending(1, 3, 30))]).await;
    assert_eq!(counts(store).await, [orders(3, Some(30))]);
    change(store, vec![Change::ReplaceRecord(sample::ending(1, 2, 40))]).await;
    assert_eq!(counts(store).await, [orders(3, Some(40))]);
    change(store, vec![Change::RemoveRecord(sample::record_id(2))]).await;
    let left = counts(store).await;
    assert!(left[0].last_expiry.is_some_and(|last| last >= sample::time(30)), "{left:?}");
}

/// Whether it came first or last, or lost its end by a replacement.
pub async fn one_record_without_end_has_no_last_expiry(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::record(1, 1), sample::ending(1, 2, 10)])).await;
    assert_eq!(counts(store).await, [orders(2, None)]);
    change(store, vec![Change::RemoveRecord(sample::record_id(1))]).await;
    change(store, vec![Change::RemoveRecord(sample::record_id(2))]).await;
    change(store, vec![Change::AddRecord(sample::ending(1, 3, 10))]).await;
    assert_eq!(counts(store).await, [orders(1, Some(10))]);
    change(store, vec![Change::ReplaceRecord(sample::record(1, 3))]).await;
    assert_eq!(counts(store).await, [orders(1, None)]);
}

/// What was remembered of records that are gone does not burden those that come.
pub async fn a_type_that_was_empty_begins_anew(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::ending(1, 1, 90)])).await;
    change(store, vec![Change::RemoveRecord(sample::record_id(1))]).await;
    change(store, vec![Change::AddRecord(sample::ending(1, 2, 10))]).await;
    assert_eq!(counts(store).await, [orders(1, Some(10))]);
}

/// From the first step of a purge on, only what is kept is held.
pub async fn purged_types_are_not_counted(store: &dyn Store) {
    let records = [sample::record(1, 1), message(2), message(3), message(4)];
    change(store, sample::with_records(1, records)).await;
    for _ in 0..5 {
        let step = Change::Purge {
            subject: sample::subject_id(1),
            keep: vec!["order".to_owned()],
            audit: false,
            limit: 1,
        };
        change(store, vec![step]).await;
        assert_eq!(counts(store).await, [orders(1, None)]);
    }
}

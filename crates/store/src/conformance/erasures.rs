//! Erasures from the tombstone to the last purged row.

use domain::{Erasure, ErasureState, Record};

use super::{append, change, commit, refused, sample};
use crate::{Change, Conflict, Store, Unit};

async fn begun(store: &dyn Store, number: u64) {
    change(store, vec![Change::AddSubject(sample::subject(number))]).await;
    change(store, vec![Change::AddErasure(sample::erasure(number))]).await;
}

async fn shred(store: &dyn Store, number: u64) -> Erasure {
    let changes = vec![Change::ReplaceErasure(sample::shredded(number))];
    let entries = vec![sample::entry(None, 1), sample::entry(None, 2)];
    let committed = commit(store, Unit { changes, entries, ..Unit::default() }).await;
    let mut certificate = sample::certificate(number);
    certificate.entry = committed.entries.first().copied();
    Erasure { state: ErasureState::Shredded(certificate), ..sample::erasure(number) }
}

/// It reads as it stands at each step, by its own id and by its subject; the certificate names its entry.
pub async fn an_erasure_goes_through_its_states(store: &dyn Store) {
    assert_eq!(store.erasure(sample::erasure_id(1)).await.unwrap(), None);
    assert_eq!(store.erasure_of(sample::subject_id(1)).await.unwrap(), None);
    begun(store, 1).await;
    stands(store, &sample::erasure(1)).await;
    let shredded = shred(store, 1).await;
    stands(store, &shredded).await;
    change(store, vec![Change::MarkPurged(sample::erasure_id(1), sample::time(70))]).await;
    let ErasureState::Shredded(certificate) = shredded.state.clone() else { return };
    assert!(certificate.entry.is_some());
    let purged = ErasureState::Purged { at: sample::time(70), certificate };
    stands(store, &Erasure { state: purged, ..shredded }).await;
}

/// Of two processes that finish the same erasure, the first says when its rows were gone.
pub async fn an_erasure_is_purged_once(store: &dyn Store) {
    begun(store, 1).await;
    shred(store, 1).await;
    for second in [70, 80] {
        change(store, vec![Change::MarkPurged(sample::erasure_id(1), sample::time(second))]).await;
        let found = store.erasure(sample::erasure_id(1)).await.unwrap().unwrap();
        assert!(matches!(found.state, ErasureState::Purged { at, .. } if at == sample::time(70)));
    }
}

async fn stands(store: &dyn Store, expected: &Erasure) {
    assert_eq!(store.erasure(expected.id).await.unwrap().as_ref(), Some(expected));
    assert_eq!(store.erasure_of(expected.subject).await.unwrap().as_ref(), Some(expected));
}

/// A second erasure of a subject is refused, and so is one that begins with a certificate.
pub async fn a_subject_is_erased_once(store: &dyn Store) {
    refused(store, vec![Change::AddErasure(sample::shredded(1))], Conflict::Erasure).await;
    begun(store, 1).await;
    let second = Erasure { id: sample::erasure_id(2), ..sample::erasure(1) };
    refused(store, vec![Change::AddErasure(second)], Conflict::Erasure).await;
    stands(store, &sample::erasure(1)).await;
}

/// The first certificate stays; an erasure does not go back, and none is certified that never began.
pub async fn a_certificate_is_written_once(store: &dyn Store) {
    let certify = || vec![Change::ReplaceErasure(sample::shredded(1))];
    refused(store, certify(), Conflict::Erasure).await;
    begun(store, 1).await;
    let shredded = shred(store, 1).await;
    refused(store, certify(), Conflict::Erasure).await;
    refused(store, vec![Change::ReplaceErasure(sample::erasure(1))], Conflict::Erasure).await;
    stands(store, &shredded).await;
}

/// The rows of an erasure without certificate cannot be gone.
pub async fn only_shredded_erasures_are_purged(store: &dyn Store) {
    begun(store, 1).await;
    let purged = vec![Change::MarkPurged(sample::erasure_id(1), sample::time(70))];
    refused(store, purged, Conflict::Erasure).await;
    stands(store, &sample::erasure(1)).await;
}

/// Those begun and those shredded, not those purged.
pub async fn unfinished_erasures_are_listed(store: &dyn Store) {
    for number in [1, 2, 3] {
        begun(store, number).await;
    }
    shred(store, 1).await;
    shred(store, 3).await;
    change(store, vec![Change::MarkPurged(sample::erasure_id(3), sample::time(70))]).await;
    let unfinished = async |limit| {
        let found = store.unfinished_erasures(limit).await.unwrap();
        found.into_iter().map(|erasure| erasure.id).collect::<Vec<_>>()
    };
    assert_eq!(unfinished(9).await, [sample::erasure_id(1), sample::erasure_id(2)]);
    assert_eq!(unfinished(1).await, [sample::erasure_id(1)]);
}

/// Finished or not.
pub async fn the_latest_erasures_come_newest_first(store: &dyn Store) {
    for number in [1, 300, 2] {
        begun(store, number).await;
    }
    shred(store, 2).await;
    let latest = async |limit| {
        let found = store.latest_erasures(limit).await.unwrap();
        found.into_iter().map(|erasure| erasure.id).collect::<Vec<_>>()
    };
    assert_eq!(latest(9).await, [300, 2, 1].map(sample::erasure_id));
    assert_eq!(latest(1).await, [sample::erasure_id(300)]);
}

/// Subject 1 with records 1 to 5, of which 4 and 5 are messages, each in the index, and with five entries.
async fn filled(store: &dyn Store) {
    let message = |number| Record { record_type: "message".to_owned(), ..sample::record(1, number) };
    let orders = [1, 2, 3].map(|number| sample::record(1, number));
    change(store, sample::with_records(1, orders.into_iter().chain([4, 5].map(message)))).await;
    for (tag, record) in [1_u8, 2, 3, 4, 5].into_iter().zip(1..) {
        let row = sample::index_row(tag, 1, record);
        change(store, vec![Change::AddIndexRow(sample::account_id(1), row)]).await;
        append(store, vec![sample::entry(Some(1), record)]).await;
    }
}

/// Purges subject 1 in steps of `limit` until nothing is left to remove; returns how much each removed.
async fn purged(store: &dyn Store, keep: &[&str], audit: bool, limit: u32) -> Vec<u64> {
    let keep: Vec<String> = keep.iter().map(|name| (*name).to_owned()).collect();
    let mut steps = Vec::new();
    while steps.last() != Some(&0) {
        let step = Change::Purge { subject: sample::subject_id(1), keep: keep.clone(), audit, limit };
        steps.push(change(store, vec![step]).await.purged);
        assert!(steps.len() < 50, "a purge must end");
    }
    steps
}

async fn left(store: &dyn Store, subject: u64) -> (usize, usize) {
    let records = store.records(sample::subject_id(subject), None, 100).await.unwrap();
    let entries = store.entries_of(sample::subject_id(subject), None, 100).await.unwrap();
    (records.len(), entries.len())
}

/// Records, their index rows, the index of entries and at last the subject; no step removes more than asked of
/// either.
pub async fn a_purge_takes_all_in_steps(store: &dyn Store) {
    filled(store).await;
    let steps = purged(store, &[], true, 2).await;
    assert!(steps.iter().all(|removed| *removed <= 4), "{steps:?}");
    assert_eq!(steps.iter().sum::<u64>(), 10, "{steps:?}");
    assert_eq!(left(store, 1).await, (0, 0));
    assert_eq!(store.subject(sample::subject_id(1)).await.unwrap(), None);
    assert_eq!(store.type_counts(sample::subject_id(1)).await.unwrap(), []);
    for (tag, record) in [1_u8, 2, 3, 4, 5].into_iter().zip(1..) {
        assert_eq!(store.lookup(sample::account_id(1), &[tag; 32], 9).await.unwrap(), []);
        assert_eq!(store.index_rows(sample::record_id(record)).await.unwrap(), []);
    }
    assert_eq!(store.unsequenced(99).await.unwrap().len(), 5, "the public leaves stay");
}

/// Kept record types stay with their index rows, and with them the subject and its entries.
pub async fn a_purge_keeps_what_is_kept(store: &dyn Store) {
    filled(store).await;
    assert_eq!(purged(store, &["message", "absent"], false, 100).await, [3, 0]);
    assert_eq!(left(store, 1).await, (2, 5));
    assert!(store.subject(sample::subject_id(1)).await.unwrap().is_some());
    assert_eq!(store.index_rows(sample::record_id(4)).await.unwrap().len(), 1);
    assert_eq!(store.index_rows(sample::record_id(3)).await.unwrap(), []);
}

/// Another subject keeps everything.
pub async fn a_purge_leaves_others_alone(store: &dyn Store) {
    filled(store).await;
    change(store, sample::with_records(2, [sample::record(2, 20)])).await;
    change(store, vec![Change::AddIndexRow(sample::account_id(1), sample::index_row(1, 2, 20))]).await;
    append(store, vec![sample::entry(Some(2), 9)]).await;
    purged(store, &[], true, 2).await;
    assert_eq!(left(store, 2).await, (1, 1));
    let found = store.lookup(sample::account_id(1), &[1; 32], 9).await.unwrap();
    assert_eq!(found, [sample::index_row(1, 2, 20)]);
    assert_eq!(store.type_counts(sample::subject_id(2)).await.unwrap().len(), 1);
}

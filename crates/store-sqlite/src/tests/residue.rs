//! What was deleted and scrubbed is in no file.

use std::{fs, path::Path};

use domain::{Record, record::SealedField};
use store::{AuditLog, Change, Erasures, conformance::sample};

use super::{append, change, open};

/// A value long enough to spill into pages of its own, none of whose parts stands elsewhere.
fn sealed(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// Whether any part of `wanted` is in a file of the folder. Parts, because a value is cut where a page ends.
fn remains(folder: &Path, wanted: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|file| {
        let mut content = fs::read(file.unwrap().path()).unwrap();
        // The room kept for erasures is all zeros and long.
        content.truncate(content.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
        let parts: std::collections::HashSet<&[u8]> = wanted.chunks_exact(16).collect();
        content.windows(16).any(|window| parts.contains(window))
    })
}

fn record(number: u64, length: usize) -> (Record, Vec<u8>) {
    let sealed = sealed(number, length);
    let field = SealedField { name: "body".to_owned(), version: 1, sealed: sealed.clone() };
    (Record { fields: vec![field], ..sample::record(1, number) }, sealed)
}

#[tokio::test]
async fn a_removed_record_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let records: Vec<_> =
        [(1, 64), (2, 3_000), (3, 40_000), (4, 64)].map(|(n, length)| record(n, length)).into();
    change(&store, sample::with_records(1, records.iter().map(|(record, _)| record.clone()))).await;
    store.scrub().await.unwrap();
    for (record, sealed) in &records[..3] {
        assert!(remains(folder.path(), sealed), "the search must be able to find");
        change(&store, vec![Change::RemoveRecord(record.id)]).await;
    }
    store.scrub().await.unwrap();
    for (_, sealed) in &records[..3] {
        assert!(!remains(folder.path(), sealed));
    }
    assert!(remains(folder.path(), &records[3].1), "the other record stays");
}

#[tokio::test]
async fn a_replaced_record_leaves_nothing_of_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let ((first, old), (second, new)) = (record(1, 3_000), record(2, 100));
    change(&store, sample::with_records(1, [first.clone()])).await;
    store.scrub().await.unwrap();
    change(&store, vec![Change::ReplaceRecord(Record { fields: second.fields, ..first })]).await;
    store.scrub().await.unwrap();
    assert!(!remains(folder.path(), &old));
    assert!(remains(folder.path(), &new));
}

#[tokio::test]
async fn a_purge_leaves_no_sealed_byte_and_no_tag() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let records: Vec<_> = (1..30).map(|number| record(number, 700)).collect();
    change(&store, sample::with_records(1, records.iter().map(|(record, _)| record.clone()))).await;
    let tag = sealed(99, 32);
    let mut row = sample::index_row(0, 1, 1);
    row.tag = tag.clone().try_into().unwrap();
    change(&store, vec![Change::AddIndexRow(sample::account_id(1), row)]).await;
    append(&store, sample::entry(Some(1), 1)).await;
    store.scrub().await.unwrap();
    assert!(remains(folder.path(), &tag));
    let step = || Change::Purge { subject: sample::subject_id(1), keep: Vec::new(), audit: true, limit: 7 };
    while change(&store, vec![step()]).await.purged > 0 {}
    store.scrub().await.unwrap();
    assert!(!remains(folder.path(), &tag));
    assert!(records.iter().all(|(_, sealed)| !remains(folder.path(), sealed)));
    assert_eq!(store.entries_of(sample::subject_id(1), None, 9).await.unwrap(), []);
}

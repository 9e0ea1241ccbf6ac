//! Metadata across records: found by purpose and by subject, and set on many at once.

use domain::{
    Metadata, Record, RecordId, Source, Subject, SubjectState,
    metadata::{Selection, Setting},
};

use super::{change, expect, refused, sample};
use crate::{
    Change, Conflict, Expect, Store,
    metadata::{MetadataChange, MetadataRow, Wanted},
    records::TypeCount,
};

/// The moment at which the cases look.
const NOW: i64 = 100;
/// No record.
const NONE: [u64; 0] = [];

fn for_purpose(purpose: &str) -> Selection {
    Selection::CollectedFor(purpose.to_owned())
}

fn row(record: &Record) -> MetadataRow {
    MetadataRow {
        record: record.id,
        subject: record.subject,
        record_type: record.record_type.clone(),
        record_version: record.version,
        metadata: record.metadata.clone(),
    }
}

/// A page of account 1.
fn wanted(selection: &Selection, after: Option<RecordId>, limit: u32) -> Wanted<'_> {
    Wanted { account: sample::account_id(1), selection, at: sample::time(NOW), after, limit }
}

async fn rows(store: &dyn Store, selection: &Selection, after: Option<u64>, limit: u32) -> Vec<MetadataRow> {
    let after = after.map(sample::record_id);
    store.metadata(wanted(selection, after, limit)).await.unwrap()
}

/// The numbers of the records that match.
async fn matching(store: &dyn Store, selection: &Selection) -> Vec<u64> {
    let found = store.matching(wanted(selection, None, 99)).await.unwrap();
    let records: Vec<_> = rows(store, selection, None, 99).await.iter().map(|row| row.record).collect();
    assert!(found.iter().map(|(record, _)| record).eq(&records), "{found:?} are not {records:?}");
    (0..400).filter(|number| records.contains(&sample::record_id(*number))).collect()
}

/// Sets a field on records that are thought to match.
fn set(selection: Selection, setting: Setting, records: &[u64]) -> Vec<Change> {
    vec![Change::SetMetadata(MetadataChange {
        account: sample::account_id(1),
        selection,
        at: sample::time(NOW),
        setting,
        records: records.iter().map(|number| sample::record_id(*number)).collect(),
    })]
}

fn objecting(names: &[&str]) -> Setting {
    Setting::Objections(names.iter().map(|name| (*name).to_owned()).collect())
}

async fn stored(store: &dyn Store, record: u64) -> Metadata {
    store.record(sample::record_id(record)).await.unwrap().unwrap().record.metadata
}

/// Whether the purpose was the first that a record was collected for or a further one; each record once.
pub async fn records_are_found_by_purpose(store: &dyn Store) {
    let first = sample::collected_for(1, 5, &["support"]);
    let further = sample::collected_for(2, 3, &["orders", "support", "support"]);
    let last = sample::collected_for(1, 300, &["support", "orders", "support"]);
    change(store, sample::with_records(1, [first.clone(), last.clone()])).await;
    change(store, sample::with_records(2, [further.clone(), sample::collected_for(2, 4, &[])])).await;
    assert_eq!(rows(store, &for_purpose("support"), None, 9).await, [row(&further), row(&first), row(&last)]);
    assert_eq!(matching(store, &for_purpose("orders")).await, [3, 300]);
    assert_eq!(matching(store, &for_purpose("marketing")).await, NONE);
}

/// From after the cursor on, at most as many as asked for, in the order of their ids.
pub async fn metadata_is_read_in_pages(store: &dyn Store) {
    let all: Vec<Record> = (1..=7)
        .map(|number| {
            let purposes: &[&str] = if number % 2 == 0 { &["orders", "support"] } else { &["support"] };
            sample::collected_for(1, number, purposes)
        })
        .collect();
    change(store, sample::with_records(1, all.clone())).await;
    for selection in [for_purpose("support"), Selection::Subject(sample::subject_id(1))] {
        for limit in [1, 2, 3, 7, 9] {
            let (mut walked, mut after) = (Vec::new(), None);
            loop {
                let page = rows(store, &selection, after, limit).await;
                let Some(last) = page.last() else { break };
                after = all.iter().position(|record| record.id == last.record).map(|place| place as u64 + 1);
                walked.extend(page);
            }
            assert_eq!(walked, all.iter().map(row).collect::<Vec<_>>(), "{limit} at a time");
        }
    }
}

/// Nobody else's, whatever they were collected for.
pub async fn records_are_found_by_subject(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::record(1, 5), sample::collected_for(1, 3, &[])])).await;
    change(store, sample::with_records(2, [sample::record(2, 4)])).await;
    assert_eq!(matching(store, &Selection::Subject(sample::subject_id(1))).await, [3, 5]);
    assert_eq!(matching(store, &Selection::Subject(sample::subject_id(9))).await, NONE);
}

/// As long as a flag stands on them: a replacement brings others, or takes them away.
pub async fn records_are_found_by_what_was_found_in_them(store: &dyn Store) {
    let flagged = |record: Record, flags: &[&str]| {
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Record { metadata: Metadata { flags, ..record.metadata }, ..record }
    };
    let first = flagged(sample::record(1, 5), &["sensitive:health", "sensitive:religion"]);
    let second = flagged(sample::collected_for(2, 3, &[]), &["children:stated_age"]);
    change(store, sample::with_records(1, [first.clone(), sample::record(1, 6)])).await;
    change(store, sample::with_records(2, [second.clone()])).await;
    assert_eq!(rows(store, &Selection::Flagged, None, 9).await, [row(&second), row(&first)]);
    assert_eq!(rows(store, &Selection::Flagged, Some(3), 1).await, [row(&first)]);
    assert_eq!(matching(store, &Selection::Flagged).await, [3, 5]);
    let committed = change(store, set(Selection::Flagged, objecting(&["lab"]), &[3, 5])).await;
    assert_eq!((committed.changed, stored(store, 5).await.objections), (2, vec!["lab".to_owned()]));
    assert_eq!(stored(store, 6).await.version, 1);
    let mended = flagged(sample::record(1, 5), &[]);
    change(store, vec![Change::ReplaceRecord(Record { version: 2, ..mended })]).await;
    assert_eq!(matching(store, &Selection::Flagged).await, [3]);
    change(
        store,
        vec![Change::ReplaceRecord(Record {
            version: 2,
            ..flagged(sample::record(1, 6), &["sensitive:health"])
        })],
    )
    .await;
    assert_eq!(matching(store, &Selection::Flagged).await, [3, 6]);
    assert_eq!(stored(store, 6).await.flags, ["sensitive:health"]);
    change(store, vec![Change::SetSubjectState(sample::subject_id(2), SubjectState::Erasing)]).await;
    assert_eq!(matching(store, &Selection::Flagged).await, [6]);
}

/// Records of another account, of subjects that are not active, and those that are over.
pub async fn what_is_not_to_be_touched_does_not_match(store: &dyn Store) {
    let account = sample::account_id(2);
    let others = Record { account, ..sample::record(3, 7) };
    change(store, vec![Change::AddSubject(Subject { account, ..sample::subject(3) })]).await;
    change(store, vec![Change::AddRecord(others)]).await;
    let mine = [sample::ending(1, 1, NOW), sample::ending(1, 2, NOW + 1), sample::record(1, 3)];
    change(store, sample::with_records(1, mine)).await;
    change(store, sample::with_records(2, [sample::record(2, 4)])).await;
    for purpose in ["orders", "support"] {
        assert_eq!(matching(store, &for_purpose(purpose)).await, [2, 3, 4]);
    }
    for (state, subject) in [(SubjectState::Erasing, 1), (SubjectState::Erased, 2)] {
        change(store, vec![Change::SetSubjectState(sample::subject_id(subject), state)]).await;
        assert_eq!(matching(store, &Selection::Subject(sample::subject_id(subject))).await, NONE);
    }
    for selection in
        [for_purpose("orders"), for_purpose("support"), Selection::Subject(sample::subject_id(3))]
    {
        assert_eq!(matching(store, &selection).await, NONE);
    }
}

/// What matches when it is set is what is set: those of subjects that are not active stay as they are.
pub async fn a_field_is_set_on_every_match(store: &dyn Store) {
    let further = sample::collected_for(2, 4, &["orders", "support"]);
    change(store, sample::with_records(1, [sample::collected_for(1, 3, &["support"])])).await;
    change(store, sample::with_records(2, [further])).await;
    change(store, sample::with_records(3, [sample::record(3, 5), sample::collected_for(3, 6, &["support"])]))
        .await;
    let committed = change(store, set(for_purpose("support"), objecting(&["lab"]), &[3, 4, 5, 6])).await;
    assert_eq!((committed.changed, committed.purged), (4, 0));
    change(store, vec![Change::SetSubjectState(sample::subject_id(3), SubjectState::Erasing)]).await;
    let committed = change(store, set(for_purpose("support"), objecting(&[]), &[3, 4])).await;
    assert_eq!(committed.changed, 2);
    for (record, version, objections) in
        [(3, 3, vec![]), (4, 3, vec![]), (5, 2, vec!["lab"]), (6, 2, vec!["lab"])]
    {
        let metadata = stored(store, record).await;
        assert_eq!(
            (metadata.version, metadata.objections),
            (version, objections.into_iter().map(str::to_owned).collect())
        );
    }
    let by_subject = set(Selection::Subject(sample::subject_id(2)), objecting(&["desk"]), &[4]);
    assert_eq!(change(store, by_subject).await.changed, 1);
    assert_eq!(stored(store, 4).await.objections, ["desk"]);
}

/// Each setting does in the store what it does in the domain, and nothing else.
pub async fn every_field_is_set_as_the_domain_says(store: &dyn Store) {
    let names = || vec!["a \"quoted\" name".to_owned(), "other".to_owned()];
    let records = [sample::ending(1, 1, 200), sample::record(1, 2)];
    change(store, sample::with_records(1, records.clone())).await;
    let mut expected = records.map(|record| record.metadata);
    for setting in [
        Setting::Objections(names()),
        Setting::Automated(Vec::new()),
        Setting::SharedWith(names()),
        Setting::Source(Source::Observed),
        Setting::EndsBy(sample::time(300)),
        Setting::EndsBy(sample::time(150)),
        Setting::EndsBy(sample::time(180)),
    ] {
        let setting_it = set(Selection::Subject(sample::subject_id(1)), setting.clone(), &[1, 2]);
        change(store, setting_it).await;
        expected = expected.map(|metadata| metadata.with(&setting));
        assert_eq!([stored(store, 1).await, stored(store, 2).await], expected, "{setting:?}");
    }
}

/// An entry speaks of the records that were named: where others match by now, nothing is set.
pub async fn nothing_is_set_when_others_match(store: &dyn Store) {
    change(
        store,
        sample::with_records(1, [1, 2, 4].map(|number| sample::collected_for(1, number, &["support"]))),
    )
    .await;
    for other in [vec![1, 2], vec![2, 4], vec![1, 2, 3, 4], vec![1, 3, 4], vec![2, 1, 4]] {
        let wanted = set(for_purpose("support"), objecting(&["lab"]), &other);
        // Those after the last that was named were stored later, and are not meant.
        if other == [1, 2] {
            assert_eq!(change(store, wanted).await.changed, 2);
        } else {
            refused(store, wanted, Conflict::Metadata).await;
        }
    }
    assert_eq!(change(store, set(for_purpose("support"), objecting(&["lab"]), &[])).await.changed, 0);
    for (record, version) in [(1, 2), (2, 2), (4, 1)] {
        assert_eq!(stored(store, record).await.version, version, "{record}");
    }
}

/// An end that was brought forward is found when it comes, and what is remembered of a type still covers it.
pub async fn an_end_brought_forward_comes(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::ending(1, 1, 900), sample::record(1, 2)])).await;
    let sooner = Setting::EndsBy(sample::time(150));
    change(store, set(Selection::Subject(sample::subject_id(1)), sooner, &[1, 2])).await;
    assert_eq!(store.expired(sample::time(149), 9).await.unwrap(), []);
    let expired = store.expired(sample::time(150), 9).await.unwrap();
    assert_eq!(
        expired.iter().map(|expired| expired.record).collect::<Vec<_>>(),
        [1, 2].map(sample::record_id)
    );
    let counts: Vec<TypeCount> = store.type_counts(sample::subject_id(1)).await.unwrap();
    assert!(counts.iter().all(|count| count.last_expiry.is_none_or(|last| last >= sample::time(150))));
}

/// The version of the metadata, not that of the record.
pub async fn metadata_is_expected_by_its_version(store: &dyn Store) {
    let of = |version| Expect::Metadata { id: sample::record_id(5), version };
    expect(store, of(1), Err(Conflict::Metadata)).await;
    change(store, sample::with_records(1, [sample::record(1, 5)])).await;
    expect(store, of(1), Ok(())).await;
    change(store, vec![Change::ReplaceRecord(Record { version: 2, ..sample::record(1, 5) })]).await;
    expect(store, of(1), Ok(())).await;
    change(store, set(Selection::Subject(sample::subject_id(1)), objecting(&[]), &[5])).await;
    expect(store, of(1), Err(Conflict::Metadata)).await;
    expect(store, of(2), Ok(())).await;
    expect(store, Expect::Record { id: sample::record_id(5), version: 2 }, Ok(())).await;
}

/// With the record, however it goes.
pub async fn metadata_goes_with_its_record(store: &dyn Store) {
    let records = [1, 2, 3].map(|number| sample::collected_for(1, number, &["orders", "support", "books"]));
    change(store, sample::with_records(1, records)).await;
    change(store, vec![Change::RemoveRecord(sample::record_id(2))]).await;
    for purpose in ["orders", "support", "books"] {
        assert_eq!(matching(store, &for_purpose(purpose)).await, [1, 3]);
    }
    let purge = Change::Purge { subject: sample::subject_id(1), keep: Vec::new(), audit: false, limit: 1 };
    change(store, vec![purge]).await;
    for purpose in ["orders", "support", "books"] {
        assert_eq!(matching(store, &for_purpose(purpose)).await, [3]);
    }
    // The same id again finds nothing left of the one before.
    change(store, vec![Change::AddRecord(sample::collected_for(1, 1, &["books"]))]).await;
    assert_eq!(matching(store, &for_purpose("orders")).await, [3]);
    assert_eq!(matching(store, &for_purpose("books")).await, [1, 3]);
}

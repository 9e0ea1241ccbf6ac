//! What ends when, what is left out of it, and the ends that follow what happened.

use domain::{Freeze, Freezes, Record, SubjectState, Trigger, Triggers};

use super::{change, sample};
use crate::{
    Change, CommitError, Conflict, Expect, Store, Unit,
    retention::{DAY, Ending, Span, day},
    subjects::KeyBinding,
};

/// How many seconds a day has.
const SECONDS: i64 = DAY / 1_000_000;

/// Everything up to a second, of account 1 or of all.
fn up_to(second: i64, account: Option<u64>) -> Span {
    Span { account: account.map(sample::account_id), after: None, until: sample::time(second) }
}

fn counted(second: Option<i64>, account: u64, record_type: &str, records: u64) -> Ending {
    let day = second.and_then(|second| day(sample::time(second).as_microsecond() / DAY));
    Ending { day, account: sample::account_id(account), record_type: record_type.to_owned(), records }
}

/// A record of account 2, of a type of its own.
fn of_another(record: Record) -> Record {
    Record { account: sample::account_id(2), record_type: "visit".to_owned(), ..record }
}

/// From after a moment, which is not counted, up to another one, which is.
pub async fn endings_are_counted_by_day_account_and_type(store: &dyn Store) {
    let late = of_another(sample::ending(1, 4, 30));
    let records =
        [sample::ending(1, 1, 10), sample::ending(1, 2, 20), sample::ending(1, 3, 10 + SECONDS), late];
    change(store, sample::with_records(1, records)).await;
    let all = store.endings(up_to(2 * SECONDS, None)).await.unwrap();
    let (first, next) = (counted(Some(10), 1, "order", 2), counted(Some(10 + SECONDS), 1, "order", 1));
    assert_eq!(all, [first.clone(), counted(Some(30), 2, "visit", 1), next.clone()]);
    assert_eq!(store.endings(up_to(2 * SECONDS, Some(1))).await.unwrap(), [first, next.clone()]);
    let span = Span { after: Some(sample::time(20)), ..up_to(10 + SECONDS, Some(1)) };
    assert_eq!(store.endings(span).await.unwrap(), std::slice::from_ref(&next));
    assert_eq!(store.endings(up_to(9, None)).await.unwrap(), []);
}

/// By account and type.
pub async fn what_has_no_end_is_counted_apart(store: &dyn Store) {
    let records = [
        sample::record(1, 1),
        sample::record(1, 2),
        sample::ending(1, 3, 9),
        of_another(sample::record(1, 4)),
    ];
    change(store, sample::with_records(1, records)).await;
    let (own, other) = (counted(None, 1, "order", 2), counted(None, 2, "visit", 1));
    assert_eq!(store.endless(None).await.unwrap(), [own, other.clone()]);
    assert_eq!(store.endless(Some(sample::account_id(2))).await.unwrap(), [other]);
}

/// With what keeps it, person by person.
pub async fn endings_of_people_of_whom_something_is_kept_are_told_apart(store: &dyn Store) {
    let mut changes = sample::with_records(1, [sample::ending(1, 1, 10), sample::ending(1, 2, 20)]);
    changes.extend(sample::with_records(2, [sample::ending(2, 3, 10)]));
    changes.extend(sample::with_records(3, [sample::ending(3, 4, 10)]));
    let freezes = Freezes::default().with(Freeze::by_request("req_1".to_owned(), sample::time(9)));
    let (version, subject) = (2, sample::subject_id(1));
    changes.push(Change::SetFreezes { subject, version, freezes: freezes.clone() });
    let triggers = Triggers::default().pulled(Trigger::Visits, sample::time(5), sample::time(5)).unwrap();
    changes.push(Change::SetTriggers { subject: sample::subject_id(3), version, triggers });
    change(store, changes).await;
    let mut kept = store.kept_endings(up_to(10, Some(1))).await.unwrap();
    kept.sort_by_key(|kept| kept.is_settling);
    let told = kept.iter().map(|kept| (kept.freezes.clone(), kept.is_settling, kept.ending.clone()));
    let one = counted(Some(10), 1, "order", 1);
    assert_eq!(told.collect::<Vec<_>>(), [(freezes, false, one.clone()), (Freezes::default(), true, one)]);
    assert_eq!(store.kept_endings(up_to(10, Some(2))).await.unwrap(), []);
}

/// Another trigger is another version, so that it binds.
pub async fn what_happened_is_read_with_the_subject_and_binds(store: &dyn Store) {
    change(store, sample::with_records(1, [sample::record(1, 1)])).await;
    let subject = sample::subject_id(1);
    let triggers = Triggers::default().pulled(Trigger::Account, sample::time(5), sample::time(5)).unwrap();
    let set = Change::SetTriggers { subject, version: 2, triggers: triggers.clone() };
    change(store, vec![set.clone()]).await;
    let (read, _) = store.subject(subject).await.unwrap().unwrap();
    assert_eq!((read.version, &read.triggers), (2, &triggers));
    assert_eq!(store.record(sample::record_id(1)).await.unwrap().unwrap().subject, read);
    assert_eq!(store.settling_subjects(9).await.unwrap(), [read]);
    for (expects, changes) in
        [(vec![], vec![set]), (vec![Expect::Subject { id: subject, version: 1 }], vec![])]
    {
        let unit = Unit { expects, changes, ..Unit::default() };
        assert_eq!(store.commit(unit).await, Err(CommitError::Conflict(Conflict::Subject)));
    }
}

/// Page by page, without another version; at last what is remembered of each type is what is so.
pub async fn ends_that_settle_follow_and_an_earlier_end_stays(store: &dyn Store) {
    let mut sooner = sample::record(1, 2);
    sooner.metadata.ends_by = Some(sample::time(40));
    sooner.metadata.expires_at = Some(sample::time(40));
    change(store, sample::with_records(1, [sample::record(1, 1), sooner])).await;
    let subject = sample::subject_id(1);
    let triggers = Triggers::default().pulled(Trigger::Account, sample::time(5), sample::time(5)).unwrap();
    change(store, vec![Change::SetTriggers { subject, version: 2, triggers: triggers.clone() }]).await;
    let settle = async |triggers: &Triggers, number, end: Option<i64>| {
        let ends = vec![(sample::record_id(number), end.map(sample::time))];
        change(store, vec![Change::SettleEnds { subject, triggers: triggers.clone(), ends }]).await;
        let record = store.record(sample::record_id(number)).await.unwrap().unwrap();
        let last = store.type_counts(subject).await.unwrap()[0].last_expiry;
        (record.subject.version, record.record.metadata.expires_at, last)
    };
    let first = triggers.settled(Some(sample::record_id(1)));
    assert_eq!(settle(&first, 1, Some(90)).await, (2, Some(sample::time(90)), None));
    assert_eq!(store.settling_subjects(9).await.unwrap()[0].triggers, first);
    let whole = first.settled(None);
    let (ends, last) = (sample::time(40), sample::time(90));
    assert_eq!(settle(&whole, 2, Some(95)).await, (2, Some(ends), Some(last)));
    assert_eq!(settle(&whole, 2, None).await, (2, Some(ends), Some(last)));
    assert_eq!(settle(&whole, 1, None).await, (2, None, None), "taken back");
    assert_eq!(store.settling_subjects(9).await.unwrap(), []);
}

/// Its end may be too early.
pub async fn nothing_of_whom_is_settling_expires(store: &dyn Store) {
    let mut changes = sample::with_records(1, [sample::ending(1, 1, 3)]);
    let triggers = Triggers::default().pulled(Trigger::Visits, sample::time(5), sample::time(5)).unwrap();
    let subject = sample::subject_id(1);
    changes.push(Change::SetTriggers { subject, version: 2, triggers: triggers.clone() });
    change(store, changes).await;
    assert_eq!(store.expired(sample::time(9), 9).await.unwrap(), []);
    let settled = Change::SettleEnds { subject, triggers: triggers.settled(None), ends: Vec::new() };
    change(store, vec![settled]).await;
    let expired = store.expired(sample::time(9), 9).await.unwrap();
    assert_eq!(
        expired.iter().map(|one| (one.record, one.subject_version)).collect::<Vec<_>>(),
        [(sample::record_id(1), 2)]
    );
}

/// What keeps it stands with the one it was merged into.
pub async fn nothing_of_whom_was_merged_expires(store: &dyn Store) {
    let mut changes = sample::with_records(1, [sample::ending(1, 1, 3)]);
    changes.extend(sample::with_records(2, [sample::ending(2, 2, 3)]));
    changes.push(Change::SetSubjectState(sample::subject_id(1), SubjectState::Merged));
    changes.push(Change::SetSubjectState(sample::subject_id(2), SubjectState::Erased));
    change(store, changes).await;
    let expired = store.expired(sample::time(9), 9).await.unwrap();
    assert_eq!(expired.iter().map(|one| one.record).collect::<Vec<_>>(), [sample::record_id(2)]);
}

/// In the same unit as the last of its records; a key that was moved is left alone.
pub async fn an_emptied_class_is_condemned_and_no_other(store: &dyn Store) {
    let mut changes = sample::with_records(1, [sample::record(1, 1), sample::record(1, 2)]);
    changes.extend(
        ["books", "_audit"]
            .into_iter()
            .zip(4..)
            .map(|(class, slot)| Change::AddKeyBinding(sample::binding(1, class, slot))),
    );
    change(store, changes).await;
    let without = async |number: Option<u64>, slot| {
        let mut changes: Vec<Change> =
            number.map(|number| Change::RemoveRecord(sample::record_id(number))).into_iter().collect();
        changes.push(Change::CondemnEmptied(sample::deletion(sample::binding(1, "books", slot).slot)));
        change(store, changes).await;
        let (_, keys) = store.subject(sample::subject_id(1)).await.unwrap().unwrap();
        let condemned = store.condemned_slots(9).await.unwrap();
        (keys.len(), condemned.into_iter().map(|one| one.slot.0).collect::<Vec<_>>())
    };
    assert_eq!(without(Some(1), 4).await, (2, vec![]));
    assert_eq!(without(Some(2), 7).await, (2, vec![]), "a slot that no binding names");
    assert_eq!(without(None, 4).await, (1, vec![4]));
    let bound: Vec<KeyBinding> = store.subject(sample::subject_id(1)).await.unwrap().unwrap().1;
    assert_eq!(bound, [sample::binding(1, "_audit", 5)]);
    let gone = Expect::Key(sample::binding(1, "books", 4));
    let unit = Unit { expects: vec![gone], ..Unit::default() };
    assert_eq!(store.commit(unit).await, Err(CommitError::Conflict(Conflict::Subject)));
}

//! Cases: one queue and one clock, and what they freeze.

use domain::{Case, CaseId, CaseKind, Freeze, Freezes};

use super::{change, refused, sample};
use crate::{Change, CommitError, Conflict, Expect, Store, Unit, cases::Queue};

/// Case `number` of account 1 about subject 1, due and awake at a second.
fn case(number: u64, due: Option<i64>) -> Case {
    Case {
        id: CaseId::from_bytes(sample::bytes(number)),
        kind: CaseKind::Request,
        account: sample::account_id(1),
        subject: Some(sample::subject_id(1)),
        is_open: true,
        due_at: due.map(sample::time),
        wake_at: due.map(sample::time),
        version: 1,
        facts: format!("{{\"number\": {number}}}"),
        entry: None,
    }
}

fn wanted(after: Option<&Case>, limit: u32) -> Queue {
    Queue {
        account: sample::account_id(1),
        kind: CaseKind::Request,
        is_open: true,
        after: after.map(|case| (case.due_at, case.id)),
        limit,
    }
}

/// Whole, with the entry of its opening, and only under its kind.
pub async fn a_case_reads_back_with_its_entry(store: &dyn Store) {
    let opened = case(1, None);
    let unit = Unit {
        changes: vec![Change::OpenCase(opened.clone())],
        entries: vec![sample::entry(Some(1), 1)],
        ..Unit::default()
    };
    let entry = store.commit(unit).await.unwrap().entries.first().copied();
    let expected = Case { entry, ..opened.clone() };
    assert_eq!(store.case(CaseKind::Request, opened.id).await.unwrap(), Some(expected.clone()));
    assert_eq!(store.case(CaseKind::Hold, opened.id).await.unwrap(), None);
    refused(store, vec![Change::OpenCase(opened.clone())], Conflict::Exists).await;
    // Moved on, it keeps the entry that it was opened with.
    let moved = Case { version: 2, subject: None, is_open: false, facts: "{}".to_owned(), ..opened };
    let unit = Unit {
        changes: vec![Change::ReplaceCase(moved.clone())],
        entries: vec![sample::entry(None, 2)],
        ..Unit::default()
    };
    store.commit(unit).await.unwrap();
    assert_eq!(store.case(CaseKind::Request, moved.id).await.unwrap(), Some(Case { entry, ..moved }));
}

/// Of two who move it on at once, one does.
pub async fn a_case_moves_on_a_version_at_a_time(store: &dyn Store) {
    let moved = Case { version: 2, ..case(1, Some(5)) };
    refused(store, vec![Change::ReplaceCase(moved.clone())], Conflict::Case).await;
    change(store, vec![Change::OpenCase(case(1, Some(5)))]).await;
    for version in [1, 3] {
        let wrong = Case { version, ..moved.clone() };
        refused(store, vec![Change::ReplaceCase(wrong)], Conflict::Case).await;
    }
    change(store, vec![Change::ReplaceCase(moved.clone())]).await;
    refused(store, vec![Change::ReplaceCase(moved)], Conflict::Case).await;
}

/// What is due first comes first, and what is due at no time last; page by page, those of the account that are open.
pub async fn the_queue_is_in_the_order_of_what_is_due(store: &dyn Store) {
    let expected = [case(4, Some(3)), case(1, Some(5)), case(2, Some(5)), case(3, None)];
    let others = [
        Case { account: sample::account_id(2), ..case(11, Some(1)) },
        Case { kind: CaseKind::Hold, ..case(12, Some(1)) },
        Case { is_open: false, ..case(13, Some(1)) },
    ];
    let open = expected.iter().chain(&others).rev().map(|case| Change::OpenCase(case.clone()));
    change(store, open.collect()).await;
    for limit in [1, 3, 9] {
        let mut found: Vec<Case> = Vec::new();
        loop {
            let page = store.queue(wanted(found.last(), limit)).await.unwrap();
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, expected, "{limit} at a time");
    }
}

/// By kind, in the order of their ids.
pub async fn cases_about_a_person_are_found(store: &dyn Store) {
    let other = Case { subject: Some(sample::subject_id(2)), ..case(3, None) };
    let cases = [case(2, None), case(1, Some(1)), other, Case { subject: None, ..case(4, None) }];
    change(store, cases.into_iter().map(Change::OpenCase).collect()).await;
    let about = store.cases_about(CaseKind::Request, sample::subject_id(1)).await.unwrap();
    assert_eq!(about, [case(1, Some(1)), case(2, None)]);
    assert_eq!(store.cases_about(CaseKind::Hold, sample::subject_id(1)).await.unwrap(), []);
}

/// The longest awaited first; whoever is not to be woken sleeps.
pub async fn the_clock_finds_whom_it_must_wake(store: &dyn Store) {
    let sleeping = Case { wake_at: None, ..case(9, Some(1)) };
    let other = Case { kind: CaseKind::Message, ..case(4, Some(5)) };
    let cases = [case(1, Some(7)), case(2, Some(6)), case(3, Some(8)), sleeping, other.clone()];
    change(store, cases.into_iter().map(Change::OpenCase).collect()).await;
    let woken = async |kind, second, limit| store.woken(kind, sample::time(second), limit).await.unwrap();
    assert_eq!(woken(CaseKind::Request, 7, 9).await, [case(2, Some(6)), case(1, Some(7))]);
    assert_eq!(woken(CaseKind::Request, 7, 1).await, [case(2, Some(6))]);
    assert_eq!(woken(CaseKind::Request, 5, 9).await, []);
    assert_eq!(woken(CaseKind::Message, 7, 9).await, [other]);
    let awake = async |kind| store.awake(kind).await.unwrap();
    let counted =
        (awake(CaseKind::Request).await, awake(CaseKind::Message).await, awake(CaseKind::Hold).await);
    assert_eq!(counted, (3, 1, 0), "those that sleep are not counted");
}

/// As it stands, and not as it stood.
pub async fn a_case_is_forgotten_as_it_was_read(store: &dyn Store) {
    let moved = Case { version: 2, ..case(1, Some(5)) };
    change(store, vec![Change::OpenCase(case(1, Some(5))), Change::OpenCase(case(2, Some(5)))]).await;
    change(store, vec![Change::ReplaceCase(moved.clone())]).await;
    refused(store, vec![Change::RemoveCase(moved.id, 1)], Conflict::Case).await;
    change(store, vec![Change::RemoveCase(moved.id, 2)]).await;
    refused(store, vec![Change::RemoveCase(moved.id, 2)], Conflict::Case).await;
    assert_eq!(store.queue(wanted(None, 9)).await.unwrap(), [case(2, Some(5))]);
}

/// It stands with the subject and raises its version, so that nothing is deleted on what stood before.
pub async fn a_freeze_is_read_with_the_subject_and_binds(store: &dyn Store) {
    let version = sample::subject(1).version;
    let hold = Freeze::by_hold("hld_1".to_owned(), "fraud", ["order"], sample::time(9));
    let freezes = Freezes::default().with(hold);
    let subject = sample::subject_id(1);
    let freeze = Change::SetFreezes { subject, version: version + 1, freezes: freezes.clone() };
    refused(store, vec![freeze.clone()], Conflict::Subject).await;
    change(store, vec![Change::AddSubject(sample::subject(1)), Change::AddRecord(sample::record(1, 1))])
        .await;
    change(store, vec![freeze.clone()]).await;
    refused(store, vec![freeze], Conflict::Subject).await;
    let (found, _) = store.subject(subject).await.unwrap().unwrap();
    assert_eq!((found.version, &found.freezes), (version + 1, &freezes));
    assert_eq!(store.record(sample::record_id(1)).await.unwrap().unwrap().subject, found);
    assert_eq!(store.subjects(found.account, None, 9).await.unwrap(), [found]);
    let unit = Unit {
        expects: vec![Expect::Subject { id: subject, version }],
        changes: vec![Change::RemoveRecord(sample::record_id(1))],
        ..Unit::default()
    };
    assert_eq!(store.commit(unit).await, Err(CommitError::Conflict(Conflict::Subject)));
}

/// Whatever their time; the rest of the person's goes, and everyone else's.
pub async fn what_is_frozen_does_not_expire(store: &dyn Store) {
    let line = domain::Record { record_type: "order_line".to_owned(), ..sample::ending(1, 2, 4) };
    let mut changes = sample::with_records(1, [sample::ending(1, 1, 3), line.clone()]);
    changes.extend(sample::with_records(2, [sample::ending(2, 3, 5)]));
    change(store, changes).await;
    let set = async |freezes: Freezes, version| {
        change(store, vec![Change::SetFreezes { subject: sample::subject_id(1), version, freezes }]).await;
        let found = store.expired(sample::time(9), 9).await.unwrap();
        found.into_iter().map(|expired| expired.record).collect::<Vec<_>>()
    };
    let version = sample::subject(1).version;
    let hold = Freeze::by_hold("hld_1".to_owned(), "order_line", ["order"], sample::time(9));
    let freezes = Freezes::default().with(hold);
    assert_eq!(set(freezes.clone(), version + 1).await, [2, 3].map(sample::record_id));
    let request = Freeze::by_request("req_1".to_owned(), sample::time(9));
    assert_eq!(set(freezes.with(request), version + 2).await, [3].map(sample::record_id));
    assert_eq!(set(Freezes::default(), version + 3).await, [1, 2, 3].map(sample::record_id));
}

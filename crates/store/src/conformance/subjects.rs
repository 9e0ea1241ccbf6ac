//! Subjects and the bindings of their keys.

use domain::{Subject, SubjectState, age::Known};

use super::{change, expect, refused, sample};
use crate::{
    Change, Conflict, Expect, Store,
    key_store::{Deletion, SlotNumber},
    subjects::{AUDIT_CLASS, KeyBinding},
};

/// Every column comes back, those that may be empty too.
pub async fn subjects_read_back(store: &dyn Store) {
    let plain = Subject { region: None, age: Known::Unknown, ..sample::subject(2) };
    let child = Subject { age: Known::Child, state: SubjectState::Erasing, version: 7, ..sample::subject(3) };
    for subject in [sample::subject(1), plain, child] {
        change(store, vec![Change::AddSubject(subject.clone())]).await;
        assert_eq!(store.subject(subject.id).await.unwrap(), Some((subject, Vec::new())));
    }
    assert_eq!(store.subject(sample::subject_id(9)).await.unwrap(), None);
}

/// An id is taken once.
pub async fn a_subject_is_added_once(store: &dyn Store) {
    change(store, vec![Change::AddSubject(sample::subject(1))]).await;
    let again = Subject { role: "other".to_owned(), ..sample::subject(1) };
    refused(store, vec![Change::AddSubject(again)], Conflict::Exists).await;
    let (stored, _) = store.subject(sample::subject_id(1)).await.unwrap().unwrap();
    assert_eq!(stored, sample::subject(1));
}

/// A new state raises the version; there is none for a subject that is not there.
pub async fn states_raise_the_version(store: &dyn Store) {
    let set = |state| vec![Change::SetSubjectState(sample::subject_id(1), state)];
    refused(store, set(SubjectState::Erasing), Conflict::Subject).await;
    change(store, vec![Change::AddSubject(sample::subject(1))]).await;
    for (state, version) in [(SubjectState::Erasing, 2), (SubjectState::Erased, 3)] {
        change(store, set(state)).await;
        let (subject, _) = store.subject(sample::subject_id(1)).await.unwrap().unwrap();
        assert_eq!((subject.state, subject.version), (state, version));
    }
}

/// What is known of an age is read with the subject and raises its version, so that it binds at the next decision.
pub async fn an_age_that_is_said_binds(store: &dyn Store) {
    let (subject, version) = (sample::subject_id(1), sample::subject(1).version);
    let set = |version, age| vec![Change::SetSubjectAge { subject, version, age }];
    refused(store, set(version + 1, Known::Child), Conflict::Subject).await;
    change(store, vec![Change::AddSubject(sample::subject(1))]).await;
    for (raised, age) in
        [(1, Known::Unknown), (2, Known::AtLeast(0)), (3, Known::AtLeast(18)), (4, Known::Child)]
    {
        change(store, set(version + raised, age)).await;
        let (found, _) = store.subject(subject).await.unwrap().unwrap();
        assert_eq!((found.age, found.version), (age, version + raised));
        refused(store, set(version + raised, age), Conflict::Subject).await;
        expect(store, Expect::Subject { id: subject, version: version + raised }, Ok(())).await;
    }
    expect(store, Expect::Subject { id: subject, version }, Err(Conflict::Subject)).await;
}

/// Of all accounts, those whose erasure has begun.
pub async fn inactive_subjects_are_walked_in_order(store: &dyn Store) {
    for (number, state) in [(5, SubjectState::Erased), (3, SubjectState::Erasing), (4, SubjectState::Active)]
    {
        let account = sample::account_id(number);
        change(store, vec![Change::AddSubject(Subject { account, state, ..sample::subject(number) })]).await;
    }
    let list = async |after: Option<u64>, limit| {
        let listed = store.inactive_subjects(after.map(sample::subject_id), limit).await.unwrap();
        listed.into_iter().map(|subject| subject.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 9).await, [sample::subject_id(3), sample::subject_id(5)]);
    assert_eq!(list(None, 1).await, [sample::subject_id(3)]);
    assert_eq!(list(Some(3), 9).await, [sample::subject_id(5)]);
}

/// Only the account's own, in the order of their ids, from after the cursor on.
pub async fn subjects_are_listed_by_account_and_cursor(store: &dyn Store) {
    for number in [5, 3, 300, 4] {
        let account = sample::account_id(if number == 4 { 2 } else { 1 });
        change(store, vec![Change::AddSubject(Subject { account, ..sample::subject(number) })]).await;
    }
    let list = async |after: Option<u64>, limit| {
        let listed =
            store.subjects(sample::account_id(1), after.map(sample::subject_id), limit).await.unwrap();
        listed.into_iter().map(|subject| subject.id).collect::<Vec<_>>()
    };
    let ids = |numbers: &[u64]| numbers.iter().map(|number| sample::subject_id(*number)).collect::<Vec<_>>();
    assert_eq!(list(None, 9).await, ids(&[3, 5, 300]));
    assert_eq!(list(None, 2).await, ids(&[3, 5]));
    assert_eq!(list(Some(3), 2).await, ids(&[5, 300]));
    assert_eq!(list(Some(4), 1).await, ids(&[5]));
    assert_eq!(list(Some(300), 9).await, ids(&[]));
}

/// A class that has a key gets no second one.
pub async fn a_class_has_one_binding(store: &dyn Store) {
    change(store, vec![Change::AddSubject(sample::subject(1))]).await;
    let add = |slot| vec![Change::AddKeyBinding(sample::binding(1, "books", slot))];
    change(store, add(4)).await;
    refused(store, add(5), Conflict::Subject).await;
    assert_eq!(bindings(store).await, [sample::binding(1, "books", 4)]);
}

async fn bindings(store: &dyn Store) -> Vec<KeyBinding> {
    let (_, mut keys) = store.subject(sample::subject_id(1)).await.unwrap().unwrap();
    keys.sort_by(|one, other| one.class.cmp(&other.class));
    keys
}

/// A binding that is not there cannot move, and may be removed again.
pub async fn bindings_move_and_go(store: &dyn Store) {
    change(store, vec![Change::AddSubject(sample::subject(1))]).await;
    let move_to = |slot| vec![Change::MoveKeyBinding(sample::binding(1, "books", slot))];
    refused(store, move_to(5), Conflict::Subject).await;
    let largest = u64::MAX >> 1;
    let audit = sample::binding(1, AUDIT_CLASS, 6);
    change(
        store,
        vec![Change::AddKeyBinding(sample::binding(1, "books", 4)), Change::AddKeyBinding(audit.clone())],
    )
    .await;
    change(store, move_to(largest)).await;
    assert_eq!(bindings(store).await, [audit.clone(), sample::binding(1, "books", largest)]);
    for _ in 0..2 {
        change(store, vec![Change::RemoveKeyBinding(sample::subject_id(1), "books".to_owned())]).await;
        assert_eq!(bindings(store).await, std::slice::from_ref(&audit));
    }
}

/// Every binding of an account once, in order, whatever the page size.
pub async fn key_bindings_are_walked_in_order(store: &dyn Store) {
    let mut expected = Vec::new();
    for number in 1..=4 {
        let account = sample::account_id(if number == 3 { 2 } else { 1 });
        change(store, vec![Change::AddSubject(Subject { account, ..sample::subject(number) })]).await;
        for (place, class) in ["a", "b", "c"].into_iter().enumerate() {
            let binding = sample::binding(number, class, number * 10 + place as u64);
            change(store, vec![Change::AddKeyBinding(binding.clone())]).await;
            expected.extend((number != 3).then_some(binding));
        }
    }
    for limit in [1, 2, 9, 100] {
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let page = store.key_bindings(sample::account_id(1), after, limit).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.subject, last.class.clone()));
            walked.extend(page);
        }
        assert_eq!(walked, expected, "{limit} at a time");
    }
}

/// Condemning or releasing again changes nothing.
pub async fn condemned_slots_are_remembered_until_released(store: &dyn Store) {
    let condemned = async |limit| store.condemned_slots(limit).await.unwrap();
    let [first, second]: [Deletion; 2] = [4, 700].map(|slot| sample::deletion(SlotNumber(slot)));
    for deletion in [&second, &first, &second] {
        change(store, vec![Change::CondemnSlot(deletion.clone())]).await;
    }
    assert_eq!(condemned(9).await, [first.clone(), second.clone()]);
    assert_eq!(condemned(1).await, std::slice::from_ref(&first));
    for _ in 0..2 {
        change(store, vec![Change::ReleaseSlot(first.slot)]).await;
        assert_eq!(condemned(9).await, std::slice::from_ref(&second));
    }
}

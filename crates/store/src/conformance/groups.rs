//! A unit is committed whole or not at all, and what others commit at the same time is not touched by it.

use super::{change, commit, commit_together, expect, sample};
use crate::{Change, CommitError, Conflict, Expect, Store, Unit};

/// Neither changes nor entries of a unit whose expectation fails are stored.
pub async fn a_failing_expectation_leaves_nothing(store: &dyn Store) {
    let unit = Unit {
        expects: vec![Expect::Policy { account: sample::account_id(1), number: 4 }],
        changes: vec![Change::AddSubject(sample::subject(1))],
        entries: vec![sample::entry(Some(1), 1)],
    };
    assert_eq!(store.commit(unit).await, Err(CommitError::Conflict(Conflict::Policy)));
    is_empty(store).await;
}

/// Neither the changes before the one that fails nor the entries are stored.
pub async fn a_failing_change_leaves_nothing(store: &dyn Store) {
    let add = Change::AddSubject(sample::subject(1));
    let unit = Unit {
        changes: vec![add.clone(), Change::PutAccount(sample::account(1)), add],
        entries: vec![sample::entry(Some(1), 1)],
        ..Unit::default()
    };
    assert_eq!(store.commit(unit).await, Err(CommitError::Conflict(Conflict::Exists)));
    is_empty(store).await;
}

async fn is_empty(store: &dyn Store) {
    assert_eq!(store.subject(sample::subject_id(1)).await.unwrap(), None);
    assert_eq!(store.accounts().await.unwrap(), []);
    assert_eq!(store.entries_of(sample::subject_id(1), None, 9).await.unwrap(), []);
    assert_eq!(store.unsequenced(9).await.unwrap(), []);
}

/// A policy version that was published by a unit that failed is not in force, whatever an engine remembers.
pub async fn a_policy_taken_back_binds_nobody(store: &dyn Store) {
    let publish = |number| Change::AddPolicyVersion(sample::policy(1, number));
    change(store, vec![publish(1)]).await;
    let unit = Unit { changes: vec![publish(2), publish(1)], ..Unit::default() };
    assert_eq!(store.commit(unit).await, Err(CommitError::Conflict(Conflict::Policy)));
    let policy = |number| Expect::Policy { account: sample::account_id(1), number };
    expect(store, policy(1), Ok(())).await;
    expect(store, policy(2), Err(Conflict::Policy)).await;
}

/// Of many units that arrive together, some failing, each is answered for itself and leaves what it should.
pub async fn units_that_arrive_together_fail_alone(store: &dyn Store) {
    const COUNT: u64 = 60;
    change(store, sample::with_records(1, [])).await;
    let unit = |number| {
        let mut changes = sample::with_records(100 + number, [sample::record(100 + number, number)]);
        let mut expects = Vec::new();
        match number % 3 {
            0 => expects.push(Expect::Subject { id: sample::subject_id(1), version: 9 }),
            1 => changes.push(Change::AddSubject(sample::subject(1))),
            _ => {}
        }
        Unit { expects, changes, entries: vec![sample::entry(Some(100 + number), number)] }
    };
    let outcomes = commit_together(store, (0..COUNT).map(unit).collect()).await;
    for (number, outcome) in (0..COUNT).zip(outcomes) {
        let held = store.record(sample::record_id(number)).await.unwrap();
        let entries = store.entries_of(sample::subject_id(100 + number), None, 9).await.unwrap();
        match (number % 3, outcome) {
            (0, Err(CommitError::Conflict(Conflict::Subject)))
            | (1, Err(CommitError::Conflict(Conflict::Exists))) => {
                assert_eq!((held, entries), (None, Vec::new()), "unit {number}");
            }
            (2, Ok(committed)) => {
                assert!(held.is_some(), "unit {number}");
                assert_eq!(sample::names(&entries), committed.entries, "unit {number}");
                let private = store.private_entry(entries[0].entry).await.unwrap().unwrap();
                assert_eq!(private.nonce, sample::bytes(number), "unit {number}");
                assert_eq!(entries[0].private, private, "unit {number}");
            }
            (_, outcome) => assert_eq!(outcome, Ok(crate::Committed::default()), "unit {number}"),
        }
    }
}

/// Of units that expect the same version and publish the next, one is committed.
pub async fn of_two_that_publish_one_wins(store: &dyn Store) {
    let publish = || Unit {
        expects: vec![Expect::Policy { account: sample::account_id(1), number: 0 }],
        changes: vec![Change::AddPolicyVersion(sample::policy(1, 1))],
        ..Unit::default()
    };
    let outcomes = commit_together(store, vec![publish(), publish(), publish()]).await;
    let refused = outcomes.iter().filter(|one| **one == Err(CommitError::Conflict(Conflict::Policy)));
    assert_eq!((outcomes.iter().filter(|one| one.is_ok()).count(), refused.count()), (1, 2));
    assert_eq!(store.policy_versions().await.unwrap(), [sample::policy(1, 1)]);
    commit(store, Unit::default()).await;
}

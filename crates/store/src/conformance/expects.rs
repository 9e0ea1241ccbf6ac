//! Every expectation, met and not met.

use domain::SubjectState;

use super::{change, expect, sample};
use crate::{Change, CommitError, Conflict, Expect, Store, Unit};

/// The newest version counts, of each account by itself; none is 0.
pub async fn policy(store: &dyn Store) {
    let policy = |account, number| Expect::Policy { account: sample::account_id(account), number };
    expect(store, policy(1, 0), Ok(())).await;
    expect(store, policy(1, 1), Err(Conflict::Policy)).await;
    for number in [1, 2] {
        change(store, vec![Change::AddPolicyVersion(sample::policy(1, number))]).await;
    }
    expect(store, policy(1, 2), Ok(())).await;
    expect(store, policy(1, 1), Err(Conflict::Policy)).await;
    expect(store, policy(1, 0), Err(Conflict::Policy)).await;
    expect(store, policy(2, 0), Ok(())).await;
}

/// The registry is expected at its version.
pub async fn registry(store: &dyn Store) {
    let known = store.registry_version().await.unwrap();
    expect(store, Expect::Registry { version: known }, Ok(())).await;
    change(store, vec![Change::PutAccount(sample::account(1))]).await;
    expect(store, Expect::Registry { version: known }, Err(Conflict::Registry)).await;
    let now = store.registry_version().await.unwrap();
    expect(store, Expect::Registry { version: now }, Ok(())).await;
}

/// A subject is expected by its version; one that is not there has none.
pub async fn subject(store: &dyn Store) {
    let subject = |version| Expect::Subject { id: sample::subject_id(1), version };
    expect(store, subject(1), Err(Conflict::Subject)).await;
    change(store, sample::with_records(1, [])).await;
    expect(store, subject(1), Ok(())).await;
    change(store, vec![Change::SetSubjectState(sample::subject_id(1), SubjectState::Erasing)]).await;
    expect(store, subject(1), Err(Conflict::Subject)).await;
    expect(store, subject(2), Ok(())).await;
}

/// A record is expected by its version; one that is not there has none.
pub async fn record(store: &dyn Store) {
    let record = |version| Expect::Record { id: sample::record_id(5), version };
    expect(store, record(1), Err(Conflict::Record)).await;
    change(store, sample::with_records(1, [sample::record(1, 5)])).await;
    expect(store, record(1), Ok(())).await;
    expect(store, record(2), Err(Conflict::Record)).await;
    change(store, vec![Change::RemoveRecord(sample::record_id(5))]).await;
    expect(store, record(1), Err(Conflict::Record)).await;
}

/// A key is expected in its slot.
pub async fn key(store: &dyn Store) {
    let key = |slot| Expect::Key(sample::binding(1, "books", slot));
    expect(store, key(4), Err(Conflict::Subject)).await;
    change(store, sample::with_records(1, [])).await;
    change(store, vec![Change::AddKeyBinding(sample::binding(1, "books", 4))]).await;
    expect(store, key(4), Ok(())).await;
    expect(store, key(5), Err(Conflict::Subject)).await;
    expect(store, Expect::Key(sample::binding(1, "other", 4)), Err(Conflict::Subject)).await;
    change(store, vec![Change::RemoveKeyBinding(sample::subject_id(1), "books".to_owned())]).await;
    expect(store, key(4), Err(Conflict::Subject)).await;
}

/// A class is empty while no record of any type is of it.
pub async fn class_empty(store: &dyn Store) {
    let empty = || Expect::ClassEmpty { subject: sample::subject_id(1), class: "books".to_owned() };
    expect(store, empty(), Ok(())).await;
    change(store, sample::with_records(1, [sample::record(1, 5)])).await;
    change(store, sample::with_records(2, [])).await;
    expect(store, empty(), Err(Conflict::Record)).await;
    let other = Expect::ClassEmpty { subject: sample::subject_id(1), class: "book".to_owned() };
    expect(store, other, Ok(())).await;
    let another = Expect::ClassEmpty { subject: sample::subject_id(2), class: "books".to_owned() };
    expect(store, another, Ok(())).await;
    change(store, vec![Change::RemoveRecord(sample::record_id(5))]).await;
    expect(store, empty(), Ok(())).await;
}

/// The records of all types count.
pub async fn record_count(store: &dyn Store) {
    let count = |records| Expect::RecordCount { subject: sample::subject_id(1), records };
    expect(store, count(0), Ok(())).await;
    let message = domain::Record { record_type: "message".to_owned(), ..sample::record(1, 6) };
    change(store, sample::with_records(1, [sample::record(1, 5), message])).await;
    expect(store, count(2), Ok(())).await;
    expect(store, count(1), Err(Conflict::Record)).await;
    change(store, vec![Change::RemoveRecord(sample::record_id(5))]).await;
    expect(store, count(2), Err(Conflict::Record)).await;
    expect(store, count(1), Ok(())).await;
}

/// The log is expected at its epoch.
pub async fn log(store: &dyn Store) {
    expect(store, Expect::Log { epoch: 0 }, Ok(())).await;
    change(store, vec![Change::AdvanceLog { placed: Vec::new(), tiles: Vec::new(), size: 0 }]).await;
    expect(store, Expect::Log { epoch: 0 }, Err(Conflict::Log)).await;
    expect(store, Expect::Log { epoch: 1 }, Ok(())).await;
}

/// One that is not met refuses the unit, whatever stands before or after it.
pub async fn all_must_hold(store: &dyn Store) {
    let met = || Expect::Log { epoch: 0 };
    let unmet = || Expect::Subject { id: sample::subject_id(1), version: 1 };
    for expects in [vec![unmet(), met()], vec![met(), unmet()]] {
        let outcome = store.commit(Unit { expects, ..Unit::default() }).await;
        assert_eq!(outcome, Err(CommitError::Conflict(Conflict::Subject)));
    }
}

//! Leases: one does a job, and who was overtaken commits nothing.

use super::{change, commit_together, expect, refused, sample};
use crate::{Change, CommitError, Conflict, Expect, Lease, Store, Unit};

fn lease(holder: u8, until: i64) -> Lease {
    Lease { name: "expiry".to_owned(), holder: [holder; 16], until: sample::time(until) }
}

fn take(holder: u8, now: i64, until: i64) -> Change {
    Change::TakeLease { lease: lease(holder, until), now: sample::time(now) }
}

fn held_by(holder: u8) -> Expect {
    Expect::Lease { name: "expiry".to_owned(), holder: [holder; 16] }
}

/// Its holder may keep it; another one takes it at its end and not before.
pub async fn a_lease_keeps_others_out_until_it_ends(store: &dyn Store) {
    assert_eq!(store.lease("expiry").await.unwrap(), None);
    change(store, vec![take(1, 0, 10)]).await;
    refused(store, vec![take(2, 9, 19)], Conflict::Lease).await;
    change(store, vec![take(1, 9, 20)]).await;
    assert_eq!(store.lease("expiry").await.unwrap(), Some(lease(1, 20)));
    assert_eq!(store.lease("purge").await.unwrap(), None);
    change(store, vec![take(2, 20, 30)]).await;
    assert_eq!(store.lease("expiry").await.unwrap(), Some(lease(2, 30)));
}

/// Nobody gives back what another one holds.
pub async fn a_lease_is_given_back_by_its_holder_alone(store: &dyn Store) {
    let give = |holder| Change::ReturnLease { name: "expiry".to_owned(), holder: [holder; 16] };
    change(store, vec![take(1, 0, 10)]).await;
    change(store, vec![give(2)]).await;
    refused(store, vec![take(2, 1, 11)], Conflict::Lease).await;
    change(store, vec![give(1)]).await;
    assert_eq!(store.lease("expiry").await.unwrap(), None);
    change(store, vec![take(2, 1, 11)]).await;
}

/// A holder that was overtaken is refused, and one whose lease ran out without a successor is not.
pub async fn only_the_holder_commits_under_a_lease(store: &dyn Store) {
    expect(store, held_by(1), Err(Conflict::Lease)).await;
    change(store, vec![take(1, 0, 10)]).await;
    expect(store, held_by(1), Ok(())).await;
    change(store, vec![take(2, 10, 20)]).await;
    expect(store, held_by(1), Err(Conflict::Lease)).await;
    expect(store, held_by(2), Ok(())).await;
}

/// However they arrive.
pub async fn of_many_who_take_at_once_one_holds(store: &dyn Store) {
    let units = (1..=5).map(|holder| Unit { changes: vec![take(holder, 0, 10)], ..Unit::default() });
    let outcomes = commit_together(store, units.collect()).await;
    let lost = outcomes.iter().filter(|one| **one == Err(CommitError::Conflict(Conflict::Lease))).count();
    assert_eq!((outcomes.len() - lost, lost), (1, 4), "{outcomes:?}");
}

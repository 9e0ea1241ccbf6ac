//! Leases: one does a job, and who was overtaken commits nothing.

use jiff::SignedDuration;

use super::{change, commit_together, expect, refused, sample};
use crate::{Change, CommitError, Conflict, Expect, Lease, Store, Unit};

/// Longer than any case runs.
const LONG: SignedDuration = SignedDuration::from_hours(1);
/// Over at once.
const OVER: SignedDuration = SignedDuration::ZERO;

fn take(holder: u8, lasts: SignedDuration) -> Change {
    take_after(holder, lasts, None)
}

fn take_after(holder: u8, lasts: SignedDuration, over: Option<u8>) -> Change {
    Change::TakeLease {
        name: "expiry".to_owned(),
        holder: [holder; 16],
        lasts,
        over: over.map(|holder| [holder; 16]),
        now: sample::time(0),
    }
}

/// Asserts who holds the lease, and whether some of its time is left.
async fn is_held(store: &dyn Store, holder: u8, lasts: bool) {
    let Lease { name, holder: found, left } = store.lease("expiry", sample::time(0)).await.unwrap().unwrap();
    assert_eq!((name.as_str(), found), ("expiry", [holder; 16]));
    assert!(left <= LONG && left.is_positive() == lasts, "{left:?}");
}

async fn is_held_by_nobody(store: &dyn Store, job: &str) {
    assert_eq!(store.lease(job, sample::time(0)).await.unwrap(), None);
}

fn held_by(holder: u8) -> Expect {
    Expect::Lease { name: "expiry".to_owned(), holder: [holder; 16] }
}

/// Its holder may keep it; another one takes it at its end and not before.
pub async fn a_lease_keeps_others_out_until_it_ends(store: &dyn Store) {
    is_held_by_nobody(store, "expiry").await;
    change(store, vec![take(1, LONG)]).await;
    is_held(store, 1, true).await;
    refused(store, vec![take(2, LONG)], Conflict::Lease).await;
    change(store, vec![take(1, OVER)]).await;
    is_held(store, 1, false).await;
    is_held_by_nobody(store, "purge").await;
    change(store, vec![take(2, LONG)]).await;
    is_held(store, 2, true).await;
}

/// Only that of the holder who is named.
pub async fn a_lease_that_is_over_is_taken_before_its_end(store: &dyn Store) {
    change(store, vec![take(1, LONG)]).await;
    refused(store, vec![take_after(2, LONG, Some(3))], Conflict::Lease).await;
    change(store, vec![take_after(2, LONG, Some(1))]).await;
    is_held(store, 2, true).await;
}

/// Nobody gives back what another one holds.
pub async fn a_lease_is_given_back_by_its_holder_alone(store: &dyn Store) {
    let give = |holder| Change::ReturnLease { name: "expiry".to_owned(), holder: [holder; 16] };
    change(store, vec![take(1, LONG)]).await;
    change(store, vec![give(2)]).await;
    refused(store, vec![take(2, LONG)], Conflict::Lease).await;
    change(store, vec![give(1)]).await;
    is_held_by_nobody(store, "expiry").await;
    change(store, vec![take(2, LONG)]).await;
}

/// A holder that was overtaken is refused, and one whose lease ran out without a successor is not.
pub async fn only_the_holder_commits_under_a_lease(store: &dyn Store) {
    expect(store, held_by(1), Err(Conflict::Lease)).await;
    change(store, vec![take(1, OVER)]).await;
    expect(store, held_by(1), Ok(())).await;
    change(store, vec![take(2, OVER)]).await;
    expect(store, held_by(1), Err(Conflict::Lease)).await;
    expect(store, held_by(2), Ok(())).await;
}

/// However they arrive.
pub async fn of_many_who_take_at_once_one_holds(store: &dyn Store) {
    let units = (1..=5).map(|holder| Unit { changes: vec![take(holder, LONG)], ..Unit::default() });
    let outcomes = commit_together(store, units.collect()).await;
    let lost = outcomes.iter().filter(|one| **one == Err(CommitError::Conflict(Conflict::Lease))).count();
    assert_eq!((outcomes.len() - lost, lost), (1, 4), "{outcomes:?}");
}

//! Whose clock a lease goes by.

use jiff::{SignedDuration, Timestamp};
use store::{Change, Commit, CommitError, Conflict, Leases, Unit};

use super::store;

const LASTS: SignedDuration = SignedDuration::from_secs(60);

fn take(holder: u8, now: Timestamp) -> Unit {
    let (name, holder) = ("expiry".to_owned(), [holder; 16]);
    let change = Change::TakeLease { name, holder, lasts: LASTS, over: None, now };
    Unit { changes: vec![change], ..Unit::default() }
}

#[tokio::test]
async fn a_process_whose_clock_is_wrong_neither_steals_nor_keeps() {
    let store = store().await;
    store.commit(take(1, Timestamp::MAX)).await.unwrap();
    let left = store.lease("expiry", Timestamp::MIN).await.unwrap().unwrap().left;
    assert!(left.is_positive() && left <= LASTS, "{left:?}");
    let stolen = store.commit(take(2, Timestamp::MAX)).await;
    assert_eq!(stolen, Err(CommitError::Conflict(Conflict::Lease)));
    // It is over for the database, whatever anyone else thinks.
    store.database.query("UPDATE lease SET until = until - 60000000", &[]).await.unwrap();
    store.commit(take(2, Timestamp::MIN)).await.unwrap();
}

//! The access log: found by tag and day, gone with the day.

use domain::{
    AccountId,
    access_log::{AccessEvent, Asked},
};

use super::{change, sample};
use crate::{
    Change, Store,
    access_log::{AccessDay, AccessRow, SignalRow},
};

fn account(number: u64) -> AccountId {
    sample::account_id(number)
}

fn line(owner: u64, day: i32, tag: u8, second: i64, event: Option<AccessEvent>) -> AccessRow {
    let caller = (tag == 1).then(|| account(9));
    let asked = Asked { method: "GET".to_owned(), route: "/a/{id}".to_owned(), status: 404, event, caller };
    AccessRow {
        account: account(owner),
        day,
        tag: [tag; 16],
        at: sample::time(second),
        asked,
        sealed: vec![7, tag],
    }
}

/// By account, day and tag, the newest first.
pub async fn lines_are_found_by_their_tag(store: &dyn Store) {
    let failed = Some(AccessEvent::FailedSignIn);
    let lines = vec![
        line(1, 4, 1, 1, None),
        line(1, 4, 1, 2, failed),
        line(1, 4, 2, 3, None),
        line(1, 5, 1, 4, None),
        line(2, 4, 1, 5, None),
    ];
    change(store, vec![Change::AddAccessLines(lines.clone())]).await;
    let both = [(4, [1; 16]), (5, [1; 16])];
    let found = store.access_lines(account(1), &both, 9).await.unwrap();
    assert_eq!(found, [lines[3].clone(), lines[1].clone(), lines[0].clone()]);
    assert_eq!(store.access_lines(account(1), &both, 2).await.unwrap(), [lines[3].clone(), lines[1].clone()]);
    assert_eq!(store.access_lines(account(1), &[(5, [2; 16])], 9).await.unwrap(), []);
    assert_eq!(store.access_lines(account(1), &[], 9).await.unwrap(), []);
    let day = |owner, day, lines| AccessDay { account: account(owner), day, lines };
    assert_eq!(store.access_days(Some(account(1))).await.unwrap(), [day(1, 4, 3), day(1, 5, 1)]);
    assert_eq!(store.access_days(None).await.unwrap().len(), 3);
}

/// A day goes whole, and no other.
pub async fn lines_go_with_their_day(store: &dyn Store) {
    let lines = vec![line(1, 4, 1, 1, None), line(1, 5, 1, 4, None), line(2, 4, 1, 5, None)];
    change(store, vec![Change::AddAccessLines(lines), signal(4, 2, 1)]).await;
    change(store, vec![Change::RemoveAccessDay(account(1), 4)]).await;
    assert_eq!(store.access_lines(account(1), &[(4, [1; 16])], 9).await.unwrap(), []);
    assert_eq!(store.access_lines(account(2), &[(4, [1; 16])], 9).await.unwrap().len(), 1);
    assert_eq!(store.access_days(None).await.unwrap().len(), 2);
    assert_eq!(store.signals(account(1), 9).await.unwrap(), []);
    change(store, vec![signal(4, 2, 1)]).await;
    assert_eq!(store.signals(account(1), 9).await.unwrap(), [], "nothing stands out on a day that is gone");
}

fn signal(day: i32, times: u64, second: i64) -> Change {
    let (signal, tag) = ("failed_sign_ins".to_owned(), [1; 16]);
    Change::PutSignal(SignalRow { account: account(1), day, signal, tag, times, at: sample::time(second) })
}

/// What happened often enough, and how often it was at most.
pub async fn what_stands_out_is_counted_and_kept(store: &dyn Store) {
    let failed = Some(AccessEvent::FailedSignIn);
    let lines = vec![
        line(1, 4, 1, 1, failed),
        line(1, 4, 1, 2, failed),
        line(1, 4, 1, 3, None),
        line(1, 4, 2, 3, failed),
    ];
    change(store, vec![Change::AddAccessLines(lines)]).await;
    let busy = async |second, event, times| {
        let found = store.busy_addresses(sample::time(second), event, times).await.unwrap();
        found.into_iter().map(|row| (row.tag[0], row.times, row.at)).collect::<Vec<_>>()
    };
    assert_eq!(busy(1, failed, 2).await, [(1, 2, sample::time(2))]);
    assert_eq!(busy(1, None, 3).await, [(1, 3, sample::time(3))]);
    assert_eq!(busy(2, failed, 2).await, []);
    change(store, vec![signal(4, 5, 2)]).await;
    change(store, vec![signal(4, 3, 9)]).await;
    let kept = store.signals(account(1), 9).await.unwrap();
    assert_eq!(kept.iter().map(|row| (row.times, row.at)).collect::<Vec<_>>(), [(5, sample::time(9))]);
    assert_eq!(store.signals(account(2), 9).await.unwrap(), []);
}

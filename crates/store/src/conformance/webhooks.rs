//! Webhooks, and which of them are due.

use domain::{Webhook, webhook::Failure};

use super::{change, events::told, log::advance, refused, sample};
use crate::{Change, Conflict, Store};

async fn due(store: &dyn Store, second: i64, limit: u32) -> Vec<u64> {
    let found = store.due_webhooks(sample::time(second), limit).await.unwrap();
    (1..9).filter(|number| found.iter().any(|one| one.id == sample::webhook(1, *number).id)).collect()
}

/// Whole, with its sealed secret, and only for its account.
pub async fn webhooks_read_back(store: &dyn Store) {
    let first = sample::webhook(1, 1);
    assert_eq!(store.webhook(first.id).await.unwrap(), None);
    let others = [sample::webhook(2, 2), sample::webhook(1, 3)];
    for webhook in [&others[1], &first, &others[0]] {
        change(store, vec![Change::AddWebhook(webhook.clone())]).await;
    }
    refused(store, vec![Change::AddWebhook(first.clone())], Conflict::Exists).await;
    assert_eq!(store.webhook(first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.webhooks(first.account).await.unwrap(), [first, others[1].clone()]);
}

/// Of two who move it on at once, one does; one that is removed is not there for either.
pub async fn a_webhook_moves_on_a_version_at_a_time(store: &dyn Store) {
    let first = sample::webhook(1, 1);
    let moved = first.clone().failed(sample::event_id(7), Failure::Timeout, sample::time(5), 3);
    refused(store, vec![Change::ReplaceWebhook(moved.clone())], Conflict::Webhook).await;
    change(store, vec![Change::AddWebhook(first.clone())]).await;
    change(store, vec![Change::ReplaceWebhook(moved.clone())]).await;
    refused(store, vec![Change::ReplaceWebhook(moved.clone())], Conflict::Webhook).await;
    assert_eq!(store.webhook(first.id).await.unwrap(), Some(moved));
    change(store, vec![Change::RemoveWebhook(first.id)]).await;
    assert_eq!(store.webhook(first.id).await.unwrap(), None);
    refused(store, vec![Change::RemoveWebhook(first.id)], Conflict::Webhook).await;
}

/// Only those that are active, whose time has come, and for whose account something waits that has its place.
pub async fn who_is_due_is_found(store: &dyn Store) {
    let later = |number, second| Webhook { due_at: sample::time(second), ..sample::webhook(1, number) };
    let over = sample::webhook(1, 4).failed(sample::event_id(7), Failure::Gone, sample::time(0), 0);
    for webhook in [later(1, 3), later(2, 2), sample::webhook(2, 3), over] {
        change(store, vec![Change::AddWebhook(webhook)]).await;
    }
    let id = told(store, 2, vec![sample::event(1, 1), sample::event(1, 6)]).await;
    assert_eq!(due(store, 9, 9).await, Vec::<u64>::new());
    assert_eq!(store.oldest_undelivered().await.unwrap(), None);
    change(store, vec![advance(vec![(id.entry.bundle, 5)], 7)]).await;
    assert_eq!(due(store, 1, 9).await, Vec::<u64>::new());
    assert_eq!(due(store, 2, 9).await, [2]);
    assert_eq!(due(store, 3, 9).await, [1, 2]);
    assert_eq!(due(store, 3, 1).await, [2], "the longest due first");
    assert_eq!(store.oldest_undelivered().await.unwrap(), Some(sample::time(1)));
    let events = store.events(sample::account_id(1), domain::event::Place::default(), 9).await.unwrap();
    let moved: Vec<Change> = [later(1, 3), later(2, 2)]
        .into_iter()
        .zip(&events)
        .map(|(webhook, event)| Change::ReplaceWebhook(webhook.delivered(event, sample::time(4))))
        .collect();
    change(store, moved).await;
    assert_eq!(due(store, 4, 9).await, [1], "nothing waits for whom the last one was delivered to");
    assert_eq!(store.oldest_undelivered().await.unwrap(), Some(sample::time(6)));
}

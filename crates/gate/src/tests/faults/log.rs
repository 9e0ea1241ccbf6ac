//! What is only read, past the faults: the log, what is told of it, and leases.

use std::sync::atomic::Ordering;

use async_trait::async_trait;
use domain::{AccountId, EntryId, Event, SubjectId, Webhook, WebhookId, event::Place};
use jiff::Timestamp;
use store::{
    AuditLog, Events, Lease, Leases, Webhooks,
    audit::{Bundle, LogState, PrivateBundle, PrivateEntry, SubjectEntry},
};

use super::{FaultyStore, Read};

#[async_trait]
impl Events for FaultyStore {
    async fn events(&self, account: AccountId, from: Place, limit: u32) -> Read<Vec<Event>> {
        self.inner.events(account, from, limit).await
    }
}

#[async_trait]
impl Webhooks for FaultyStore {
    async fn webhook(&self, id: WebhookId) -> Read<Option<Webhook>> {
        self.inner.webhook(id).await
    }
    async fn webhooks(&self, account: AccountId) -> Read<Vec<Webhook>> {
        self.inner.webhooks(account).await
    }
    async fn due_webhooks(&self, now: Timestamp, limit: u32) -> Read<Vec<Webhook>> {
        self.inner.due_webhooks(now, limit).await
    }
    async fn oldest_undelivered(&self) -> Read<Option<Timestamp>> {
        self.inner.oldest_undelivered().await
    }
}

#[async_trait]
impl Leases for FaultyStore {
    async fn lease(&self, name: &str, now: Timestamp) -> Read<Option<Lease>> {
        self.inner.lease(name, now).await
    }
    fn is_shared(&self) -> bool {
        self.faults.shared.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl AuditLog for FaultyStore {
    async fn log_state(&self) -> Read<LogState> {
        self.inner.log_state().await
    }
    async fn unsequenced(&self, limit: u32) -> Read<Vec<Bundle>> {
        self.inner.unsequenced(limit).await
    }
    async fn leaves(&self, from: u64, to: u64) -> Read<Vec<Vec<u8>>> {
        self.inner.leaves(from, to).await
    }
    async fn tile(&self, level: u8, index: u64) -> Read<Option<Vec<u8>>> {
        self.inner.tile(level, index).await
    }
    async fn index_of(&self, entry: EntryId) -> Read<Option<Option<u64>>> {
        self.inner.index_of(entry).await
    }
    async fn entry_at(&self, index: u64) -> Read<Option<EntryId>> {
        self.inner.entry_at(index).await
    }
    async fn private_entry(&self, entry: EntryId) -> Read<Option<PrivateEntry>> {
        self.inner.private_entry(entry).await
    }
    async fn private_bundles(&self, from: u64, limit: u32) -> Read<Vec<PrivateBundle>> {
        self.inner.private_bundles(from, limit).await
    }
    async fn entries_of(
        &self,
        subject: SubjectId,
        before: Option<EntryId>,
        limit: u32,
    ) -> Read<Vec<SubjectEntry>> {
        self.inner.entries_of(subject, before, limit).await
    }
}

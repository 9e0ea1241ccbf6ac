//! Webhooks through the door: made, tried, replayed, given another secret, removed, each with its entry. The secret is sealed
//! under the account's keys, is shown once, and signs here: it never leaves the gate again.

mod delivering;
mod restarting;

use data_encoding::BASE64;
use domain::{
    Action, Detail, EventId, EventKind, Webhook, WebhookId,
    ambient::random_bytes,
    event::{Facts, Place},
    webhook::{DUE_AT_ONCE, Sealed, WebhookState},
};
use store::{Change, CommitError, Conflict, Unit, records::Replay};

use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    repetition::{Once, remember},
};

pub use delivering::Delivery;

/// What every secret begins with (Standard Webhooks).
const SECRET_PREFIX: &str = "whsec_";
/// How many webhooks an account may have.
const MOST: usize = 32;

/// A webhook to be made.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// Where events are sent; checked by whoever sends.
    pub url: String,
    /// Which; none named, all.
    pub kinds: Vec<EventKind>,
}

impl Gate {
    /// Makes a webhook in the caller's account, which is told what happens from now on. Answers with the secret that signs,
    /// this once: a repeated request answers without.
    ///
    /// # Errors
    /// There are as many as may be, or a store fails.
    pub async fn create_webhook(
        &self,
        caller: &Caller,
        new: &NewWebhook,
        replay: Option<&Replay>,
    ) -> Result<(Webhook, Option<String>), GateError> {
        match self.once(replay, || self.try_create_webhook(caller, new, replay)).await? {
            Once::Made((webhook, secret)) => Ok((webhook, Some(secret))),
            Once::Before(first) => {
                Ok((self.webhook(caller, WebhookId::from_bytes(first.result)).await?, None))
            }
        }
    }

    async fn try_create_webhook(
        &self,
        caller: &Caller,
        new: &NewWebhook,
        replay: Option<&Replay>,
    ) -> Result<(Webhook, String), Failed> {
        let (account, now) = (caller.account_id(), self.now());
        if self.store.webhooks(account).await?.len() >= MOST {
            return Err(GateError::Malformed(format!("an account has {MOST} webhooks at most")).into());
        }
        let id = WebhookId::new(&*self.ambient.clock, self.randomness(), account.bucket());
        let (secret, sealed) = self.new_webhook_secret(account, id)?;
        let webhook = Webhook {
            id,
            account,
            url: new.url.clone(),
            kinds: new.kinds.clone(),
            created_at: now,
            secret: sealed,
            former: None,
            state: WebhookState::Active,
            from: Place { index: self.log_size().await?, ordinal: 0 },
            delivered: None,
            failures: 0,
            failing_since: None,
            due_at: DUE_AT_ONCE,
            last: None,
            version: 1,
        };
        let mut changes = vec![Change::AddWebhook(webhook.clone())];
        changes.extend(remember(replay, *id.as_bytes()));
        self.commit_webhook(caller, Action::WebhookCreated, id, changes).await?;
        Ok((webhook, secret))
    }

    /// A new secret, in words and sealed.
    fn new_webhook_secret(
        &self,
        account: domain::AccountId,
        webhook: WebhookId,
    ) -> Result<(String, Sealed), GateError> {
        let secret: [u8; 32] = random_bytes(self.randomness());
        let secret = sealing::wiped(secret.to_vec());
        let keys = self.keyring.account(account)?;
        let sealed = keys.seal_webhook_secret(webhook, &secret, self.randomness());
        Ok((format!("{SECRET_PREFIX}{}", BASE64.encode(&secret)), Sealed(sealed)))
    }

    /// Commits a change of a webhook with its entry.
    async fn commit_webhook(
        &self,
        caller: &Caller,
        action: Action,
        webhook: WebhookId,
        changes: Vec<Change>,
    ) -> Result<(), Failed> {
        let effective = self.effective(caller)?;
        let note = Some(webhook.to_string());
        let detail = Detail { note, ..self.detail_under(caller, action, &effective) };
        let entries = vec![self.account_entry(caller.account_id(), &detail)?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        self.commit(unit).await.map(drop).map_err(Failed::Commit)
    }

    /// The webhooks of the caller's account.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn webhooks(&self, caller: &Caller) -> Result<Vec<Webhook>, GateError> {
        Ok(self.store.webhooks(caller.account_id()).await?)
    }

    /// A webhook of the caller's account.
    ///
    /// # Errors
    /// Not there, or the data store fails.
    pub async fn webhook(&self, caller: &Caller, id: WebhookId) -> Result<Webhook, GateError> {
        let found = self.store.webhook(id).await?;
        found.filter(|webhook| webhook.account == caller.account_id()).ok_or(GateError::NotFound("webhook"))
    }

    /// Removes a webhook. What is under way to it may still arrive.
    ///
    /// # Errors
    /// Not there, or a store fails.
    pub async fn remove_webhook(&self, caller: &Caller, id: WebhookId) -> Result<(), GateError> {
        let attempt = async || {
            self.webhook(caller, id).await?;
            let changes = vec![Change::RemoveWebhook(id)];
            self.commit_webhook(caller, Action::WebhookRemoved, id, changes).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Gives a webhook another secret, which is shown this once; for a day the one before signs as well.
    ///
    /// # Errors
    /// Not there, or a store fails.
    pub async fn rotate_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
    ) -> Result<(Webhook, String), GateError> {
        let attempt = async || {
            let webhook = self.webhook(caller, id).await?;
            let (secret, sealed) = self.new_webhook_secret(webhook.account, id)?;
            let rotated = webhook.rotated(sealed, self.now());
            let changes = vec![Change::ReplaceWebhook(rotated.clone())];
            self.commit_webhook(caller, Action::WebhookRotated, id, changes).await?;
            Ok((rotated, secret))
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Delivers to a webhook once more what came after an event, or all that is kept; one that was given up is taken up.
    ///
    /// # Errors
    /// The webhook is not there, or the event is not, as when a restore has lost it; or a store fails.
    pub async fn replay_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
        after: Option<EventId>,
    ) -> Result<Webhook, GateError> {
        let attempt = async || {
            let from = self.place_after(after).await?;
            let replayed = self.webhook(caller, id).await?.replayed(from);
            let changes = vec![Change::ReplaceWebhook(replayed.clone())];
            self.commit_webhook(caller, Action::WebhookReplayed, id, changes).await?;
            Ok(replayed)
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Sends a webhook an event that tells nothing, in its turn.
    ///
    /// # Errors
    /// Not there, or a store fails.
    pub async fn test_webhook(&self, caller: &Caller, id: WebhookId) -> Result<Webhook, GateError> {
        let attempt = async || {
            let webhook = self.webhook(caller, id).await?;
            let facts = Facts { webhook: Some(id), ..Facts::default() };
            let changes = vec![self.tell(webhook.account, EventKind::WebhookTest, facts)];
            self.commit_webhook(caller, Action::WebhookTested, id, changes).await?;
            Ok(webhook)
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Commits where a webhook stands now, unless somebody else moved it on meanwhile: then what they did holds. That is
    /// bookkeeping like that of a lease, and has no entry.
    async fn stand(&self, moved: Webhook) -> Result<Option<Webhook>, GateError> {
        let changes = vec![Change::ReplaceWebhook(moved.clone())];
        match self.commit(Unit { changes, ..Unit::default() }).await {
            Ok(_) => Ok(Some(moved)),
            Err(CommitError::Conflict(Conflict::Webhook)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

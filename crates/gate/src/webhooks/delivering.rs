//! What is sent to a webhook next, signed, and what came of it.

use domain::{
    AccountKind, Action, Detail, Event, EventId, EventKind, Webhook,
    ambient::random_bytes,
    event::Facts,
    webhook::{Failure, Sealed, sign},
};
use jiff::Timestamp;
use serde_json::json;
use store::{Change, Unit};

use crate::{Caller, Gate, GateError, attempts::Failed};

/// How many events are looked at for one that is wanted.
const STEP: u32 = 100;

/// An event on its way to a webhook.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Where it is sent.
    pub url: String,
    /// Whether it is the operator's.
    pub is_operators: bool,
    /// The event, whose id is the same however often it is sent.
    pub event: Event,
    /// The second at which it is sent, since the Unix epoch.
    pub second: i64,
    /// A signature for each secret, with a space between.
    pub signature: String,
    /// The JSON that is signed.
    pub body: String,
}

impl Gate {
    /// The webhooks of all accounts that have something to deliver now, the longest due first.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn due_webhooks(&self, limit: u32) -> Result<Vec<Webhook>, GateError> {
        Ok(self.store.due_webhooks(self.now(), limit).await?)
    }

    /// When the oldest event happened that waits for an active webhook.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn oldest_undelivered(&self) -> Result<Option<Timestamp>, GateError> {
        Ok(self.store.oldest_undelivered().await?)
    }

    /// What is sent to a webhook next, and the webhook as it stands then; nothing when it has all, or somebody else moved
    /// it on meanwhile.
    ///
    /// # Errors
    /// The secret is damaged, or a store fails.
    pub async fn next_delivery(&self, webhook: Webhook) -> Result<Option<(Webhook, Delivery)>, GateError> {
        let mut webhook = webhook;
        loop {
            let events = self.store.events(webhook.account, webhook.from, STEP).await?;
            let Some(last) = events.last().map(|event| event.place) else { return Ok(None) };
            if let Some(event) = events.into_iter().find(|event| webhook.wants(&event.told)) {
                let delivery = self.signed(&webhook, event).await?;
                return Ok(Some((webhook, delivery)));
            }
            let passed_over = self.stand(webhook.passed_over(last.next())).await?;
            let Some(moved) = passed_over else { return Ok(None) };
            webhook = moved;
        }
    }

    async fn signed(&self, webhook: &Webhook, event: Event) -> Result<Delivery, GateError> {
        let Event { id, told, .. } = &event;
        let message = json!({ "id": id, "type": told.kind, "timestamp": told.at, "data": told.facts });
        let (body, now) = (message.to_string(), self.now());
        let sign = |sealed: &Sealed| {
            let damaged = || GateError::Damaged("the secret of a webhook");
            let keys = self.keyring.account_that_sealed(webhook.account, &sealed.0).ok_or_else(damaged)?;
            let secret = keys.open_webhook_secret(webhook.id, &sealed.0).map_err(|_| damaged())?;
            Ok(sign(&secret, &id.to_string(), now.as_second(), &body))
        };
        let signatures = webhook.secrets(now).map(sign).collect::<Result<Vec<_>, GateError>>()?;
        let (url, signature) = (webhook.url.clone(), signatures.join(" "));
        let is_operators = self.account(webhook.account).await?.kind == AccountKind::Operator;
        Ok(Delivery { url, is_operators, second: now.as_second(), signature, body, event })
    }

    /// What came of a delivery. Answers with the webhook as it stands then; nothing when somebody moved it on meanwhile.
    ///
    /// # Errors
    /// A store fails: the event is then sent once more.
    pub async fn delivery_ended(
        &self,
        webhook: Webhook,
        event: &Event,
        outcome: Result<(), Failure>,
    ) -> Result<Option<Webhook>, GateError> {
        let at = self.now();
        let dice = u64::from_be_bytes(random_bytes(self.randomness()));
        let moved = match outcome {
            Ok(()) => webhook.delivered(event, at),
            Err(failure) => webhook.failed(event.id, failure, at, dice),
        };
        if moved.is_active() { self.stand(moved).await } else { self.give_up_webhook(moved, event.id).await }
    }

    /// A receiver that is given up is told of, in the log and to whoever reads events.
    async fn give_up_webhook(
        &self,
        given_up: Webhook,
        undelivered: EventId,
    ) -> Result<Option<Webhook>, GateError> {
        let caller = Caller::system(self.account(given_up.account).await?);
        tracing::warn!(webhook = %given_up.id, "a webhook is given up; a replay takes it up again");
        let attempt = async || {
            let effective = self.effective(&caller)?;
            let note = Some(format!("{}, {undelivered} did not arrive", given_up.id));
            let detail = self.detail_under(&caller, Action::WebhookDisabled, &effective);
            let facts = Facts { webhook: Some(given_up.id), ..Facts::default() };
            let told = self.tell(given_up.account, EventKind::WebhookDisabled, facts);
            let unit = Unit {
                expects: effective.expects(),
                changes: vec![Change::ReplaceWebhook(given_up.clone()), told],
                entries: vec![self.account_entry(given_up.account, &Detail { note, ..detail })?],
            };
            self.commit(unit).await.map(drop).map_err(Failed::Commit)
        };
        match self.retried(attempt).await.map_err(Failed::into_error) {
            Ok(()) => Ok(Some(given_up)),
            Err(GateError::Busy) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

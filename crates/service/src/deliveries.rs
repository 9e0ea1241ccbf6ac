//! Delivering events to webhooks: for each one after the other, and all of them at once.

#[cfg(test)]
mod tests;
mod turns;

use std::{sync::Arc, time::Duration};

use domain::{AccountKind, Webhook, webhook::Failure};
use gate::{Caller, Delivery, GateError};
use tokio::time::Instant;

use crate::{
    Service,
    outside::{Http, Message},
};

use turns::Turn;
pub(crate) use turns::Turns;

/// Webhooks that are looked at for one that nobody delivers to yet.
const LOOKED_AT: u32 = 256;
/// How long a webhook is sent events in its turn, before it is another's.
const TURN: Duration = Duration::from_secs(10);

impl Service {
    /// Says whether the caller's events can be sent to a URL at all.
    ///
    /// # Errors
    /// They cannot be sent there, or nowhere.
    pub fn check_receiver(&self, caller: &Caller, url: &str) -> Result<(), Failure> {
        let is_operators = caller.account.kind == AccountKind::Operator;
        let checked = self.http.as_ref().map_or(Err(Failure::Url), |http| http.check(url, is_operators));
        checked.map_err(|failure| failure_told(failure, is_operators))
    }

    /// Begins to deliver to every webhook that is due and not being delivered to.
    pub(crate) async fn begin_deliveries(self: &Arc<Self>) -> Result<(), GateError> {
        let Some(http) = &self.http else { return Ok(()) };
        for webhook in self.gate.due_webhooks(LOOKED_AT).await? {
            let Some(turn) = self.turns.take(&webhook, Instant::now()) else { continue };
            let (service, http) = (Arc::clone(self), Arc::clone(http));
            tokio::spawn(async move {
                let id = webhook.id;
                if let Err(error) = service.take_turn(turn, &*http, webhook).await {
                    tracing::error!(webhook = %id, %error, "a delivery stopped; it goes on after a pause");
                }
            });
        }
        Ok(())
    }

    /// Delivers to every webhook that is due, and waits for it. Says how many there were.
    pub(crate) async fn deliver_due(&self) -> Result<usize, GateError> {
        let Some(http) = &self.http else { return Ok(0) };
        let mut delivered_to = 0;
        for webhook in self.gate.due_webhooks(LOOKED_AT).await? {
            let Some(turn) = self.turns.take(&webhook, Instant::now()) else { continue };
            self.take_turn(turn, &**http, webhook).await?;
            delivered_to += 1;
        }
        Ok(delivered_to)
    }

    /// Delivers to a webhook in its turn. After an error of our own the next turn follows after a pause.
    async fn take_turn(&self, turn: Turn, http: &dyn Http, webhook: Webhook) -> Result<(), GateError> {
        let delivered = self.deliver_to(http, webhook).await;
        match &delivered {
            Ok(()) => turn.went_well(),
            Err(_) => turn.failed(Instant::now()),
        }
        delivered
    }

    /// Sends a webhook what waits for it, one event at a time, until one does not arrive or its turn is over.
    async fn deliver_to(&self, http: &dyn Http, webhook: Webhook) -> Result<(), GateError> {
        let (mut webhook, begun) = (webhook, Instant::now());
        while begun.elapsed() < TURN {
            let Some((standing, delivery)) = self.gate.next_delivery(webhook).await? else { return Ok(()) };
            let sent = http.post(&message(&delivery)).await;
            let outcome = sent.and_then(|status| Failure::of_status(status).map_or(Ok(()), Err));
            let outcome = outcome.map_err(|failure| failure_told(failure, delivery.is_operators));
            let result = outcome.err().map_or("delivered", Failure::as_str);
            metrics::counter!("bailee_webhook_deliveries_total", "result" => result).increment(1);
            let stands = self.gate.delivery_ended(standing, &delivery.event, outcome).await?;
            match stands {
                Some(stands) if outcome.is_ok() => webhook = stands,
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    /// Shows how old the oldest event is that waits for a webhook.
    pub(crate) async fn measure_undelivered(&self) -> Result<(), GateError> {
        let since = self.gate.oldest_undelivered().await?;
        let seconds = since.map_or(0, |since| self.now().duration_since(since).as_secs().max(0));
        #[expect(clippy::cast_precision_loss, reason = "seconds of some days")]
        metrics::gauge!("bailee_webhook_oldest_undelivered_seconds").set(seconds as f64);
        Ok(())
    }
}

/// What is told of a failure: to anyone but the operator nothing of what lies inside.
const fn failure_told(failure: Failure, is_operators: bool) -> Failure {
    if is_operators { failure } else { failure.from_outside() }
}

/// The message of a delivery, as Standard Webhooks has it.
fn message(delivery: &Delivery) -> Message {
    let headers = vec![
        ("webhook-id", delivery.event.id.to_string()),
        ("webhook-timestamp", delivery.second.to_string()),
        ("webhook-signature", delivery.signature.clone()),
    ];
    let is_operators = delivery.is_operators;
    Message { url: delivery.url.clone(), is_operators, headers, body: delivery.body.clone() }
}

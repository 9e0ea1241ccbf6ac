//! Delivering events to webhooks: for each one after the other, and all of them at once.

use std::{collections::HashSet, sync::Arc};

use domain::{Webhook, WebhookId, webhook::Failure};
use gate::{Delivery, GateError};
use parking_lot::Mutex;

use crate::{
    Service,
    outside::{Http, Message},
};

/// Webhooks that are delivered to at once.
const AT_ONCE: usize = 128;
/// Webhooks that are looked at for one that nobody delivers to yet.
const LOOKED_AT: u32 = 256;
/// Events that a webhook is sent in its turn, before it is another's.
const TURN: usize = 100;

/// The webhooks that this process is just delivering to.
pub(crate) type UnderWay = Arc<Mutex<HashSet<WebhookId>>>;

/// A webhook that nobody else delivers to until this is dropped.
struct Turn {
    under_way: UnderWay,
    id: WebhookId,
}

impl Turn {
    fn take(under_way: &UnderWay, id: WebhookId) -> Option<Self> {
        let mut all = under_way.lock();
        let is_free = all.len() < AT_ONCE && all.insert(id);
        is_free.then(|| Self { under_way: Arc::clone(under_way), id })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.under_way.lock().remove(&self.id);
    }
}

impl Service {
    /// Says whether events can be sent to a URL at all.
    ///
    /// # Errors
    /// They cannot be sent there, or nowhere.
    pub fn check_receiver(&self, url: &str) -> Result<(), Failure> {
        self.http.as_ref().map_or(Err(Failure::Url), |http| http.check(url))
    }

    /// Begins to deliver to every webhook that is due and not being delivered to.
    pub(crate) async fn begin_deliveries(self: &Arc<Self>) -> Result<(), GateError> {
        let Some(http) = &self.http else { return Ok(()) };
        for webhook in self.gate.due_webhooks(LOOKED_AT).await? {
            let Some(turn) = Turn::take(&self.under_way, webhook.id) else { continue };
            let (service, http) = (Arc::clone(self), Arc::clone(http));
            tokio::spawn(async move {
                let id = webhook.id;
                if let Err(error) = service.deliver_to(&*http, webhook).await {
                    tracing::error!(webhook = %id, %error, "a delivery stopped; it goes on at its next turn");
                }
                drop(turn);
            });
        }
        Ok(())
    }

    /// Delivers to every webhook that is due, and waits for it. Says how many there were.
    pub(crate) async fn deliver_due(&self) -> Result<usize, GateError> {
        let Some(http) = &self.http else { return Ok(0) };
        let mut delivered_to = 0;
        for webhook in self.gate.due_webhooks(LOOKED_AT).await? {
            let Some(_turn) = Turn::take(&self.under_way, webhook.id) else { continue };
            self.deliver_to(&**http, webhook).await?;
            delivered_to += 1;
        }
        Ok(delivered_to)
    }

    /// Sends a webhook what waits for it, one event at a time, until one does not arrive.
    async fn deliver_to(&self, http: &dyn Http, webhook: Webhook) -> Result<(), GateError> {
        let mut webhook = webhook;
        for _ in 0..TURN {
            let Some((standing, delivery)) = self.gate.next_delivery(webhook).await? else { return Ok(()) };
            let sent = http.post(&message(&delivery)).await;
            let outcome = sent.and_then(|status| Failure::of_status(status).map_or(Ok(()), Err));
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

/// The message of a delivery, as Standard Webhooks has it.
fn message(delivery: &Delivery) -> Message {
    let headers = vec![
        ("webhook-id", delivery.event.id.to_string()),
        ("webhook-timestamp", delivery.second.to_string()),
        ("webhook-signature", delivery.signature.clone()),
    ];
    Message { url: delivery.url.clone(), headers, body: delivery.body.clone() }
}

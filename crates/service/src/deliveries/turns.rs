//! Whose turn it is to be delivered to. A webhook has one turn at a time, an account a few, and one whose turn ended in an
//! error of our own, as when the store cannot be written, waits longer each time: otherwise it would be sent the same event
//! at every tick.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::{AccountId, Webhook, WebhookId};
use parking_lot::Mutex;
use tokio::time::Instant;

/// Webhooks that are delivered to at once.
const AT_ONCE: usize = 128;
/// How many of them may be one account's.
const OF_AN_ACCOUNT: usize = 8;
/// How long a webhook waits after an error at first; twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest that it waits.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// The turns of this process.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    under_way: HashMap<WebhookId, AccountId>,
    paused: HashMap<WebhookId, Pause>,
}

/// How long a webhook waits after errors.
#[derive(Clone, Copy)]
struct Pause {
    errors: u32,
    until: Instant,
}

/// A webhook that nobody else in this process delivers to until this ends.
pub(super) struct Turn {
    turns: Turns,
    id: WebhookId,
}

impl Turns {
    /// The turn of a webhook; none when it has one, must wait, or enough others have theirs.
    pub(super) fn take(&self, webhook: &Webhook, now: Instant) -> Option<Turn> {
        let mut inner = self.0.lock();
        let of_account = inner.under_way.values().filter(|account| **account == webhook.account).count();
        let is_paused = inner.paused.get(&webhook.id).is_some_and(|pause| now < pause.until);
        let is_full = inner.under_way.len() >= AT_ONCE || of_account >= OF_AN_ACCOUNT;
        if is_full || is_paused || inner.under_way.contains_key(&webhook.id) {
            return None;
        }
        inner.under_way.insert(webhook.id, webhook.account);
        drop(inner);
        Some(Turn { turns: self.clone(), id: webhook.id })
    }
}

impl Turn {
    /// It went well: the next one may follow at once.
    pub(super) fn went_well(self) {
        self.turns.0.lock().paused.remove(&self.id);
    }

    /// It ended in an error: the next one follows after a pause.
    pub(super) fn failed(self, now: Instant) {
        let mut inner = self.turns.0.lock();
        let errors = inner.paused.get(&self.id).map_or(1, |pause| pause.errors.saturating_add(1));
        let pause = FIRST_PAUSE.saturating_mul(1 << (errors - 1).min(16)).min(LONGEST_PAUSE);
        inner.paused.insert(self.id, Pause { errors, until: now + pause });
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.0.lock().under_way.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        event::Place,
        webhook::{DUE_AT_ONCE, Sealed, WebhookState},
    };

    use super::*;

    fn webhook(account: u8, number: u8) -> Webhook {
        Webhook {
            id: WebhookId::from_bytes([number; 16]),
            account: AccountId::from_bytes([account; 16]),
            url: "https://example.com/".to_owned(),
            kinds: Vec::new(),
            created_at: DUE_AT_ONCE,
            secret: Sealed(Vec::new()),
            former: None,
            state: WebhookState::Active,
            from: Place::default(),
            delivered: None,
            failures: 0,
            failing_since: None,
            due_at: DUE_AT_ONCE,
            last: None,
            version: 1,
        }
    }

    #[test]
    fn a_webhook_has_one_turn_at_a_time_and_an_account_eight() {
        let (turns, now) = (Turns::default(), Instant::now());
        let mut of_one: Vec<_> = (0..9).map(|number| turns.take(&webhook(1, number), now)).collect();
        assert!(of_one.pop().unwrap().is_none() && of_one.iter().all(Option::is_some));
        let other = turns.take(&webhook(2, 20), now).expect("nobody holds up another account");
        assert!(turns.take(&webhook(2, 20), now).is_none());
        of_one.pop();
        assert!(turns.take(&webhook(1, 9), now).is_some());
        other.went_well();
        assert!(turns.take(&webhook(2, 20), now).is_some());
    }

    #[test]
    fn errors_pause_a_webhook_longer_and_longer_until_it_goes_well() {
        let (turns, mut now, mut last) = (Turns::default(), Instant::now(), Duration::ZERO);
        for errors in 1..=12 {
            turns.take(&webhook(1, 1), now).unwrap().failed(now);
            let pause = Duration::from_secs(1 << (errors - 1)).min(LONGEST_PAUSE);
            assert!(turns.take(&webhook(1, 1), now + pause - Duration::from_millis(1)).is_none());
            assert!(turns.take(&webhook(1, 2), now).is_some(), "another does not wait");
            now += pause;
            last = pause;
        }
        assert_eq!(last, Duration::from_secs(300));
        turns.take(&webhook(1, 1), now).unwrap().went_well();
        turns.take(&webhook(1, 1), now).unwrap().failed(now);
        assert!(turns.take(&webhook(1, 1), now + FIRST_PAUSE).is_some(), "it begins anew");
    }
}

//! Webhooks: where the events of an account are delivered to, one after the other and each until it arrived. What is kept of
//! one is where it stands, and its secret, sealed.
//!
//! ```text
//!            delivered, failed                 failed for days, or gone
//!   Active ───────────────────▶ Active ───────────────────────────────▶ Disabled
//!       ▲                                                                  │
//!       └──────────────────────────── replay ──────────────────────────────┘
//! ```

mod backoff;
mod sealed;
mod signature;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use backoff::{LONGEST_DELAY, delay};
pub use sealed::Sealed;
pub use signature::sign;

use crate::{
    event::{Event, EventId, EventKind, NewEvent, Place},
    id::{AccountId, WebhookId},
};

/// For how long the secret before signs as well, after a new one was made.
pub const BOTH_SIGN: SignedDuration = SignedDuration::from_hours(24);
/// When a webhook is due that is due at once: before whatever a clock says that was set back.
pub const DUE_AT_ONCE: Timestamp = Timestamp::UNIX_EPOCH;
/// For how long a receiver may fail before it is given up.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How often it must have been tried by then: a server that was off for days has tried nothing.
pub const LEAST_ATTEMPTS: u32 = 12;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose events.
    pub account: AccountId,
    /// Where they are sent.
    pub url: String,
    /// Which of them; none named, all.
    pub kinds: Vec<EventKind>,
    /// When it was made.
    pub created_at: Timestamp,
    /// What signs, sealed.
    pub secret: Sealed,
    /// What signed before, and does so a while longer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub former: Option<FormerSecret>,
    /// Whether it is delivered to.
    pub state: WebhookState,
    /// The place of the next event to deliver, or of one after which that comes.
    pub from: Place,
    /// The last event that arrived.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub delivered: Option<EventId>,
    /// How often the next one was tried in vain.
    pub failures: u32,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failing_since: Option<Timestamp>,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// What happened last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last: Option<LastAttempt>,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// A secret that was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerSecret {
    /// The secret, sealed.
    pub secret: Sealed,
    /// Until when it signs.
    pub until: Timestamp,
}

/// Whether a webhook is delivered to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum WebhookState {
    /// It is.
    Active,
    /// It was given up. A replay takes it up again.
    Disabled {
        /// When.
        at: Timestamp,
        /// What failed last.
        failure: Failure,
    },
}

/// An attempt to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastAttempt {
    /// When it ended.
    pub at: Timestamp,
    /// Of which event.
    pub event: EventId,
    /// Why it failed; none when the event arrived.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<Failure>,
}

/// Why an event did not arrive. No more is kept of what a receiver answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// It is no URL that is sent to.
    #[error("the URL is not one that is sent to: https, a host, and nobody's name in it")]
    Url,
    /// The address lies inside the network, or the name leads there.
    #[error("the address lies inside the network; `[egress] allow` lets named places through")]
    InsideAddress,
    /// The name of the host leads nowhere.
    #[error("the name of the host leads nowhere that is sent to")]
    NoAddress,
    /// Nobody listens there.
    #[error("nobody listens there")]
    NoConnection,
    /// The receiver could not show that it is who it says.
    #[error("the receiver's certificate is not trusted, or it speaks no TLS")]
    Tls,
    /// It took too long.
    #[error("no answer in time")]
    Timeout,
    /// What was answered is no HTTP, or broke off.
    #[error("what was answered is not HTTP")]
    BrokenReply,
    /// It said to go elsewhere, which is not followed.
    #[error("it answered with a redirect, which is not followed")]
    Redirect,
    /// It said that the request is wrong.
    #[error("it answered with a status of 400 to 499")]
    Status4xx,
    /// It said that it failed.
    #[error("it answered with a status of 500 to 599")]
    Status5xx,
    /// It said that it is gone for good.
    #[error("it answered that it is gone (410)")]
    Gone,
}

impl Failure {
    /// What a status means; none when the event arrived.
    pub const fn of_status(status: u16) -> Option<Self> {
        Some(match status {
            200..=299 => return None,
            300..=399 => Self::Redirect,
            410 => Self::Gone,
            400..=499 => Self::Status4xx,
            500..=599 => Self::Status5xx,
            _ => Self::BrokenReply,
        })
    }

    /// What anyone but the operator is told of it: what lies inside the operator's network is not theirs to find out.
    #[must_use]
    pub const fn from_outside(self) -> Self {
        match self {
            Self::InsideAddress => Self::NoAddress,
            other => other,
        }
    }

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::InsideAddress => "inside_address",
            Self::NoAddress => "no_address",
            Self::NoConnection => "no_connection",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::BrokenReply => "broken_reply",
            Self::Redirect => "redirect",
            Self::Status4xx => "status_4xx",
            Self::Status5xx => "status_5xx",
            Self::Gone => "gone",
        }
    }
}

impl Webhook {
    /// Whether it is delivered to.
    pub const fn is_active(&self) -> bool {
        matches!(self.state, WebhookState::Active)
    }

    /// Whether it is sent an event. That a backup was restored is told everyone, as nothing else tells of what was lost.
    pub fn wants(&self, event: &NewEvent) -> bool {
        match event.kind {
            EventKind::WebhookTest => event.facts.webhook == Some(self.id),
            EventKind::BackupRestored => true,
            kind => self.kinds.is_empty() || self.kinds.contains(&kind),
        }
    }

    /// The secrets that sign at a moment, sealed.
    pub fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        let former = self.former.as_ref().filter(|former| now < former.until);
        std::iter::once(&self.secret).chain(former.map(|former| &former.secret))
    }

    fn moved(self) -> Self {
        Self { version: self.version + 1, ..self }
    }

    /// An event arrived.
    #[must_use]
    pub fn delivered(self, event: &Event, at: Timestamp) -> Self {
        Self {
            from: event.place.next(),
            delivered: Some(event.id),
            failures: 0,
            failing_since: None,
            due_at: DUE_AT_ONCE,
            last: Some(LastAttempt { at, event: event.id, failure: None }),
            ..self.moved()
        }
    }

    /// What it does not want up to a place is passed over.
    #[must_use]
    pub fn passed_over(self, to: Place) -> Self {
        Self { from: to, ..self.moved() }
    }

    /// An event did not arrive: it is tried again later, or the receiver is given up.
    #[must_use]
    pub fn failed(self, event: EventId, failure: Failure, at: Timestamp, dice: u64) -> Self {
        let (since, failures) = (self.failing_since.unwrap_or(at), self.failures.saturating_add(1));
        let is_over = at.duration_since(since) >= PATIENCE && failures >= LEAST_ATTEMPTS;
        let is_given_up = is_over || failure == Failure::Gone;
        Self {
            state: if is_given_up { WebhookState::Disabled { at, failure } } else { self.state },
            failures,
            failing_since: Some(since),
            due_at: at.saturating_add(delay(failures, dice)).unwrap_or(at),
            last: Some(LastAttempt { at, event, failure: Some(failure) }),
            ..self.moved()
        }
    }

    /// It is delivered to from a place on, whatever became of it before.
    #[must_use]
    pub fn replayed(self, from: Place) -> Self {
        let state = WebhookState::Active;
        Self { state, from, failures: 0, failing_since: None, due_at: DUE_AT_ONCE, ..self.moved() }
    }

    /// Another secret signs from now on, and for a while the one before as well.
    #[must_use]
    pub fn rotated(self, secret: Sealed, at: Timestamp) -> Self {
        let until = at.saturating_add(BOTH_SIGN).unwrap_or(at);
        let former = FormerSecret { secret: self.secret.clone(), until };
        Self { secret, former: Some(former), ..self.moved() }
    }
}

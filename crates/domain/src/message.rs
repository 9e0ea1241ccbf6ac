//! Messages: what is told to someone by mail (promises `access`, `routing`, `custodian`). A message says which template is
//! filled from which noun and where the address is found; neither the address nor a word of the text is in it. Both are opened
//! through the gate at the moment of sending.
//!
//! ```text
//!            ┌── put off: later, and later ──┐
//!   Waiting ─┴── begun ── sent ──────────────┴─▶ Sent
//!       │          └───── refused for good ────▶ Failed ── retried ─▶ Waiting
//!       └── five days, or nobody to be told any more ─▶ Failed
//! ```

mod count;
mod template;
#[cfg(test)]
mod tests;
mod topic;
mod unsent;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use count::{LINKS_TO_AN_ADDRESS_A_DAY, MailCount, TO_AN_ADDRESS_A_DAY, TO_PEOPLE_A_DAY};
pub use template::Template;
pub use topic::{Announced, Topic};
pub use unsent::Unsent;

use crate::{
    case::{CaseKind, Filed, Filing},
    id::{AccountId, MessageId, RecordId, RequestId, SubjectId},
};

/// For how long a message is tried.
const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How long after an attempt the next one follows at first; twice that after each further one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// The longest that an attempt waits for the next.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// For how long it is remembered that something was told.
pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id, which also makes its `Message-ID`: the same at each attempt.
    pub id: MessageId,
    /// Whose queue it stands in: the account that must act when it cannot be sent.
    pub account: AccountId,
    /// The person whom it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<SubjectId>,
    /// What it says.
    #[serde(flatten)]
    pub template: Template,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub about: Option<Topic>,
    /// To whom it goes.
    pub to: Address,
    /// Since when it waits.
    pub since: Timestamp,
    /// Whether it is among the mails of a day that were counted.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_counted: bool,
    /// Where it stands.
    #[serde(flatten)]
    pub state: MessageState,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// Where the address of a message is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Address {
    /// The custodian whom the account's policy names.
    Custodian,
    /// What a person wrote in their request as an identifier.
    Identifier {
        /// The request.
        request: RequestId,
        /// Which identifier, counted from 0.
        place: usize,
    },
    /// A field of a record.
    Record {
        /// The record.
        record: RecordId,
        /// Its field.
        field: String,
    },
    /// Nobody knows of one.
    Nowhere,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MessageState {
    /// It is still to be sent, or is being sent just now.
    Waiting {
        /// How often it was tried.
        attempts: u32,
        /// When it is tried next.
        next_at: Timestamp,
        /// Why the last attempt did not reach anyone.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        why: Option<Unsent>,
    },
    /// A mail server took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It is not sent, and will not be by itself.
    Failed {
        /// Since when.
        at: Timestamp,
        /// Why.
        why: Unsent,
    },
}

impl MessageState {
    /// Its name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Sent { .. } => "sent",
            Self::Failed { .. } => "failed",
        }
    }
}

/// How long after so many attempts the next one follows.
pub fn pause_after(attempts: u32) -> SignedDuration {
    let doubled = FIRST_PAUSE.checked_mul(1 << attempts.saturating_sub(1).min(16));
    doubled.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

impl Message {
    /// It is about to be tried: until its next attempt nobody else tries it, and if this one is cut short, that one follows.
    /// None when it is not to be tried now.
    #[must_use]
    pub fn begun(self, now: Timestamp) -> Option<Self> {
        let MessageState::Waiting { attempts, next_at, .. } = self.state else { return None };
        if next_at > now || self.is_over(now) {
            return None;
        }
        let attempts = attempts.saturating_add(1);
        let next_at = now.saturating_add(pause_after(attempts)).unwrap_or(now);
        Some(self.moved(MessageState::Waiting { attempts, next_at, why: None }))
    }

    /// The attempt reached nobody: the next one follows at its time.
    #[must_use]
    pub fn put_off(self, reason: Unsent) -> Self {
        match self.state {
            MessageState::Waiting { attempts, next_at, .. } => {
                self.moved(MessageState::Waiting { attempts, next_at, why: Some(reason) })
            }
            MessageState::Sent { .. } | MessageState::Failed { .. } => self,
        }
    }

    /// It goes once another day has begun: as many were sent on this one as may be in all.
    #[must_use]
    pub fn put_off_until(self, day: Timestamp) -> Self {
        let put_off = self.put_off(Unsent::DayFull);
        match put_off.state {
            MessageState::Waiting { attempts, next_at, why } => {
                let next_at = next_at.max(day);
                Self { state: MessageState::Waiting { attempts, next_at, why }, ..put_off }
            }
            MessageState::Sent { .. } | MessageState::Failed { .. } => put_off,
        }
    }

    /// It is among the mails of its day.
    #[must_use]
    pub fn counted(self) -> Self {
        let state = self.state;
        Self { is_counted: true, ..self.moved(state) }
    }

    /// It is about another person from now on, with whom its own is one.
    #[must_use]
    pub fn about_heir(self, heir: SubjectId) -> Self {
        let state = self.state;
        Self { subject: Some(heir), ..self.moved(state) }
    }

    /// It goes to the address in another record, to which what stood in the first was carried.
    #[must_use]
    pub fn readdressed(self, record: RecordId) -> Self {
        let state = self.state;
        let to = match self.to.clone() {
            Address::Record { field, .. } => Address::Record { record, field },
            to => to,
        };
        Self { to, ..self.moved(state) }
    }

    /// A mail server took it.
    #[must_use]
    pub fn sent(self, at: Timestamp) -> Self {
        self.moved(MessageState::Sent { at })
    }

    /// It is not sent.
    #[must_use]
    pub fn failed(self, at: Timestamp, why: Unsent) -> Self {
        self.moved(MessageState::Failed { at, why })
    }

    /// It is tried again, from now on and for as long as a new one, and counted as one; none when it was sent, or may be on its way.
    #[must_use]
    pub fn retried(self, now: Timestamp) -> Option<Self> {
        let may = match self.state {
            MessageState::Waiting { attempts, why, .. } => attempts == 0 || why.is_some(),
            MessageState::Failed { .. } => true,
            MessageState::Sent { .. } => false,
        };
        let waiting = MessageState::Waiting { attempts: 0, next_at: now, why: None };
        may.then(|| Self { since: now, is_counted: false, ..self.moved(waiting) })
    }

    /// When it is tried no more.
    pub fn gives_up_at(&self) -> Timestamp {
        self.since.saturating_add(self.template.patience()).unwrap_or(Timestamp::MAX)
    }

    /// Whether it waits in vain.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.is_open() && self.gives_up_at() <= now
    }

    /// Whether it is still to be sent.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, MessageState::Waiting { .. })
    }

    /// When it is forgotten, once it is closed.
    pub fn forgotten_at(&self) -> Option<Timestamp> {
        match self.state {
            MessageState::Waiting { .. } => None,
            MessageState::Sent { at } | MessageState::Failed { at, .. } => {
                Some(at.saturating_add(REMEMBERED).unwrap_or(Timestamp::MAX))
            }
        }
    }

    fn moved(self, state: MessageState) -> Self {
        Self { state, version: self.version + 1, ..self }
    }
}

impl Filed for Message {
    const KIND: CaseKind = CaseKind::Message;

    fn filing(&self) -> Filing {
        let wake_at = match self.state {
            MessageState::Waiting { next_at, .. } => Some(next_at),
            MessageState::Sent { .. } | MessageState::Failed { .. } => None,
        };
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: self.subject,
            is_open: self.is_open(),
            // The one that gives up first comes first, and of the closed ones the one that is forgotten first.
            due_at: Some(self.forgotten_at().unwrap_or_else(|| self.gives_up_at())),
            wake_at,
            version: self.version,
        }
    }
}

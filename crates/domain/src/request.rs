//! Requests: what a person asks for about their data, and what must happen until it is answered (promises `access`,
//! `routing`, `erasure-exceptions`). Their own words and the identifiers they name are a record of the vault; here are only
//! states, times and ids.
//!
//! ```text
//!                  code, link, by hand                      fulfil
//!   Verifying ─────────────────────────▶ Open ─────────────────────────▶ Fulfilled
//!       │                                 │ │── refuse ───────────────▶ Refused
//!       │── withdraw ──▶ Withdrawn ◀──────┘ └── the same again ───────▶ Duplicate
//!       └── the deadline passes ──▶ Lapsed
//! ```

mod answer;
mod desk;
mod identity;
mod not_now;
mod right;
mod steps;
#[cfg(test)]
mod tests;
mod woken;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use answer::{Answer, Redaction, Task};
pub(crate) use identity::CODE_LIFE;
pub use identity::{CODE_ATTEMPTS, CODES, Identifier, Proof, ProvedBy, Tried};
pub use not_now::NotNow;
pub use right::Right;
pub use steps::{Step, What};
pub use woken::Woken;

pub use crate::terms::{Milestone, Terms};
use crate::{
    case::{CaseKind, Filed, Filing},
    freeze::Freeze,
    id::{AccountId, ErasureId, RecordId, RequestId, SubjectId},
};

/// How many steps a request remembers before it takes no more of those that can be repeated at will.
const STEPS: usize = 200;

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// From a Client's own product, which told us.
    Api,
    /// On a page.
    Page,
    /// By e-mail.
    Email,
    /// On paper.
    Post,
    /// By fax.
    Fax,
    /// By telephone, or at the counter.
    Voice,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// Who must answer.
    pub account: AccountId,
    /// Who received it and passed it on, when that was someone else.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub passed_on_by: Option<AccountId>,
    /// Whether whoever passed it on answers it after all, as the one it was passed on to did not.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_taken_over: bool,
    /// What is asked for.
    pub right: Right,
    /// How it came.
    pub channel: Channel,
    /// The record of the person's own words and identifiers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub record: Option<RecordId>,
    /// Under whose key that is, when nobody knows yet who asks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub requester: Option<SubjectId>,
    /// By what the person says they are known, each proved or not by itself.
    pub identifiers: Vec<Identifier>,
    /// Whom it is about: those of whom a proved identifier is held, or whom the account itself vouches for.
    pub subjects: Vec<SubjectId>,
    /// By when.
    pub terms: Terms,
    /// Where it stands.
    pub state: RequestState,
    /// What systems outside must do.
    pub tasks: Vec<Task>,
    /// What is left out of a package, because it is about others.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub redactions: Vec<Redaction>,
    /// What has happened, for the person to see.
    pub steps: Vec<Step>,
    /// How much of the clock has been told.
    pub told: Option<Milestone>,
    /// What is being done about it, as a keyed hash: until that is done, or given up, nothing else is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claim: Option<String>,
    /// The member of staff who sees to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assigned_to: Option<SubjectId>,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RequestState {
    /// Nobody has shown yet to be the person.
    Verifying,
    /// It must be answered.
    Open,
    /// It was.
    Fulfilled {
        /// When.
        at: Timestamp,
        /// What came of it.
        answer: Answer,
    },
    /// It was refused, with a reason, which is sealed in the entry.
    Refused {
        /// When.
        at: Timestamp,
        /// The exception of the policy, where there is one.
        exception: Option<String>,
    },
    /// The person took it back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// Nobody had shown to be the person when its time was over.
    Lapsed {
        /// When.
        at: Timestamp,
    },
    /// The same person asks for the same already.
    Duplicate {
        /// When that was found.
        at: Timestamp,
        /// In which request.
        of: RequestId,
    },
}

impl RequestState {
    /// Its name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Verifying => "verifying",
            Self::Open => "open",
            Self::Fulfilled { .. } => "fulfilled",
            Self::Refused { .. } => "refused",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Lapsed { .. } => "lapsed",
            Self::Duplicate { .. } => "duplicate",
        }
    }
}

impl Request {
    /// Whether something is still to be done.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, RequestState::Verifying | RequestState::Open)
    }

    /// What must not be deleted until it is answered, and until its package was fetched or cannot be any more.
    pub fn freeze(&self) -> Option<Freeze> {
        let until = match &self.state {
            RequestState::Open if self.right.needs_everything() => Some(self.terms.due_at()),
            RequestState::Fulfilled {
                answer: Answer::Package { until, fetched_at: None, is_over: false },
                ..
            } => Some(*until),
            _ => None,
        };
        until.map(|until| Freeze::by_request(self.id.to_string(), until))
    }

    /// Who answers it now.
    pub fn answered_by(&self) -> AccountId {
        self.passed_on_by.filter(|_| self.is_taken_over).unwrap_or(self.account)
    }

    fn stepped(mut self, at: Timestamp, what: What) -> Self {
        self.version += 1;
        self.steps.push(Step { at, what });
        self
    }

    fn closed(self, at: Timestamp, what: What, state: RequestState) -> Self {
        Self { state, ..self.stepped(at, what) }
    }

    fn open_only(self) -> Result<Self, NotNow> {
        match self.state {
            RequestState::Open if self.terms.is_paused() => Err(NotNow::Paused),
            RequestState::Open => Ok(self),
            RequestState::Verifying => Err(NotNow::NotVerified),
            _ => Err(NotNow::Closed),
        }
    }

    fn unclosed(self) -> Result<Self, NotNow> {
        match (self.is_open(), &self.claim) {
            (true, None) => Ok(self),
            (true, Some(_)) => Err(NotNow::BeingAnswered),
            (false, _) => Err(NotNow::Closed),
        }
    }

    /// It is about to be done: from now on nothing else can be, until it is or is given up.
    ///
    /// # Errors
    /// It cannot be fulfilled where it stands, or something else is being done.
    pub fn claimed(self, claim: String) -> Result<Self, NotNow> {
        let request = self.open_only()?;
        if request.tasks.iter().any(|task| task.done_at.is_none()) {
            return Err(NotNow::TasksLeft);
        }
        match &request.claim {
            Some(other) if *other != claim => Err(NotNow::BeingAnswered),
            Some(_) => Ok(request),
            None => Ok(Self { claim: Some(claim), version: request.version + 1, ..request }),
        }
    }

    /// What was about to be done cannot be.
    #[must_use]
    pub fn given_up(self) -> Self {
        Self { claim: None, version: self.version + 1, ..self }
    }

    /// The account itself vouches for who asks: whom it is about is known.
    ///
    /// # Errors
    /// It is not waiting for that.
    pub fn about(self, subjects: Vec<SubjectId>, at: Timestamp) -> Result<Self, NotNow> {
        match self.state {
            RequestState::Verifying => {
                Ok(Self { subjects, state: RequestState::Open, ..self.stepped(at, What::Verified) })
            }
            RequestState::Open => {
                let mut all = self.subjects.clone();
                all.extend(subjects.into_iter().filter(|subject| !self.subjects.contains(subject)));
                Ok(Self { subjects: all, ..self.stepped(at, What::Verified) })
            }
            _ => Err(NotNow::Closed),
        }
    }

    /// The person takes it back.
    ///
    /// # Errors
    /// It is closed.
    pub fn withdrawn(self, at: Timestamp) -> Result<Self, NotNow> {
        Ok(self.unclosed()?.closed(at, What::Withdrawn, RequestState::Withdrawn { at }))
    }

    /// It is refused, whoever asked: an unfounded one need not be verified.
    ///
    /// # Errors
    /// It is closed.
    pub fn refused(self, at: Timestamp, exception: Option<String>) -> Result<Self, NotNow> {
        Ok(self.unclosed()?.closed(at, What::Refused, RequestState::Refused { at, exception }))
    }

    /// The same person asks for the same in another request.
    ///
    /// # Errors
    /// It is closed.
    pub fn duplicate(self, of: RequestId, at: Timestamp) -> Result<Self, NotNow> {
        Ok(self.unclosed()?.closed(at, What::Duplicate, RequestState::Duplicate { at, of }))
    }

    /// It was done.
    ///
    /// # Errors
    /// It is not open, paused, or a task is left.
    pub fn fulfilled(self, at: Timestamp, answer: Answer) -> Result<Self, NotNow> {
        let request = self.open_only()?;
        if request.tasks.iter().any(|task| task.done_at.is_none()) {
            return Err(NotNow::TasksLeft);
        }
        let request = Self { claim: None, ..request };
        Ok(request.closed(at, What::Fulfilled, RequestState::Fulfilled { at, answer }))
    }

    /// More time is taken, once, with notice to the person.
    ///
    /// # Errors
    /// The policy allows none, it was taken before, or the deadline has passed.
    pub fn extended(self, at: Timestamp) -> Result<Self, NotNow> {
        let request = self.unclosed()?;
        let terms = request.terms.extended(at).ok_or(NotNow::NotExtensible)?;
        Ok(Self { terms, told: None, ..request.stepped(at, What::Extended) })
    }

    /// The clock stands still, as something is awaited from the person.
    ///
    /// # Errors
    /// It is closed or paused.
    pub fn paused(self, at: Timestamp) -> Result<Self, NotNow> {
        let request = self.unclosed()?;
        if at >= request.terms.due_at() && !request.terms.is_paused() {
            return Err(NotNow::TooLate);
        }
        if request.steps.len() >= STEPS {
            return Err(NotNow::TooMany);
        }
        let terms = request.terms.paused(at).ok_or(NotNow::Paused)?;
        Ok(Self { terms, ..request.stepped(at, What::Paused) })
    }

    /// The clock runs on.
    ///
    /// # Errors
    /// It is closed or not paused.
    pub fn resumed(self, at: Timestamp) -> Result<Self, NotNow> {
        let request = self.unclosed()?;
        let terms = request.terms.resumed(at).ok_or(NotNow::NotPaused)?;
        Ok(Self { terms, ..request.stepped(at, What::Resumed) })
    }

    /// Whoever passed it on answers it after all.
    #[must_use]
    pub fn taken_over(self) -> Self {
        Self { is_taken_over: self.passed_on_by.is_some(), ..self }
    }

    /// The erasures that it led to.
    pub fn erasures(&self) -> &[ErasureId] {
        match &self.state {
            RequestState::Fulfilled { answer: Answer::Erased { erasures }, .. } => erasures,
            _ => &[],
        }
    }
}

impl Filed for Request {
    const KIND: CaseKind = CaseKind::Request;

    fn filing(&self) -> Filing {
        let is_open = self.is_open();
        Filing {
            id: *self.id.as_bytes(),
            account: self.answered_by(),
            subject: self.subjects.first().copied().or(self.requester),
            is_open,
            due_at: Some(self.terms.due_at()),
            wake_at: self.wake_at(),
            version: self.version,
        }
    }
}

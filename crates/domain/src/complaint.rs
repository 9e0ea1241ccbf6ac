//! Complaints, and questions to the custodian: taken in, owned and decided by someone whom they are not about, appealed to
//! another one, and closed when what was to be done about them is done (promises `complaints`, `custodian`). The words, the
//! findings and every name are a record of the vault or sealed in an entry; here are only states, times, ids and marks.
//!
//! ```text
//!   Received ──▶ Acknowledged ──decide──▶ Decided ──the time to appeal passes──▶ Settled ──▶ Closed
//!                                            │ appeal                               ▲ remedied
//!                                            └──────▶ Appealed ──decide anew────────┘
//!   a question: Received or Acknowledged ──answer──▶ Closed;  while it is open: ──▶ Withdrawn
//! ```

mod impartial;
mod moves;
mod not_now;
mod steps;
#[cfg(test)]
mod tests;
mod woken;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use impartial::{Hand, Mark, Party};
pub use not_now::NotNow;
pub use steps::{Step, What};
pub use woken::Woken;

use crate::{
    audit::EntryId,
    case::{CaseKind, Filed, Filing},
    freeze::Freeze,
    id::{AccountId, ComplaintId, IncidentId, RecordId, SubjectId},
    request::Channel,
    terms::{Terms, Watched},
};

/// What it is that somebody sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// Something was not as it should be: it is decided.
    Complaint,
    /// Something to know about the policy or one's data: it is answered.
    Question,
    /// That data was used otherwise than the policy says: it is decided, and may open an incident.
    Allegation,
}

impl Matter {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Question => "question",
            Self::Allegation => "allegation",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All of it is so.
    Upheld,
    /// Some of it is so.
    Partly,
    /// It is not so.
    Rejected,
    /// A question is answered.
    Answered,
}

impl Outcome {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Partly => "partly",
            Self::Rejected => "rejected",
            Self::Answered => "answered",
        }
    }

    /// Whether something is to be done.
    const fn asks_for_remedy(self) -> bool {
        matches!(self, Self::Upheld | Self::Partly)
    }
}

/// A decision. The findings in words are sealed in its entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// What was found.
    pub outcome: Outcome,
    /// Who decided.
    pub by: Mark,
    /// The entries of the audit log that it rests on.
    pub entries: Vec<EntryId>,
    /// The sections of the policy that it rests on.
    pub clauses: Vec<u16>,
}

/// What is to be done. What that is, and what shows that it was, is sealed in the entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// Who does it.
    pub owner: Mark,
    /// By when.
    pub due_at: Timestamp,
    /// When it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub done_at: Option<Timestamp>,
    /// Whether it was told that its time is over.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    is_told: bool,
}

impl Remedy {
    /// Something that is to be done by then.
    pub const fn new(owner: Mark, due_at: Timestamp) -> Self {
        Self { owner, due_at, done_at: None, is_told: false }
    }
}

/// A complaint, a question or an allegation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Its id.
    pub id: ComplaintId,
    /// Who must answer.
    pub account: AccountId,
    /// What it is.
    pub matter: Matter,
    /// How it came.
    pub channel: Channel,
    /// Who complains.
    pub subject: SubjectId,
    /// The record of their own words.
    pub record: RecordId,
    /// Of which type that is.
    pub record_type: String,
    /// Whom it is about.
    pub about: Vec<Party>,
    /// Who sees to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Mark>,
    /// By when it is acknowledged.
    pub acknowledge: Watched,
    /// By when it is answered, or answered anew.
    pub answer: Watched,
    /// For how long the decision can be appealed; until there is one, from receipt.
    pub appeal: Terms,
    /// What was decided: at most twice.
    pub decisions: Vec<Decision>,
    /// What is to be done about it.
    pub remedies: Vec<Remedy>,
    /// The incident that was opened because of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub incident: Option<IncidentId>,
    /// Where it stands.
    pub state: ComplaintState,
    /// What has happened, for whoever complains to see.
    pub steps: Vec<Step>,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// Where a complaint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ComplaintState {
    /// It came in.
    Received,
    /// Whoever complains knows that it did; it is being looked into.
    Acknowledged,
    /// It was decided, and can be appealed.
    Decided,
    /// It was, and somebody else decides anew.
    Appealed,
    /// It can be appealed no more, and something is still to be done.
    Settled,
    /// Nothing is left to be done.
    Closed {
        /// Since when.
        at: Timestamp,
    },
    /// It was taken back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

impl ComplaintState {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Acknowledged => "acknowledged",
            Self::Decided => "decided",
            Self::Appealed => "appealed",
            Self::Settled => "settled",
            Self::Closed { .. } => "closed",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

impl Complaint {
    /// Whether something is still to be done.
    pub const fn is_open(&self) -> bool {
        !matches!(self.state, ComplaintState::Closed { .. } | ComplaintState::Withdrawn { .. })
    }

    /// What must not be deleted while it is open: the words of whoever complains.
    pub fn freeze(&self) -> Option<Freeze> {
        let until = self.due_at()?;
        Some(Freeze::by_complaint(self.id.to_string(), &self.record_type, until))
    }

    /// When the next thing must have been done; none once it is closed.
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.state {
            ComplaintState::Received => Some(self.acknowledge.terms.due_at().min(self.answer.terms.due_at())),
            ComplaintState::Acknowledged | ComplaintState::Appealed => Some(self.answer.terms.due_at()),
            ComplaintState::Decided => {
                let open = self.appeal.due_at();
                Some(self.remedy_due_at().map_or(open, |due| due.min(open)))
            }
            ComplaintState::Settled => self.remedy_due_at(),
            ComplaintState::Closed { .. } | ComplaintState::Withdrawn { .. } => None,
        }
    }

    /// When the next remedy must be done, or named where none is: within the time of an answer.
    fn remedy_due_at(&self) -> Option<Timestamp> {
        let last = self.decisions.last().filter(|last| last.outcome.asks_for_remedy())?;
        if !self.has_remedy(last) {
            return Some(self.answer.terms.anew(last.at).due_at());
        }
        self.remedies.iter().filter(|remedy| remedy.done_at.is_none()).map(|remedy| remedy.due_at).min()
    }

    /// Whether something is or was done because of a decision, and not only because of one before it.
    fn has_remedy(&self, decision: &Decision) -> bool {
        self.remedies.iter().any(|remedy| remedy.done_at.is_none_or(|done| done >= decision.at))
    }

    /// Whether nothing is left to be done about the last decision.
    fn is_remedied(&self) -> bool {
        let is_said = |last: &Decision| !last.outcome.asks_for_remedy() || self.has_remedy(last);
        self.decisions.last().is_some_and(is_said) && self.remedies.iter().all(|one| one.done_at.is_some())
    }

    /// Whether something that must have been done by then was not.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        let due = match self.state {
            ComplaintState::Decided => self.remedy_due_at(),
            _ => self.due_at(),
        };
        due.is_some_and(|due| due < now)
    }
}

impl Filed for Complaint {
    const KIND: CaseKind = CaseKind::Complaint;

    fn filing(&self) -> Filing {
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: Some(self.subject),
            is_open: self.is_open(),
            due_at: self.due_at(),
            wake_at: self.wake_at(),
            version: self.version,
        }
    }
}

//! Events: what other systems of an account learn. An event holds ids, words of the policy and times, and no personal data;
//! it is committed together with what it tells of. docs/events.md lists them.

mod id;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use id::{EventId, NotAnEventId};

use crate::{
    choice::ChoiceState,
    id::{AccountId, ChoiceId, ComplaintId, ErasureId, HoldId, IncidentId, RequestId, SubjectId, WebhookId},
    request::{Milestone, Request, Right},
};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $word:literal;)*) => {
        /// What an event tells.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EventKind {$(
            $(#[$doc])*
            #[serde(rename = $word)]
            $kind,
        )*}

        impl EventKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The word used in the database, the API and what is delivered.
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$kind => $word),*}
            }
        }
    };
}

kinds! {
    /// A person made a choice.
    ChoiceChanged = "choice.changed";
    /// The keys of a person were destroyed: other systems must erase what they have.
    SubjectErased = "subject.erased";
    /// A request was received.
    RequestOpened = "request.opened";
    /// Someone has shown to be the person of a request.
    RequestVerified = "request.verified";
    /// A system outside must do its part of a request.
    RequestTask = "request.task";
    /// The deadline of a request was extended.
    RequestExtended = "request.extended";
    /// The clock of a request was stopped.
    RequestPaused = "request.paused";
    /// The clock of a request runs on.
    RequestResumed = "request.resumed";
    /// Half, four fifths or all of the time of a request are over.
    RequestDue = "request.due";
    /// A request was fulfilled.
    RequestFulfilled = "request.fulfilled";
    /// A request was refused.
    RequestRefused = "request.refused";
    /// A request was taken back.
    RequestWithdrawn = "request.withdrawn";
    /// Nobody had shown to be the person of a request when its time was over.
    RequestLapsed = "request.lapsed";
    /// A complaint, a question or an allegation was received.
    ComplaintOpened = "complaint.opened";
    /// Whoever complains was told that it was received.
    ComplaintAcknowledged = "complaint.acknowledged";
    /// A complaint was decided, or a question answered.
    ComplaintDecided = "complaint.decided";
    /// A decision on a complaint was appealed.
    ComplaintAppealed = "complaint.appealed";
    /// A term of a complaint is over.
    ComplaintDue = "complaint.due";
    /// Nothing is left to be done about a complaint.
    ComplaintClosed = "complaint.closed";
    /// A complaint was taken back.
    ComplaintWithdrawn = "complaint.withdrawn";
    /// A hold was placed.
    HoldPlaced = "hold.placed";
    /// A hold was released.
    HoldReleased = "hold.released";
    /// Suspected misuse was reported.
    IncidentOpened = "incident.opened";
    /// The account published a policy version.
    PolicyPublished = "policy.published";
    /// A backup was restored: events since it was made may be lost, and may have been delivered nevertheless.
    BackupRestored = "backup.restored";
    /// A webhook was given up, as its receiver failed for days or said that it is gone.
    WebhookDisabled = "webhook.disabled";
    /// Someone tries a webhook. Only that one is sent it.
    WebhookTest = "webhook.test";
}

impl EventKind {
    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

/// An event on its way into the store, tied to the first entry of its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Whose: no other account ever sees it.
    pub account: AccountId,
    /// What it tells.
    pub kind: EventKind,
    /// When that happened.
    pub at: Timestamp,
    /// What is concerned.
    pub facts: Facts,
}

/// An event that has its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name, which it keeps.
    pub id: EventId,
    /// Where it stands among all events.
    pub place: Place,
    /// What it tells, and whom.
    pub told: NewEvent,
}

/// Where an event stands: the log index of its entry, and its place among the events of that entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Place {
    /// The log index of its entry.
    pub index: u64,
    /// Counted from 0 among the events of the entry.
    pub ordinal: u32,
}

impl Place {
    /// The place right after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self { ordinal: self.ordinal.saturating_add(1), ..self }
    }
}

/// What an event is about: ids, words of the policy, times.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectId>,
    /// The people whom a request is about, as far as they have shown to be them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<SubjectId>,
    /// The choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<ChoiceId>,
    /// The purpose or recipient that was chosen about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<ChoiceState>,
    /// The erasure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erasure: Option<ErasureId>,
    /// The request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// What is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<Right>,
    /// Where the request or complaint stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// By when it is answered, or the next thing must have been done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// How much of its time is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<Milestone>,
    /// The system outside that must do its part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The complaint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaint: Option<ComplaintId>,
    /// The hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldId>,
    /// The exception of the policy under which it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// The incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// The number of the policy version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<WebhookId>,
    /// Of a restore: how many entries of the log were left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_size: Option<u64>,
}

impl Facts {
    /// What is told of a request to the account that holds the data: whom it is about too, but for those who must not be
    /// named.
    pub fn of(request: &Request, unnamed: &[SubjectId]) -> Self {
        let named = request.subjects.iter().filter(|subject| !unnamed.contains(subject));
        Self { subjects: named.copied().collect(), ..Self::of_unknown(request) }
    }

    /// What is told of a request to whoever passed it on: not whom it is about.
    pub fn of_unknown(request: &Request) -> Self {
        Self {
            request: Some(request.id),
            right: Some(request.right),
            state: Some(request.state.as_str().to_owned()),
            due_at: Some(request.terms.due_at()),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::parse(kind.as_str()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(EventKind::parse("request"), None);
    }

    #[test]
    fn facts_say_only_what_is_concerned() {
        assert_eq!(serde_json::to_string(&Facts::default()).unwrap(), "{}");
        let facts = Facts { version: Some(2), ..Facts::default() };
        let written = serde_json::to_string(&facts).unwrap();
        assert_eq!(written, r#"{"version":2}"#);
        assert_eq!(serde_json::from_str::<Facts>(&written).unwrap(), facts);
    }
}

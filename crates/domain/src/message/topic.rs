//! What a message can be about.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, HoldId, IncidentId, LinkId, RequestId, SubjectId};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A request.
    Request(RequestId),
    /// A hold.
    Hold(HoldId),
    /// An incident.
    Incident(IncidentId),
    /// A version of the operator's policy.
    Policy(Announced),
    /// Somebody who signs in.
    Member(SubjectId),
    /// A link into the privacy center.
    Link(LinkId),
    /// What waits on a day.
    Day(Date),
}

/// A version of the operator's policy, as it is told to a Client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// Its number.
    pub version: u32,
    /// The Client's account.
    pub client: AccountId,
}

impl std::fmt::Display for Topic {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Request(id) => id.fmt(formatter),
            Self::Hold(id) => id.fmt(formatter),
            Self::Incident(id) => id.fmt(formatter),
            Self::Link(id) => id.fmt(formatter),
            Self::Policy(Announced { version, .. }) => write!(formatter, "policy version {version}"),
            Self::Member(id) => id.fmt(formatter),
            Self::Day(day) => day.fmt(formatter),
        }
    }
}

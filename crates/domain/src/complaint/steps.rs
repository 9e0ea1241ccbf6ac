//! What has happened with a complaint, for whoever complains to see.

use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::terms::Milestone;

/// One thing that has happened.
pub type Step = crate::step::Step<What>;

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// It was received.
    Received,
    /// It was acknowledged.
    Acknowledged,
    /// Somebody sees to it.
    Assigned,
    /// It was decided.
    Decided {
        /// How.
        outcome: Outcome,
    },
    /// The decision was appealed.
    Appealed,
    /// Something is to be done.
    RemedyDue,
    /// It was done.
    Remedied,
    /// An incident was opened because of it.
    Escalated,
    /// Part of the time to acknowledge or answer it is over.
    Told {
        /// How much.
        milestone: Milestone,
    },
    /// What was to be done was not done in time.
    RemedyLate,
    /// The decision can be appealed no more.
    Settled,
    /// It was taken back.
    Withdrawn,
}

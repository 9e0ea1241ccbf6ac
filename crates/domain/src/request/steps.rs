//! What has happened with a request, for the person to see.

use serde::{Deserialize, Serialize};

use super::Milestone;

/// One thing that has happened.
pub type Step = crate::step::Step<What>;

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// It was received.
    Received,
    /// It was handed to the Client that it concerns.
    PassedOn,
    /// A code was sent.
    CodeSent,
    /// An identifier was proved, or the account vouched for the person.
    Verified,
    /// The deadline was extended.
    Extended,
    /// The clock was stopped, as something is awaited from the person.
    Paused,
    /// The clock runs on.
    Resumed,
    /// Part of the time is over.
    Told {
        /// How much.
        milestone: Milestone,
    },
    /// A system outside did its part.
    TaskDone,
    /// The person added to it: systems outside do their part anew.
    Amended,
    /// The package was looked through for what is about others.
    Reviewed,
    /// It was done.
    Fulfilled,
    /// It was refused.
    Refused,
    /// The person took it back.
    Withdrawn,
    /// Nobody had shown to be the person in time.
    Lapsed,
    /// The same was asked before.
    Duplicate,
    /// The package was fetched.
    Fetched,
    /// The package can be fetched anew.
    Reissued,
}

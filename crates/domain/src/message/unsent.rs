//! Why a message was not sent.

use serde::{Deserialize, Serialize};

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsent {
    /// The mail server could not be reached.
    Unreachable,
    /// The mail server said to come again later.
    Later,
    /// The mail server refuses it for good.
    Refused,
    /// Nobody can be written to there.
    NoAddress,
    /// It was tried for as long as it may be.
    GivenUp,
    /// Whom it is about was erased.
    Erased,
    /// Where the address or the words stood, nothing is any more.
    Gone,
    /// The policy does not let the address be used for this.
    NotAllowed,
    /// It is not so any more.
    Superseded,
    /// A backup was restored, and it may have been sent since that was made.
    Restored,
    /// As many were sent there on this day as may be.
    TooMany,
    /// As many were sent on this day as may be in all: it goes on another.
    DayFull,
}

impl Unsent {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Later => "later",
            Self::Refused => "refused",
            Self::NoAddress => "no_address",
            Self::GivenUp => "given_up",
            Self::Erased => "erased",
            Self::Gone => "gone",
            Self::NotAllowed => "not_allowed",
            Self::Superseded => "superseded",
            Self::Restored => "restored",
            Self::TooMany => "too_many",
            Self::DayFull => "day_full",
        }
    }
}

//! What a message says, and what follows from that.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::PATIENCE;
use crate::{
    link::LINK_LIFE,
    request::{CODE_LIFE, Milestone},
};

/// What a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
pub enum Template {
    /// The code that proves an identifier. The code itself is made when it is sent.
    Code {
        /// Which of the codes of that identifier, from 1.
        number: u8,
    },
    /// A request was received.
    Received,
    /// More time was taken for a request.
    Extended,
    /// Something is awaited from whoever asked.
    Paused,
    /// A request was refused.
    Refused,
    /// A request was fulfilled.
    Fulfilled,
    /// A request is another's to answer: it was passed on to them.
    PassedOn,
    /// Part of the time of a request is over, or all of it.
    RequestClock {
        /// How much.
        milestone: Milestone,
    },
    /// A hold must be looked at again.
    HoldReview,
    /// Part of the 72 hours of an incident is over, or all of them.
    IncidentClock {
        /// How much.
        milestone: Milestone,
    },
    /// The operator's policy changes.
    PolicyChange,
    /// It will soon, and must be accepted by then.
    MustAccept,
    /// By this link a Client's account is opened.
    SignUp,
    /// Somebody signs up who signs in already.
    Known,
    /// By this link somebody comes in who was invited.
    Invitation,
    /// Somebody is invited who signs in for another account already.
    InvitedElsewhere,
    /// By this link another password is set.
    Recovery,
    /// By this link somebody signs in with another address.
    Address,
    /// Somebody signs in with another address: it is told at the old one.
    AddressChanged,
    /// A passkey may have been copied.
    PasskeyCopied,
    /// The link that lets a person into the privacy center. Its secret is made when it is sent.
    Link,
    /// How much waits, once a day.
    Digest,
}

impl Template {
    /// Its name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Code { .. } => "code",
            Self::Received => "received",
            Self::Extended => "extended",
            Self::Paused => "paused",
            Self::Refused => "refused",
            Self::Fulfilled => "fulfilled",
            Self::PassedOn => "passed_on",
            Self::RequestClock { .. } => "request_clock",
            Self::HoldReview => "hold_review",
            Self::IncidentClock { .. } => "incident_clock",
            Self::PolicyChange => "policy_change",
            Self::MustAccept => "must_accept",
            Self::SignUp => "sign_up",
            Self::Known => "known",
            Self::Invitation => "invitation",
            Self::InvitedElsewhere => "invited_elsewhere",
            Self::Recovery => "recovery",
            Self::Address => "address",
            Self::AddressChanged => "address_changed",
            Self::PasskeyCopied => "passkey_copied",
            Self::Link => "link",
            Self::Digest => "digest",
        }
    }

    /// Whether it goes to whoever asks for something, and not to whoever must act.
    pub const fn is_for_a_person(&self) -> bool {
        match self {
            Self::Code { .. }
            | Self::Received
            | Self::Extended
            | Self::Paused
            | Self::Refused
            | Self::Fulfilled
            | Self::Link
            | Self::SignUp
            | Self::Known
            | Self::Invitation
            | Self::InvitedElsewhere
            | Self::Recovery
            | Self::Address
            | Self::AddressChanged
            | Self::PasskeyCopied => true,
            Self::PassedOn
            | Self::RequestClock { .. }
            | Self::HoldReview
            | Self::IncidentClock { .. }
            | Self::PolicyChange
            | Self::MustAccept
            | Self::Digest => false,
        }
    }

    /// Of what is sent at the doors of those who sign in: among which mails of the day it counts. What strangers can have sent
    /// by signing up takes nothing from what is sent to those who forgot their password.
    pub const fn entrance(&self) -> Option<&'static str> {
        match self {
            Self::SignUp | Self::Known => Some("sign up"),
            Self::Invitation | Self::InvitedElsewhere => Some("invitation"),
            Self::Recovery => Some("recovery"),
            Self::Address | Self::AddressChanged => Some("address"),
            Self::PasskeyCopied => Some("passkey"),
            _ => None,
        }
    }

    /// For how long it is worth sending.
    pub(super) const fn patience(&self) -> SignedDuration {
        match self {
            Self::Code { .. } => CODE_LIFE,
            Self::Link => LINK_LIFE,
            _ => PATIENCE,
        }
    }
}

//! What a decision says: allowed under a clause, or refused with every reason.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Question;
use crate::{clause::Clause, policy::Policy, promise::Promise};

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may happen, and this sentence told people so.
    Allowed(Arc<Clause>),
    /// It may not; the first refusal is the most telling. Never empty.
    Refused(Vec<Refusal>),
}

impl Decision {
    pub(super) fn from_refusals(policy: &Policy, question: &Question<'_>, refusals: Vec<Refusal>) -> Self {
        if refusals.is_empty() {
            Self::Allowed(policy.clauses().find("purposes", question.purpose, Promise::Purposes))
        } else {
            Self::Refused(refusals)
        }
    }

    /// Both must allow: the refusals of either stand.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Refused(mut all), Self::Refused(more)) => {
                all.extend(more);
                Self::Refused(all)
            }
            (Self::Allowed(_), other) => other,
            (refused, Self::Allowed(_)) => refused,
        }
    }

    /// Whether it may happen.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }

    /// Why it may not happen; empty when it may.
    pub fn refusals(&self) -> &[Refusal] {
        match self {
            Self::Allowed(_) => &[],
            Self::Refused(refusals) => refusals,
        }
    }
}

/// One reason why something may not happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// What stood in the way.
    pub reason: Reason,
    /// The declaration concerned, for example `purposes.marketing`.
    pub declaration: String,
    /// The promise that would be broken.
    pub promise: Promise,
    /// The sentence of the policy that a person can be shown.
    pub clause: Arc<Clause>,
}

/// What stood in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The policy declares no such role.
    UnknownRole,
    /// The policy declares no such category.
    UnknownCategory,
    /// The policy declares no such purpose.
    UnknownPurpose,
    /// The policy declares no such record type.
    UnknownRecordType,
    /// The policy declares no such recipient.
    UnknownRecipient,
    /// The category must never be held.
    ForbiddenCategory,
    /// The purpose may not use this role's data.
    PurposeNotForRole,
    /// No record of this role holds this category for this purpose.
    NotHeldForPurpose,
    /// The record was collected for other purposes, and this one is not compatible with them.
    NotCollectedForPurpose,
    /// A section says that this never happens.
    RefusedBySection,
    /// It needs a yes, and there is none.
    ChoiceNeeded,
    /// The person said no.
    ChoiceDenied,
    /// The person objected to this use of the record.
    Objected,
    /// The recipient may not receive this category.
    CategoryNotForRecipient,
    /// The recipient may not receive anything for this purpose.
    PurposeNotForRecipient,
    /// The recipient has no agreement, or it does not hold on this day.
    AgreementNotInForce,
    /// Nothing covers the movement across the border.
    TransferNotCovered,
    /// The person is known to be below the minimum age.
    BelowMinimumAge,
    /// The person's age is unknown, and the policy asks for it.
    AgeUnknown,
    /// The person's data is restricted.
    Restricted,
    /// Free text suggests sensitive data, and the policy refuses that.
    SensitiveText,
    /// Free text says that its writer is below the minimum age, and the policy refuses that.
    StatedAge,
}

impl Reason {
    /// The reason in words, for a person.
    pub const fn text(self) -> &'static str {
        match self {
            Self::UnknownRole => "the policy declares no such role",
            Self::UnknownCategory => "the policy declares no such category of personal data",
            Self::UnknownPurpose => "the policy declares no such purpose",
            Self::UnknownRecordType => "the policy declares no such record type",
            Self::UnknownRecipient => "the policy declares no such recipient",
            Self::ForbiddenCategory => "this category must never be held",
            Self::PurposeNotForRole => "this purpose may not use the data of this role",
            Self::NotHeldForPurpose => "no record of this role holds this category for this purpose",
            Self::NotCollectedForPurpose => "the record was collected for other purposes",
            Self::RefusedBySection => "a section of the policy says that this never happens",
            Self::ChoiceNeeded => "the person has not said yes",
            Self::ChoiceDenied => "the person said no",
            Self::Objected => "the person objected to this use of the record",
            Self::CategoryNotForRecipient => "this recipient may not receive this category",
            Self::PurposeNotForRecipient => "this recipient may not receive data for this purpose",
            Self::AgreementNotInForce => "no agreement with this recipient is in force on this day",
            Self::TransferNotCovered => "the policy covers no transfer between these countries",
            Self::BelowMinimumAge => "the person is below the minimum age",
            Self::AgeUnknown => "the person's age is not known, and the policy asks for it",
            Self::Restricted => "the person's data is restricted",
            Self::SensitiveText => {
                "the text seems to hold sensitive information, and the policy refuses that"
            }
            Self::StatedAge => "the writer of the text says that they are below the minimum age",
        }
    }
}

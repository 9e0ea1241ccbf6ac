//! The one decision: may this category of this role's data be used for this purpose, and may it leave to this
//! recipient? A pure and total function of (policy, question, facts).
//!
//! A use is allowed when nothing refuses it. Every rule only ever adds refusals, so adding a rule, a statement
//! or a fact of refusal can never allow more.

mod facts;
mod refusal;
pub(crate) mod rules;
#[cfg(test)]
mod tests;
pub(crate) mod uses;

pub use facts::{Age, ChoiceState, Choices, Facts};
pub use refusal::{Decision, Reason, Refusal};

use crate::policy::Policy;

/// What one wants to do with one category of a subject's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Question<'a> {
    /// The subject's role.
    pub role: &'a str,
    /// The record type that holds the data, when one is meant.
    pub record_type: Option<&'a str>,
    /// The category of personal data.
    pub category: &'a str,
    /// What it is to be used for.
    pub purpose: &'a str,
    /// Who is to receive it, when it leaves.
    pub recipient: Option<&'a str>,
}

/// Decides under one policy.
///
/// An allowed use allocates nothing: its clause is shared, and names are compared where they stand. Only
/// refusals are spelled out.
pub fn decide(policy: &Policy, question: &Question<'_>, facts: &Facts<'_>) -> Decision {
    let refusals = rules::refusals(policy.document(), policy.clauses(), question, facts);
    Decision::from_refusals(policy, question, refusals)
}

/// Decides under the operator's policy and the account's: both must allow it.
///
/// The account declares the record types of its End Users itself, so the operator's policy is asked about the
/// category and purpose alone.
pub fn decide_under(
    operator: &Policy,
    account: Option<&Policy>,
    question: &Question<'_>,
    facts: &Facts<'_>,
) -> Decision {
    let Some(account) = account else { return decide(operator, question, facts) };
    let outer = decide(operator, &Question { record_type: None, ..*question }, facts);
    outer.and(decide(account, question, facts))
}

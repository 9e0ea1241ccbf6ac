//! Whether an account's policy only narrows the operator's, and where it does not.
//!
//! The language is finite: a decision is a conjunction of rules, each about the question and at most one fact
//! (the day, a choice, what a record was collected for, the age, the country, a restriction). So the uses that
//! a policy permits are, for each question, a product of sets of facts, and one policy's product lies within
//! another's when it does so fact by fact. Asking both policies every question that the account's can answer
//! with yes, under the most permissive facts and then with one fact changed at a time, is therefore a proof:
//! no finding means that from the day both policies apply, whatever the account's permits the operator's
//! permits too.

mod declarations;
mod keeping;
mod place;
mod situation;
#[cfg(test)]
mod tests;
mod uses;

use std::ops::Range;

pub(crate) use keeping::{outlasts, span_outlasts};

use crate::{document::Document, policy::Policy};

/// One way in which an account's policy permits what the operator's does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widening {
    /// Where the account's policy says so: byte offsets into its source.
    pub span: Range<usize>,
    /// A use that only the account's policy permits, in words.
    pub counterexample: String,
    /// What stands against it in the operator's policy.
    pub why: String,
}

/// Every way in which an account's policy permits what the operator's does not, one finding a place and reason,
/// each with the first counterexample; empty when the account's policy only narrows.
///
/// What an account leaves out whole (`age`, `transfers`, `sensitive`) it takes from the operator.
pub fn widenings(operator: &Policy, account: &Document) -> Vec<Widening> {
    let account = inherit(operator.document(), account);
    let mut found = uses::widenings(operator, &account);
    found.extend(keeping::widenings(operator.document(), &account));
    found.extend(declarations::widenings(operator.document(), &account));
    found.sort_by_key(|widening| widening.span.start);
    found
}

/// The account's policy as it binds: with the operator's rules where it states none of its own.
pub(crate) fn inherit(operator: &Document, account: &Document) -> Document {
    let mut effective = account.clone();
    effective.age = effective.age.or_else(|| operator.age.clone());
    effective.transfers = effective.transfers.or_else(|| operator.transfers.clone());
    effective.sensitive = effective.sensitive.or_else(|| operator.sensitive.clone());
    effective
}

/// Whether some use is permitted by the account's policy and not by the operator's.
#[cfg(test)]
pub(crate) fn uses_widened(operator: &Policy, account: &Document) -> bool {
    !uses::widenings(operator, &inherit(operator.document(), account)).is_empty()
}

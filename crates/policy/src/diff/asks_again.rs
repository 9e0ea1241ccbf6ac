//! What a person must be asked again about before a new version applies to them.

use std::collections::BTreeSet;

use super::diff;
use crate::{
    decide::{Question, uses},
    policy::Policy,
};

/// The purposes and recipients (`purposes.marketing`, `recipients.helpdesk`) for which a yes that was given under the
/// version before does not cover what the version after does: more data, other people's, elsewhere, longer, or with
/// less choice. A no covers both.
pub fn asks_again(before: &Policy, after: &Policy) -> BTreeSet<String> {
    let told = diff(before, after);
    let material = told.changes().filter(|change| change.material).map(|change| change.declaration.clone());
    let (old, new) = (permitted(before), permitted(after));
    let wider = new.iter().filter(|one| !old.contains(*one)).map(declaration);
    let chosen = |one: &String| one.starts_with("purposes.") || one.starts_with("recipients.");
    material.chain(wider).filter(chosen).collect()
}

/// What a policy permits when a person agrees to everything.
fn permitted(policy: &Policy) -> BTreeSet<[String; 4]> {
    let held = uses::held(policy.document());
    held.iter().filter(|question| uses::permits(policy, question)).map(parts).collect()
}

fn parts(question: &Question<'_>) -> [String; 4] {
    let Question { role, category, purpose, recipient, .. } = question;
    [*role, *category, *purpose, recipient.unwrap_or_default()].map(str::to_owned)
}

/// What a use that leaves depends on is the recipient; one that does not depends on the purpose.
fn declaration([_, _, purpose, recipient]: &[String; 4]) -> String {
    if recipient.is_empty() { format!("purposes.{purpose}") } else { format!("recipients.{recipient}") }
}

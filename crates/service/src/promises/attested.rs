//! What a person attests, weighed with what a machine found: a promise is kept only while both hold.

use domain::{Attestation, AttestationState, calendar};
use jiff::Timestamp;
use policy::Promise;

use super::{Examination, Status, Verdict};
use crate::attested::Measure;

/// How one measure of the policy stands, in words.
enum Standing {
    /// Nobody has attested it yet.
    Never(String),
    /// It is attested.
    Holds(String),
    /// It was, and is no more.
    Over(String),
}

/// The verdict of a promise with the measures that the policy lets it rest on.
pub(crate) fn weigh(examination: &Examination<'_>, promise: Promise, found: Verdict) -> Verdict {
    let of_promise = |measure: &&Measure| measure.declared.promise.get_ref() == promise.id();
    let mut measures = examination.measures.iter().filter(of_promise).peekable();
    if measures.peek().is_none() || found.status == Status::Broken {
        return found;
    }
    let (mut over, mut never, mut holding) = (Vec::new(), Vec::new(), Vec::new());
    for measure in measures {
        match standing(measure, examination.now) {
            Standing::Over(words) => over.push(words),
            Standing::Never(words) => never.push(words),
            Standing::Holds(words) => holding.push(words),
        }
    }
    if !over.is_empty() {
        Verdict::unless(&over, String::new)
    } else if !never.is_empty() {
        Verdict::unchecked(format!(
            "nobody has attested yet that {}; {}",
            never.join(", and that "),
            found.evidence
        ))
    } else {
        let status = if found.status == Status::Unchecked { Status::Attested } else { found.status };
        Verdict { status, evidence: format!("{}; attested: {}", found.evidence, holding.join("; ")) }
    }
}

fn is_young(measure: &Measure, latest: &Attestation, now: Timestamp) -> bool {
    calendar::after(latest.given_at, *measure.declared.every.get_ref()).is_none_or(|end| now < end)
}

fn standing(measure: &Measure, now: Timestamp) -> Standing {
    let (what, owner) = (measure.declared.label.get_ref(), measure.declared.owner.get_ref());
    let Some(latest) = &measure.latest else { return Standing::Never(what.clone()) };
    match latest.state {
        AttestationState::Withdrawn { at } => {
            Standing::Over(format!("that {what} was attested and taken back at {at}"))
        }
        _ if latest.label != *what => {
            Standing::Over(format!("what {owner} attested is not any more that {what}"))
        }
        // A policy that wants it more often does so of what was attested before, too.
        _ if latest.holds_at(now) && is_young(measure, latest, now) => {
            Standing::Holds(format!("{what} ({owner}, until {})", latest.until))
        }
        _ => Standing::Over(format!(
            "that {what} was attested until {} and not again by {owner}",
            latest.until
        )),
    }
}

//! What an erasure leaves: what an exception of the policy keeps by itself, and what someone determined one to keep.

use domain::{Freezes, Kept, Subject, Triggers, erasure::Determined, retention::expires_at};
use jiff::Timestamp;
use policy::document::{Document, Exception};
use store::{Change, records::TypeCount};

use super::Cause;

/// What is kept of a subject's records. An exception that someone must determine keeps what a hold says; those that apply
/// by themselves keep nothing of a child, whom nobody looked at when they were written.
pub(crate) fn kept(
    document: &Document,
    held: Vec<TypeCount>,
    (subject, at): (&Subject, Timestamp),
    cause: Cause,
) -> Vec<Kept> {
    let triggers = subject.triggers.clone().ended(at);
    let mut all = Vec::new();
    for count in held {
        let automatic = automatic(document)
            .filter(|_| cause != Cause::Child)
            .find(|(_, exception)| exception.keeps(&count.record_type));
        all.extend(automatic.map(|(name, exception)| Kept {
            until: count.last_expiry.or_else(|| end(document, &count.class, at, &triggers)),
            ..of(&count, name, exception.ground.get_ref())
        }));
        all.extend(determined(document, &count, &subject.freezes));
    }
    all
}

/// When what waits for something ends, as an erasure ends all that was still going on.
fn end(document: &Document, class: &str, at: Timestamp, triggers: &Triggers) -> Option<Timestamp> {
    expires_at(document.retention.get(class)?, at, at, triggers)
}

/// An erasure is the end of an account and of a contract, where something is kept whose clock waits for either. It comes
/// after the change of the subject's state, and what else is noted then.
pub(crate) fn ended(
    document: &Document,
    subject: &Subject,
    (kept, at): (&[Kept], Timestamp),
    cause: Cause,
) -> Option<Change> {
    let version = subject.version + 2 + u32::from(cause.marks(subject).is_some());
    let triggers = subject.triggers.clone().ended(at);
    let waits = |kept: &Kept| {
        let clock = document.retention.get(kept.class.as_str());
        clock.is_some_and(|clock| clock.until.get_ref().is_open_ended())
    };
    kept.iter().any(waits).then_some(Change::SetTriggers { subject: subject.id, version, triggers })
}

/// The exceptions to an erasure that nobody needs to determine.
fn automatic(document: &Document) -> impl Iterator<Item = (&str, &Exception)> {
    document.exceptions_to("erasure").filter(|(_, exception)| exception.determined_by.is_none())
}

/// What each hold keeps, whatever the policy in force says of its exception by now.
fn determined(document: &Document, count: &TypeCount, freezes: &Freezes) -> Vec<Kept> {
    let naming = freezes.0.iter().filter(|freeze| freeze.names(&count.record_type));
    let kept = |freeze: &domain::Freeze| {
        let name = freeze.exception.as_deref()?;
        let exception = document.exceptions.get(name);
        let ground = exception.map_or("", |exception| exception.ground.get_ref().as_str());
        let by = exception.and_then(|exception| exception.determined_by.as_ref());
        let determined = Determined {
            hold: freeze.by.clone(),
            by: by.map(|by| by.get_ref().clone()).unwrap_or_default(),
            review_at: freeze.until,
        };
        Some(Kept { determined: Some(determined), ..of(count, name, ground) })
    };
    naming.filter_map(kept).collect()
}

fn of(count: &TypeCount, exception: &str, ground: &str) -> Kept {
    Kept {
        record_type: count.record_type.clone(),
        class: count.class.clone(),
        records: count.records,
        exception: exception.to_owned(),
        ground: ground.to_owned(),
        until: None,
        determined: None,
    }
}

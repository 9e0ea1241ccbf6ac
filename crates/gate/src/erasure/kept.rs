//! What an erasure leaves: what an exception of the policy keeps by itself, and what someone determined one to keep.

use domain::{Freezes, Kept, erasure::Determined};
use policy::document::{Document, Exception};
use store::records::TypeCount;

use super::Cause;

/// What is kept of a subject's records. An exception that someone must determine keeps what a hold says; those that apply
/// by themselves keep nothing of a child, whom nobody looked at when they were written.
pub(crate) fn kept(document: &Document, held: Vec<TypeCount>, freezes: &Freezes, cause: Cause) -> Vec<Kept> {
    let mut all = Vec::new();
    for count in held {
        let automatic = automatic(document)
            .filter(|_| cause != Cause::Child)
            .find(|(_, exception)| exception.keeps(&count.record_type));
        all.extend(automatic.map(|(name, exception)| Kept {
            until: count.last_expiry,
            ..of(&count, name, exception.ground.get_ref())
        }));
        all.extend(determined(document, &count, freezes));
    }
    all
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

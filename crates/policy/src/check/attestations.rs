//! P05: what a person attests, and which promise rests on it.

use super::{Checker, codes, suggest::nearest};
use crate::{
    decide::uses::text,
    diagnostic::Diagnostic,
    document::{Attestation, Document, Name},
    promise::Promise,
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for (name, attestation) in &document.attestations {
        checker.report_all(of_no_promise(document, name, attestation));
        checker.report_all(of_account(checker, name));
    }
}

/// A promise that no section makes is none, whoever attests it.
fn of_no_promise(document: &Document, name: &Name, attestation: &Attestation) -> Option<Diagnostic> {
    let promise = text(&attestation.promise);
    let made = document
        .sections
        .iter()
        .any(|section| section.get_ref().promises.iter().any(|made| text(made) == promise));
    (!made).then(|| {
        let ids = Promise::ALL.iter().map(|promise| promise.id());
        let meant = nearest(promise, ids).filter(|meant| *meant != promise);
        let meant = meant.map_or_else(String::new, |meant| format!("did you mean `{meant}`? "));
        codes::ATTESTS_NOTHING
            .found(format!("no section makes the promise `{promise}` that `{}` attests", text(name)))
            .at(attestation.promise.span(), "no section promises this")
            .at(name.span(), "the attestation")
            .help(format!("{meant}Name a promise that a section lists in `promises`"))
    })
}

fn of_account(checker: &Checker<'_>, name: &Name) -> Option<Diagnostic> {
    (!checker.is_operator()).then(|| {
        codes::ATTESTATION_OF_ACCOUNT
            .found(format!("`{}` stands in an account's policy", text(name)))
            .at(name.span(), "nobody assesses this")
            .help("take it out, or attest it under the operator's policy")
    })
}

//! P03: purposes, and the choices about them.

use super::{Checker, codes};
use crate::{
    decide::{
        rules::{lists, purpose_choice},
        uses::text,
    },
    diagnostic::Diagnostic,
    document::{Basis, Choice, Document, Name, Purpose},
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for purpose in &document.purposes {
        checker.report_all(unused(document, purpose.0));
        checker.report_all(nobody_can_choose(document, purpose));
        checker.report_all(consent_by_silence(purpose.1));
        checker.report_all(compatible_with_itself(purpose));
        checker.report_all(choice_about_a_duty(purpose.1));
        if purpose.1.roles.is_empty() {
            checker.report(of_nobody("purpose", purpose.0));
        }
    }
}

/// A declaration whose `roles` are empty.
pub(super) fn of_nobody(noun: &str, name: &Name) -> Diagnostic {
    codes::WITHOUT_ROLES
        .found(format!("the {noun} `{}` has no roles", text(name)))
        .at(name.span(), "without roles")
        .help("list whom it concerns in `roles`")
}

fn unused(document: &Document, name: &Name) -> Option<Diagnostic> {
    let by_records = document.records.values().any(|record| lists(&record.purposes, text(name)));
    let by_cookies = document.cookies.values().any(|cookie| text(&cookie.purpose) == text(name));
    let by_beacons = document.beacons.values().any(|beacon| text(&beacon.purpose) == text(name));
    (!by_records && !by_cookies && !by_beacons).then(|| {
        codes::UNUSED_PURPOSE
            .found(format!("nothing uses the purpose `{}`", text(name)))
            .at(name.span(), "no record type, cookie or beacon lists it")
            .help("take it out, or add it to the `purposes` of the record types that it needs")
    })
}

fn nobody_can_choose(document: &Document, (name, purpose): (&Name, &Purpose)) -> Option<Diagnostic> {
    purpose_choice(purpose)?;
    let roles: Vec<_> =
        purpose.roles.iter().filter_map(|role| document.roles.get_key_value(text(role))).collect();
    if roles.iter().any(|(_, role)| role.can_choose) {
        return None;
    }
    let (first, _) = roles.first()?;
    let place = purpose.choice.as_ref().map_or_else(|| purpose.basis.span(), |choice| choice.span());
    Some(
        codes::NOBODY_CAN_CHOOSE
            .found(format!("`{}` needs a choice that none of its roles can make", text(name)))
            .at(place, "this needs a choice")
            .at(first.span(), "`can_choose = false`")
            .help("give the role a way to choose, or take the choice or the purpose out"),
    )
}

fn consent_by_silence(purpose: &Purpose) -> Option<Diagnostic> {
    let choice = purpose.choice.as_ref().filter(|choice| *choice.get_ref() == Choice::OptOut)?;
    (*purpose.basis.get_ref() == Basis::Consent).then(|| {
        codes::CONSENT_BY_SILENCE
            .found("this purpose rests on consent and happens without one")
            .at(choice.span(), "happens until the person says no")
            .at(purpose.basis.span(), "needs a yes")
            .help("say `choice = \"opt_in\"`, or name another basis")
    })
}

fn compatible_with_itself((name, purpose): (&Name, &Purpose)) -> Option<Diagnostic> {
    let itself = purpose.compatible_with.iter().find(|one| text(one) == text(name))?;
    Some(
        codes::COMPATIBLE_WITH_ITSELF
            .found(format!("`{}` is declared compatible with itself", text(name)))
            .at(itself.span(), "the same purpose")
            .at(name.span(), "declared here")
            .help("list the purposes whose data it may also use"),
    )
}

fn choice_about_a_duty(purpose: &Purpose) -> Option<Diagnostic> {
    let choice = purpose.choice.as_ref()?;
    matches!(purpose.basis.get_ref(), Basis::LegalObligation | Basis::VitalInterests).then(|| {
        codes::CHOICE_ABOUT_A_DUTY
            .found("this purpose asks for a choice and leaves none")
            .at(choice.span(), "asks the person")
            .at(purpose.basis.span(), "happens whatever the person says")
            .help("take `choice` out, or name the basis that really allows it")
    })
}

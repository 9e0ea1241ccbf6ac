//! Cookies and beacons.

use crate::{
    check::{
        Checker, codes,
        suggest::{listed, nearest},
    },
    decide::{rules::purpose_choice, uses::text},
    diagnostic::Diagnostic,
    document::{Beacon, Choice, Cookie, Document, Name, Party},
    narrow::span_outlasts,
    placeholder::span_text,
};

/// Where a beacon can stand.
const PLACES: [&str; 3] = ["page", "email", "advertisement"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for (name, cookie) in &document.cookies {
        checker.report_all(outlives(document, name, cookie));
        checker.report_all(without_clock(name, cookie));
        checker.report_all(party(name, cookie));
        checker.report_all(without_choice(document, name, cookie));
    }
    for beacon in document.beacons.values() {
        checker.report_all(places(beacon));
    }
}

/// A clock that runs while an account or a contract lasts has no length that a cookie's life could be compared with.
fn outlives(document: &Document, name: &Name, cookie: &Cookie) -> Option<Diagnostic> {
    let life = cookie.life.as_ref()?;
    let clock = document.retention.get(text(cookie.retention.as_ref()?))?;
    let then = clock.then.as_ref()?;
    (!clock.until.get_ref().is_open_ended() && span_outlasts(life.get_ref(), then.get_ref())).then(|| {
        let (lives, kept) = (span_text(life.get_ref()), span_text(then.get_ref()));
        codes::COOKIE_OUTLIVES
            .found(format!("the cookie `{}` lives {lives} and what it identifies {kept}", text(name)))
            .at(life.span(), format!("lives {lives}"))
            .at(then.span(), format!("deleted after {kept}"))
            .help("let the cookie live no longer than the clock")
    })
}

fn without_clock(name: &Name, cookie: &Cookie) -> Option<Diagnostic> {
    let life = cookie.life.as_ref().filter(|_| cookie.retention.is_none())?;
    Some(
        codes::COOKIE_WITHOUT_CLOCK
            .found(format!("the cookie `{}` lasts and names no retention clock", text(name)))
            .at(life.span(), "outlives the browser window")
            .at(name.span(), "the cookie")
            .help("say `retention = \"…\"` with the clock of what it identifies, or take `life` out"),
    )
}

fn party(name: &Name, cookie: &Cookie) -> Option<Diagnostic> {
    let party = &cookie.party;
    match (party.get_ref(), &cookie.recipient) {
        (Party::Third, None) => Some(
            codes::THIRD_PARTY_UNNAMED
                .found(format!("the third-party cookie `{}` does not say who sets it", text(name)))
                .at(party.span(), "set by someone else")
                .help("say `recipient = \"…\"` with the recipient that sets it"),
        ),
        (Party::First, Some(recipient)) => Some(
            codes::FIRST_PARTY_RECIPIENT
                .found(format!("the first-party cookie `{}` names a recipient", text(name)))
                .at(recipient.span(), "named here")
                .at(party.span(), "set by the server itself")
                .help("say `party = \"third\"`, or take `recipient` out"),
        ),
        _ => None,
    }
}

fn without_choice(document: &Document, name: &Name, cookie: &Cookie) -> Option<Diagnostic> {
    let (declared, purpose) = document.purposes.get_key_value(text(&cookie.purpose))?;
    let needed = purpose_choice(purpose)?;
    let given = cookie.choice.as_ref().map(|choice| *choice.get_ref());
    if given == Some(Choice::OptIn) || given == Some(needed) {
        return None;
    }
    let needs = match needed {
        Choice::OptIn => "opt_in",
        Choice::OptOut => "opt_out",
    };
    let place = cookie.choice.as_ref().map_or_else(|| name.span(), |choice| choice.span());
    Some(
        codes::COOKIE_WITHOUT_CHOICE
            .found(format!("the cookie `{}` is set without the choice that its purpose needs", text(name)))
            .at(place, "set too early")
            .at(declared.span(), format!("this purpose is `{needs}`"))
            .help(format!("say `choice = \"{needs}\"` for the cookie")),
    )
}

fn places(beacon: &Beacon) -> Vec<Diagnostic> {
    let unknown = beacon.places.iter().filter(|place| !PLACES.contains(&text(place)));
    unknown
        .map(|place| {
            let meant = nearest(text(place), PLACES);
            let meant = meant.map_or_else(String::new, |meant| format!("did you mean `{meant}`? "));
            codes::UNKNOWN_PLACE
                .found(format!("a beacon cannot stand in `{}`", text(place)))
                .at(place.span(), "no such place")
                .help(format!("{meant}It may stand in {}", listed(&PLACES)))
        })
        .collect()
}

//! P02: retention clocks, and every other term.

use jiff::Span;
use toml::Spanned;

use super::{Checker, codes};
use crate::{
    decide::uses::text,
    diagnostic::Diagnostic,
    document::{Backups, Basis, Document, Name, Retention, Until},
    narrow::span_outlasts,
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for (name, clock) in &document.retention {
        checker.report_all(kept_forever(document, name, clock));
        checker.report_all(unused(document, name));
        checker.report_all(without_ground(name, clock));
        checker.report_all(never_pulled(document, name, clock));
    }
    for (term, what) in terms(document) {
        checker.report_all(not_a_term(term, what));
    }
    checker.report_all(document.backups.as_ref().and_then(|backups| keys_outlive_data(backups.get_ref())));
}

fn keys_outlive_data(backups: &Backups) -> Option<Diagnostic> {
    let (life, keys_life) = (&backups.life, &backups.keys_life);
    span_outlasts(keys_life.get_ref(), life.get_ref()).then(|| {
        codes::KEYS_OUTLIVE_DATA
            .found("backups of the keys may outlive those of the data")
            .at(keys_life.span(), "kept that long")
            .at(life.span(), "and the data no longer than this")
            .help("keep the keys no longer than the data they open, better much shorter")
    })
}

/// A clock without an end is allowed where only exceptions use it that someone reviews.
fn kept_forever(document: &Document, name: &Name, clock: &Retention) -> Option<Diagnostic> {
    let endless = clock.then.is_none() && !clock.until.get_ref().is_open_ended();
    let by_records = document.records.values().filter_map(|record| record.retention.as_ref());
    let by_cookies = document.cookies.values().filter_map(|cookie| cookie.retention.as_ref());
    let ordinary = by_records.chain(by_cookies).find(|used| text(used) == text(name));
    let by_exception = document.exceptions.values().any(|one| text(&one.retention) == text(name));
    if !endless || (ordinary.is_none() && by_exception) {
        return None;
    }
    let found = codes::KEPT_FOREVER
        .found(format!("the clock `{}` never ends", text(name)))
        .at(clock.until.span(), "and then nothing ends it")
        .help("say how long: `then = \"P1Y\"` is one year");
    Some(match ordinary {
        Some(used) => found.at(used.span(), "used here"),
        None => found,
    })
}

fn unused(document: &Document, name: &Name) -> Option<Diagnostic> {
    let by_records = document.records.values().filter_map(|record| record.retention.as_ref());
    let by_cookies = document.cookies.values().filter_map(|cookie| cookie.retention.as_ref());
    let by_exceptions = document.exceptions.values().map(|exception| &exception.retention);
    let mut uses = by_records.chain(by_cookies).chain(by_exceptions);
    (!uses.any(|used| text(used) == text(name))).then(|| {
        codes::UNUSED_RETENTION
            .found(format!("nothing uses the clock `{}`", text(name)))
            .at(name.span(), "no record type, cookie or exception names it")
            .help("take it out, or name it in the `retention` of what it is for")
    })
}

fn without_ground(name: &Name, clock: &Retention) -> Option<Diagnostic> {
    let until = *clock.until.get_ref();
    let then = clock.then.as_ref().filter(|_| until.is_open_ended())?;
    if clock.ground.as_ref().is_some_and(|ground| !text(ground).trim().is_empty()) {
        return None;
    }
    Some(
        codes::WITHOUT_GROUND
            .found(format!(
                "`{}` keeps data after the end of the {} and does not say why",
                text(name),
                until.as_str()
            ))
            .at(then.span(), "kept so long after the end")
            .help("say which law or limitation period: `ground = \"…\"`, or take `then` out"),
    )
}

/// Where nothing is done under a contract, none can end, and the clock would never start.
fn never_pulled(document: &Document, name: &Name, clock: &Retention) -> Option<Diagnostic> {
    if *clock.until.get_ref() != Until::Contract {
        return None;
    }
    let mut purposes = purposes_under(document, text(name)).peekable();
    purposes.peek()?;
    let is_contract = |purpose: &Name| {
        let declared = document.purposes.get(text(purpose));
        declared.is_some_and(|one| *one.basis.get_ref() == Basis::Contract)
    };
    (!purposes.any(is_contract)).then(|| {
        codes::TRIGGER_NEVER_PULLED
            .found(format!("the clock `{}` waits for the end of a contract that nobody has", text(name)))
            .at(clock.until.span(), "nothing kept under it is used under a contract")
            .help("wait for the `account`, or give a purpose of what it keeps the basis `contract`")
    })
}

/// The purposes of what is kept under a clock, by record types, exceptions and cookies.
fn purposes_under<'a>(document: &'a Document, clock: &'a str) -> impl Iterator<Item = &'a Name> {
    let excepted = document.exceptions.values().filter(move |one| text(&one.retention) == clock);
    let excepted =
        excepted.flat_map(|one| &one.records).filter_map(|record| document.records.get(text(record)));
    let recorded =
        document.records.values().filter(move |one| one.retention.as_ref().map(text) == Some(clock));
    let kept = document.cookies.values().filter(move |one| one.retention.as_ref().map(text) == Some(clock));
    recorded.chain(excepted).flat_map(|record| &record.purposes).chain(kept.map(|cookie| &cookie.purpose))
}

/// Every term of a document, with what it is.
fn terms(document: &Document) -> Vec<(&Spanned<Span>, &'static str)> {
    let mut all = Vec::new();
    all.extend(
        document.retention.values().filter_map(|one| one.then.as_ref()).map(|term| (term, "retention term")),
    );
    all.extend(
        document.cookies.values().filter_map(|one| one.life.as_ref()).map(|term| (term, "life of a cookie")),
    );
    all.extend(
        document.exceptions.values().filter_map(|one| one.review.as_ref()).map(|term| (term, "review")),
    );
    for right in document.rights.values() {
        all.extend(right.deadline.as_ref().map(|term| (term, "deadline")));
        all.extend(right.extension.as_ref().map(|term| (term, "extension")));
    }
    if let Some(backups) = document.backups.as_ref().map(|one| one.get_ref()) {
        all.push((&backups.life, "life of a backup"));
        all.push((&backups.keys_life, "life of a backup"));
    }
    if let Some(complaints) = document.complaints.as_ref().map(|one| one.get_ref()) {
        all.push((&complaints.acknowledge, "time limit"));
        all.push((&complaints.answer, "time limit"));
        all.extend(complaints.appeal.as_ref().map(|appeal| (appeal, "time limit")));
    }
    all.extend(document.requests.iter().map(|one| (&one.get_ref().package, "time limit")));
    all.extend(document.attestations.values().map(|one| (&one.every, "interval")));
    all.extend(document.assessment.iter().map(|one| (&one.get_ref().every, "interval")));
    all.extend(
        document.changes.iter().filter_map(|one| one.get_ref().ahead.as_ref()).map(|term| (term, "notice")),
    );
    all
}

fn not_a_term(term: &Spanned<Span>, what: &str) -> Option<Diagnostic> {
    let span = term.get_ref();
    (span.is_zero() || span.is_negative()).then(|| {
        codes::NOT_A_TERM
            .found(format!("this {what} is {}", if span.is_zero() { "zero" } else { "negative" }))
            .at(term.span(), "not a term")
            .help("write how long it is, for example `P30D` for 30 days")
    })
}

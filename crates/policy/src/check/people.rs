//! P05: rights, exceptions, and what keeps the policy honest.

use super::{Checker, Code, codes, purposes, requests, suggest::listed};
use crate::{
    decide::uses::text,
    diagnostic::Diagnostic,
    document::{AgeRule, Changes, Complaints, Contact, Document, Exception, Name, Right},
    narrow::{outlasts, span_outlasts},
};

/// The kinds of request that a person may make.
pub(super) const RIGHTS: [&str; 6] =
    ["access", "rectification", "erasure", "restriction", "portability", "objection"];
/// How notice of a change is given.
const CHANNELS: [&str; 2] = ["site", "email"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for (name, right) in &document.rights {
        self::right(checker, name, right);
    }
    for exception in &document.exceptions {
        checker.report_all(ends_early(document, exception));
        checker.report_all(open_without_review(document, exception));
        checker.report_all(shares_key(document, exception));
    }
    checker.report_all(document.age.as_ref().and_then(|age| everyone_is_old_enough(age.get_ref())));
    checker.report_all(document.changes.iter().flat_map(|changes| unknown_notice(changes.get_ref())));
    checker
        .report_all(document.complaints.as_ref().and_then(|one| answer_before_acknowledged(one.get_ref())));
    checker.report_all(document.custodian.as_ref().and_then(|one| unreachable(one.get_ref())));
    if checker.is_operator() {
        checker.report_all(missing(document));
    }
}

fn right(checker: &mut Checker<'_>, name: &Name, right: &Right) {
    if right.deadline.is_none() {
        checker.report(
            codes::WITHOUT_DEADLINE
                .found(format!("the right `{}` has no deadline", text(name)))
                .at(name.span(), "by when is it answered?")
                .help("say `deadline = \"P1M\"` for one month"),
        );
    }
    if !RIGHTS.contains(&text(name)) {
        checker.report(requests::unknown_kind(name));
    }
    if right.roles.is_empty() {
        checker.report(purposes::of_nobody("right", name));
    }
}

fn ends_early(document: &Document, (name, exception): (&Name, &Exception)) -> Vec<Diagnostic> {
    let Some((clock_name, clock)) = document.retention.get_key_value(text(&exception.retention)) else {
        return Vec::new();
    };
    let early = exception.records.iter().filter_map(|record| {
        let retention = document.records.get(text(record))?.retention.as_ref()?;
        let (own_name, own) = document.retention.get_key_value(text(retention))?;
        (clock_name != own_name && outlasts(own, clock)).then_some((record, own_name))
    });
    early
        .map(|(record, own_name)| {
            codes::EXCEPTION_ENDS_EARLY
                .found(format!(
                    "the exception `{}` keeps `{}` no longer than its own clock",
                    text(name),
                    text(record)
                ))
                .at(exception.retention.span(), "may end earlier")
                .at(own_name.span(), format!("the clock of `{}`", text(record)))
                .help("give the exception a clock that lasts as long, or take the record type out of it")
        })
        .collect()
}

fn open_without_review(document: &Document, (name, exception): (&Name, &Exception)) -> Option<Diagnostic> {
    let clock = document.retention.get(text(&exception.retention))?;
    let is_open = clock.then.is_none() && !clock.until.get_ref().is_open_ended();
    let lacks = match (&exception.determined_by, &exception.review) {
        (None, _) => "`determined_by`",
        (_, None) => "`review`",
        _ => return None,
    };
    is_open.then(|| {
        codes::OPEN_WITHOUT_REVIEW
            .found(format!("the exception `{}` keeps data without a term and has no {lacks}", text(name)))
            .at(exception.retention.span(), "a clock without an end")
            .at(name.span(), "the exception")
            .help("say who determines it (`determined_by`) and how often it is looked at again (`review`)")
    })
}

/// What an automatic exception keeps must have clocks of its own: an erasure shreds the keys of all others.
fn shares_key(document: &Document, (name, exception): (&Name, &Exception)) -> Vec<Diagnostic> {
    let is_kept = |record: &Name| exception.records.iter().any(|kept| text(kept) == text(record));
    let clock_of =
        |record: &str| document.records.get(record).and_then(|kept| kept.retention.as_ref()).map(text);
    let kept_clocks: Vec<&str> = exception.records.iter().filter_map(|kept| clock_of(text(kept))).collect();
    let automatic = exception.determined_by.is_none();
    let erased = document.records.iter().filter(|(record, _)| automatic && !is_kept(record));
    erased
        .filter_map(|(record, declared)| {
            let clock = declared.retention.as_ref().filter(|clock| kept_clocks.contains(&text(clock)))?;
            let what = format!(
                "the exception `{}` keeps the key under which `{}` is sealed as well",
                text(name),
                text(record)
            );
            Some(
                codes::SHARES_KEY
                    .found(what)
                    .at(clock.span(), "the same clock")
                    .at(name.span(), "the exception")
                    .help("give one of the two a retention clock of its own, with the same term if you like"),
            )
        })
        .collect()
}

fn everyone_is_old_enough(age: &AgeRule) -> Option<Diagnostic> {
    (*age.minimum.get_ref() == 0).then(|| {
        codes::EVERYONE_IS_OLD_ENOUGH
            .found("a minimum age of zero protects no child")
            .at(age.minimum.span(), "everyone has reached it")
            .help("write the age in years below which nothing is held, for example `13`")
    })
}

fn unknown_notice(changes: &Changes) -> Vec<Diagnostic> {
    let unknown = changes.notice.iter().filter(|channel| !CHANNELS.contains(&text(channel)));
    unknown
        .map(|channel| {
            codes::UNKNOWN_NOTICE
                .found(format!("notice cannot be given through `{}`", text(channel)))
                .at(channel.span(), "no such channel")
                .help(format!("use {}", listed(&CHANNELS)))
        })
        .collect()
}

fn answer_before_acknowledged(complaints: &Complaints) -> Option<Diagnostic> {
    let (acknowledge, answer) = (&complaints.acknowledge, &complaints.answer);
    span_outlasts(acknowledge.get_ref(), answer.get_ref()).then(|| {
        codes::ANSWER_BEFORE_ACKNOWLEDGED
            .found("a complaint would be answered before it is acknowledged")
            .at(answer.span(), "answered by then")
            .at(acknowledge.span(), "acknowledged by then only")
            .help("acknowledge earlier, or answer later")
    })
}

fn unreachable(custodian: &Contact) -> Option<Diagnostic> {
    (custodian.email.is_none() && custodian.address.is_none()).then(|| {
        codes::UNREACHABLE
            .found("nobody can reach the custodian")
            .at(custodian.name.span(), "without e-mail and address")
            .help("add `email` or `address`")
    })
}

/// The tables that an operator's policy must have; an account's leaves them to the operator.
fn missing(document: &Document) -> Vec<Diagnostic> {
    let id = &document.policy.get_ref().id;
    let lacks = |code: &Code, message: &str, help: &str| {
        code.found(message).at(id.span(), "an operator's policy").help(help)
    };
    let tables = [
        (document.age.is_none(), &codes::WITHOUT_AGE, "this policy has no minimum age", "[age]"),
        (
            document.changes.is_none(),
            &codes::WITHOUT_CHANGES,
            "this policy does not say how it changes",
            "[changes]",
        ),
        (
            document.complaints.is_none(),
            &codes::WITHOUT_COMPLAINTS,
            "complaints have no time limits",
            "[complaints]",
        ),
        (
            document.assessment.is_none(),
            &codes::WITHOUT_ASSESSMENT,
            "this policy is never assessed",
            "[assessment]",
        ),
        (
            document.custodian.is_none(),
            &codes::WITHOUT_CUSTODIAN,
            "this policy names no custodian",
            "[custodian]",
        ),
    ];
    tables
        .into_iter()
        .filter(|(is_missing, ..)| *is_missing)
        .map(|(_, code, message, table)| lacks(code, message, &format!("add `{table}`")))
        .collect()
}

//! P01: every name that refers to a declaration must find one, and is listed once.

use std::collections::HashMap;

use super::{
    Checker, Code, codes,
    people::RIGHTS,
    suggest::{listed, nearest},
};
use crate::{
    decide::uses::text,
    diagnostic::Diagnostic,
    document::{Declared, Document, Name, Section, Statement},
    promise::Promise,
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    let targets = Targets::of(document);
    for (target, names) in references(document, &targets) {
        undeclared(checker, target, &names);
        listed_twice(checker, &names);
    }
    for section in &document.sections {
        promises(checker, section.get_ref());
    }
}

/// How many names stand in lists, to bound the time that looking them up takes.
pub(super) fn count(document: &Document) -> usize {
    references(document, &Targets::of(document)).iter().map(|(_, names)| names.len()).sum()
}

/// A table of declarations that others refer to.
struct Target<'a> {
    code: Code,
    noun: &'static str,
    table: &'static str,
    declared: Vec<&'a Name>,
}

struct Targets<'a> {
    roles: Target<'a>,
    categories: Target<'a>,
    purposes: Target<'a>,
    retention: Target<'a>,
    recipients: Target<'a>,
    cookies: Target<'a>,
    exceptions: Target<'a>,
    records: Target<'a>,
    rights: Target<'a>,
}

impl<'a> Targets<'a> {
    fn of(document: &'a Document) -> Self {
        Self {
            roles: target(codes::UNDECLARED_ROLE, "role", "roles", &document.roles),
            categories: target(codes::UNDECLARED_CATEGORY, "category", "categories", &document.categories),
            purposes: target(codes::UNDECLARED_PURPOSE, "purpose", "purposes", &document.purposes),
            retention: target(
                codes::UNDECLARED_RETENTION,
                "retention clock",
                "retention",
                &document.retention,
            ),
            recipients: target(codes::UNDECLARED_RECIPIENT, "recipient", "recipients", &document.recipients),
            cookies: target(codes::UNDECLARED_COOKIE, "cookie", "cookies", &document.cookies),
            exceptions: target(codes::UNDECLARED_EXCEPTION, "exception", "exceptions", &document.exceptions),
            records: target(codes::UNDECLARED_RECORD, "record type", "records", &document.records),
            rights: target(codes::UNDECLARED_RIGHT, "right", "rights", &document.rights),
        }
    }
}

fn target<'a, T>(
    code: Code,
    noun: &'static str,
    table: &'static str,
    declared: &'a Declared<T>,
) -> Target<'a> {
    Target { code, noun, table, declared: declared.keys().collect() }
}

type Reference<'r, 'a> = (&'r Target<'a>, Vec<&'a Name>);

/// Every list of references of a document, each with the table it refers to.
fn references<'r, 'a>(document: &'a Document, to: &'r Targets<'a>) -> Vec<Reference<'r, 'a>> {
    let mut all = Vec::new();
    for purpose in document.purposes.values() {
        all.push((&to.roles, purpose.roles.iter().collect()));
        all.push((&to.purposes, purpose.compatible_with.iter().collect()));
    }
    for record in document.records.values() {
        all.push((&to.roles, record.roles.iter().collect()));
        all.push((&to.purposes, record.purposes.iter().collect()));
        all.push((&to.retention, record.retention.iter().collect()));
        all.extend(record.fields.values().map(|field| (&to.categories, field.category.iter().collect())));
    }
    outside(document, to, &mut all);
    people(document, to, &mut all);
    for section in document.sections.iter().map(|section| section.get_ref()) {
        for statement in section.permits.iter().chain(&section.refuses) {
            all.extend(statement_references(statement.get_ref(), to));
        }
    }
    all
}

fn outside<'r, 'a>(document: &'a Document, to: &'r Targets<'a>, all: &mut Vec<Reference<'r, 'a>>) {
    for recipient in document.recipients.values() {
        all.push((&to.categories, recipient.receives.iter().collect()));
        all.push((&to.purposes, recipient.purposes.iter().collect()));
    }
    for cookie in document.cookies.values() {
        all.push((&to.purposes, vec![&cookie.purpose]));
        all.push((&to.recipients, cookie.recipient.iter().collect()));
        all.push((&to.retention, cookie.retention.iter().collect()));
    }
    for beacon in document.beacons.values() {
        all.push((&to.purposes, vec![&beacon.purpose]));
        all.push((&to.cookies, beacon.cookie.iter().collect()));
    }
    for site in document.sites.values() {
        all.push((&to.purposes, vec![&site.purpose]));
        all.push((&to.roles, site.role.iter().collect()));
        all.push((&to.cookies, site.cookie.iter().collect()));
        all.push((&to.records, site.record.iter().collect()));
        for used in site.link.iter().chain(&site.tailor).map(|used| used.get_ref()) {
            all.push((&to.purposes, vec![&used.purpose]));
            all.push((&to.records, vec![&used.record]));
        }
    }
    for log in document.access_log.iter().map(|log| log.get_ref()) {
        all.push((&to.records, vec![&log.record]));
        all.push((&to.records, log.case.iter().collect()));
        all.push((&to.purposes, vec![&log.purpose]));
    }
    for ground in document.disclosures.values() {
        all.push((&to.categories, ground.categories.iter().collect()));
    }
}

fn people<'r, 'a>(document: &'a Document, to: &'r Targets<'a>, all: &mut Vec<Reference<'r, 'a>>) {
    for right in document.rights.values() {
        all.push((&to.roles, right.roles.iter().collect()));
        all.push((&to.exceptions, right.exceptions.iter().collect()));
    }
    for requests in document.requests.iter().map(|requests| requests.get_ref()) {
        all.push((&to.records, vec![&requests.record]));
        all.push((&to.purposes, vec![&requests.purpose]));
    }
    for complaints in document.complaints.iter().map(|complaints| complaints.get_ref()) {
        all.push((&to.records, complaints.record.iter().collect()));
        all.push((&to.purposes, complaints.purpose.iter().collect()));
    }
    for staff in document.staff.iter().map(|staff| staff.get_ref()) {
        all.push((&to.roles, vec![&staff.role]));
        all.push((&to.records, vec![&staff.record]));
        all.push((&to.purposes, staff.ordinary.iter().chain([&staff.purpose]).collect()));
    }
    for members in document.members.iter().map(|members| members.get_ref()) {
        all.push((&to.roles, vec![&members.role]));
        all.push((&to.records, vec![&members.record]));
        all.push((&to.purposes, vec![&members.purpose]));
        for bar in members.bar.iter().map(|bar| bar.get_ref()) {
            all.push((&to.records, vec![&bar.record]));
            all.push((&to.purposes, vec![&bar.purpose]));
        }
    }
    for system in document.systems.values() {
        let known = system.rights.iter().filter(|kind| RIGHTS.contains(&text(kind)));
        all.push((&to.rights, known.collect()));
    }
    for exception in document.exceptions.values() {
        all.push((&to.records, exception.records.iter().collect()));
        all.push((&to.retention, vec![&exception.retention]));
    }
}

fn statement_references<'r, 'a>(statement: &'a Statement, to: &'r Targets<'a>) -> [Reference<'r, 'a>; 4] {
    [
        (&to.roles, statement.role.iter().collect()),
        (&to.categories, statement.category.iter().collect()),
        (&to.purposes, statement.purpose.iter().collect()),
        (&to.recipients, statement.recipient.iter().collect()),
    ]
}

fn undeclared(checker: &mut Checker<'_>, target: &Target<'_>, names: &[&Name]) {
    for name in names {
        if checker.is_full() {
            return;
        }
        if !target.declared.iter().any(|declared| declared.get_ref() == name.get_ref()) {
            checker.report(not_found(target, name));
        }
    }
}

fn not_found(target: &Target<'_>, name: &Name) -> Diagnostic {
    let (written, noun, table) = (name.get_ref(), target.noun, target.table);
    let found = target.code.found(format!("no {noun} is called `{written}`")).at(name.span(), "not declared");
    let declared = target.declared.iter().map(|declared| declared.get_ref().as_str());
    let meant = nearest(written, declared)
        .and_then(|meant| target.declared.iter().find(|declared| declared.get_ref() == meant));
    match meant {
        Some(meant) => found
            .at(meant.span(), format!("a similar {noun} is declared here"))
            .help(format!("did you mean `{}`? Else declare `[{table}.{written}]`", meant.get_ref())),
        None => found.help(format!("declare it as `[{table}.{written}]`, or take it out of the list")),
    }
}

fn listed_twice(checker: &mut Checker<'_>, names: &[&Name]) {
    let mut seen: HashMap<&str, &Name> = HashMap::new();
    for name in names {
        if let Some(first) = seen.insert(name.get_ref(), name) {
            checker.report(
                codes::LISTED_TWICE
                    .found(format!("`{}` is listed twice", name.get_ref()))
                    .at(name.span(), "listed again")
                    .at(first.span(), "listed first")
                    .help("take one of them out"),
            );
        }
    }
}

fn promises(checker: &mut Checker<'_>, section: &Section) {
    let names: Vec<&Name> = section.promises.iter().collect();
    listed_twice(checker, &names);
    for name in names {
        if name.get_ref().parse::<Promise>().is_ok() {
            continue;
        }
        let ids: Vec<&str> = Promise::ALL.iter().map(|promise| promise.id()).collect();
        let help = nearest(name.get_ref(), ids.iter().copied()).map_or_else(
            || format!("a section may promise {}", listed(&ids)),
            |meant| format!("did you mean `{meant}`?"),
        );
        checker.report(
            codes::UNKNOWN_PROMISE
                .found(format!("no promise is called `{}`", name.get_ref()))
                .at(name.span(), "not in the registry")
                .help(help),
        );
    }
}

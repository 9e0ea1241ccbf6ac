//! Sites whose visits are counted.

use std::collections::HashMap;

use crate::{
    check::{Checker, codes},
    decide::{rules::lists, uses::text},
    diagnostic::Diagnostic,
    document::{Document, Goal, Name, PUBLIC, Party, Site},
};

/// The longest name of a host (RFC 1035, section 2.3.4).
const LONGEST_HOST: usize = 253;

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for (name, site) in &document.sites {
        checker.report_all(without_hosts(name, site));
        checker.report_all(site.hosts.iter().filter_map(not_a_host));
        checker.report_all(cookie(document, name, site));
        checker.report_all(record(document, name, site));
        checker.report_all(site.goals.iter().filter_map(|(name, goal)| not_a_goal(site, name, goal)));
        checker.report_all(shown_to_anybody(name, site));
    }
    checker.report_all(twice(document));
}

fn without_hosts(name: &Name, site: &Site) -> Option<Diagnostic> {
    site.hosts.is_empty().then(|| {
        codes::NOT_A_HOST
            .found(format!("the site `{}` has no host", text(name)))
            .at(name.span(), "from which host do its hits come?")
            .help("say `hosts = [\"www.example.com\"]`")
    })
}

pub(super) fn not_a_host(host: &Name) -> Option<Diagnostic> {
    let is_label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let written = text(host);
    let is_host = written.len() <= LONGEST_HOST && written.split('.').all(is_label);
    (!is_host).then(|| {
        codes::NOT_A_HOST
            .found(format!("`{written}` is not a host"))
            .at(host.span(), "not a name of a host in small letters")
            .help("write it as it stands in addresses, without `https://` and port: `www.example.com`")
    })
}

fn twice(document: &Document) -> Vec<Diagnostic> {
    let mut seen: HashMap<&str, &Name> = HashMap::new();
    let hosts = document.sites.values().flat_map(|site| &site.hosts);
    hosts
        .filter_map(|host| {
            let first = seen.insert(text(host), host)?;
            let found = codes::HOST_TWICE.found(format!("`{}` is the host of two sites", text(host)));
            let found = found.at(host.span(), "listed here").at(first.span(), "and here");
            Some(found.help("take it out of one of them"))
        })
        .collect()
}

fn cookie(document: &Document, name: &Name, site: &Site) -> Option<Diagnostic> {
    let cookie = site.cookie.as_ref()?;
    let found = |why: &str, help: &str| {
        codes::SITE_COOKIE
            .found(format!("the site `{}` cannot recognise anybody", text(name)))
            .at(cookie.span(), why)
            .help(help)
    };
    if site.role.is_none() || site.record.is_none() {
        return Some(found("a cookie, and no visits that it leads to", "say `role` and `record` too"));
    }
    let declared = document.cookies.get(text(cookie))?;
    if *declared.party.get_ref() != Party::First {
        return Some(found("set by someone else", "name a cookie of the first party"));
    }
    (text(&declared.purpose) != text(&site.purpose)).then(|| {
        let help = format!("name a cookie whose purpose is `{}`", text(&site.purpose));
        found("it serves another purpose than the site", &help)
    })
}

fn record(document: &Document, name: &Name, site: &Site) -> Option<Diagnostic> {
    let record = site.record.as_ref()?;
    let declared = document.records.get(text(record))?;
    let found = |why: String| {
        codes::SITE_RECORD
            .found(format!("the visits of the site `{}` could not be held", text(name)))
            .at(record.span(), why)
            .at(site.purpose.span(), "what they are counted for")
            .help(format!("add it to `[records.{}]`", text(record)))
    };
    if !lists(&declared.purposes, text(&site.purpose)) {
        return Some(found(format!("not held for `{}`", text(&site.purpose))));
    }
    let role = site.role.as_ref()?;
    (!lists(&declared.roles, text(role)))
        .then(|| found(format!("not held of people of the role `{}`", text(role))))
}

fn not_a_goal(site: &Site, name: &Name, goal: &Goal) -> Option<Diagnostic> {
    let found = |why: &str, help: &str| {
        let found = codes::NOT_A_GOAL.found(format!("the goal `{}` could not be reached", text(name)));
        Some(found.at(name.span(), why).help(help))
    };
    match (&goal.event, &goal.page) {
        (Some(event), None) if !site.events.contains_key(text(event)) => {
            found("of an event that the site does not count", "add it to the site's `events`")
        }
        (None, Some(page)) if !text(page).starts_with('/') => {
            found("of no page", "write the path as it is counted: `page = \"/thanks\"`")
        }
        (Some(_), None) | (None, Some(_)) => None,
        _ => found("of no event and no page, or of both", "say `event` or `page`"),
    }
}

/// The fewest visitors of whom a figure may be shown to anybody.
const FEWEST: u32 = 3;

fn shown_to_anybody(name: &Name, site: &Site) -> Vec<Diagnostic> {
    let Some(public) = &site.public else { return Vec::new() };
    let found = |at, why: &str, help: &str| {
        codes::SHOWN_TO_ANYBODY
            .found(format!("the figures of the site `{}` would be shown to anybody", text(name)))
            .at(at, why)
            .help(help)
    };
    let help = format!("one of {}", PUBLIC.map(|by| format!("`{by}`")).join(", "));
    let unknown = public.iter().filter(|by| !PUBLIC.contains(&text(by)));
    let mut all: Vec<_> = unknown.map(|by| found(by.span(), "by what they are not shown", &help)).collect();
    match &site.minimum {
        Some(minimum) if *minimum.get_ref() >= FEWEST => {}
        Some(minimum) => all.push(found(minimum.span(), "of so few", "take three visitors at least")),
        None => all.push(found(name.span(), "of however few visitors", "say `minimum = 10`")),
    }
    all
}

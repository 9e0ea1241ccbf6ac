//! What recipients may receive, for what, and where.

use super::countries::is_code;
use crate::{
    check::{Checker, codes},
    decide::{
        rules::lists,
        uses::{categories, text},
    },
    diagnostic::Diagnostic,
    document::{Document, Name, Recipient},
};

pub(super) fn check(checker: &mut Checker<'_>, name: &Name, recipient: &Recipient) {
    let document = checker.document;
    for category in &recipient.receives {
        checker.report_all(not_held(document, name, category));
    }
    for purpose in &recipient.purposes {
        checker.report_all(holds_nothing(document, recipient, purpose));
    }
    checker.report_all(receives_nothing(name, recipient));
    match &recipient.region {
        Some(region) => checker.report_all(not_covered(document, name, region)),
        None => checker.report(
            codes::WITHOUT_REGION
                .found(format!("the recipient `{}` has no region", text(name)))
                .at(name.span(), "where does it keep the data?")
                .help("say `region = \"…\"` with the country code"),
        ),
    }
}

fn not_held(document: &Document, name: &Name, category: &Name) -> Option<Diagnostic> {
    let (declared, _) = document.categories.get_key_value(text(category))?;
    let held = document.records.values().flat_map(categories).any(|held| held == text(category));
    (!held).then(|| {
        codes::RECEIVES_NOTHING_HELD
            .found(format!("`{}` receives `{}`, which no record holds", text(name), text(category)))
            .at(category.span(), "held by no field of any record")
            .at(declared.span(), "declared here")
            .help("take it out, or add the field that holds it to a record type")
    })
}

/// Silent where a category is held by no record at all: that is said of the category.
fn holds_nothing(document: &Document, recipient: &Recipient, purpose: &Name) -> Option<Diagnostic> {
    document.purposes.get(text(purpose))?;
    let receives = |category: &str| lists(&recipient.receives, category);
    let holding: Vec<_> =
        document.records.values().filter(|record| categories(record).any(receives)).collect();
    if holding.is_empty() || holding.iter().any(|record| lists(&record.purposes, text(purpose))) {
        return None;
    }
    let first = recipient.receives.first()?;
    Some(
        codes::PURPOSE_HOLDS_NOTHING
            .found(format!("nothing that it receives is held for `{}`", text(purpose)))
            .at(purpose.span(), "no record that holds what it receives lists this purpose")
            .at(first.span(), "what it receives")
            .help("take the purpose out, or add it to the `purposes` of a record type that holds this"),
    )
}

fn receives_nothing(name: &Name, recipient: &Recipient) -> Option<Diagnostic> {
    let what = match (recipient.receives.is_empty(), recipient.purposes.is_empty()) {
        (true, _) => "receives nothing",
        (_, true) => "receives data for nothing",
        _ => return None,
    };
    Some(
        codes::RECEIVES_NOTHING
            .found(format!("the recipient `{}` {what}", text(name)))
            .at(name.span(), what)
            .help("list categories in `receives` and purposes in `purposes`, or take the recipient out"),
    )
}

fn not_covered(document: &Document, name: &Name, region: &Name) -> Option<Diagnostic> {
    let transfers = document.transfers.as_ref()?.get_ref();
    let (from, to) = (text(&transfers.deployment), text(region));
    let matches = |allowed: &Name, country: &str| text(allowed) == "*" || text(allowed) == country;
    if !is_code(from) || !is_code(to) {
        return None;
    }
    let covered = from == to
        || transfers
            .allowed
            .iter()
            .map(|one| one.get_ref())
            .any(|one| matches(&one.from, from) && matches(&one.to, to));
    (!covered).then(|| {
        codes::TRANSFER_NOT_COVERED
            .found(format!("`{}` keeps data in {to}, and no transfer from {from} to {to} is allowed", text(name)))
            .at(region.span(), "not covered")
            .at(transfers.deployment.span(), "data leaves from here")
            .help(format!(
                "add `{{ from = \"{from}\", to = \"{to}\", safeguard = \"…\" }}` to `allowed`, if there is a safeguard"
            ))
    })
}

//! Countries are written as ISO 3166-1 alpha-2, wherever they stand.

use crate::{
    check::{Checker, codes},
    decide::uses::text,
    diagnostic::Diagnostic,
    document::{Document, Name},
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    checker.report_all(countries(document).into_iter().filter_map(not_a_country));
}

fn countries(document: &Document) -> Vec<&Name> {
    let mut all: Vec<&Name> = document.recipients.values().filter_map(|one| one.region.as_ref()).collect();
    if let Some(transfers) = document.transfers.as_ref().map(|one| one.get_ref()) {
        all.push(&transfers.deployment);
        let ends = transfers.allowed.iter().flat_map(|one| [&one.get_ref().from, &one.get_ref().to]);
        all.extend(ends.filter(|end| text(end) != "*"));
    }
    all.extend(document.controller.get_ref().country.as_ref());
    all.extend(document.custodian.as_ref().and_then(|custodian| custodian.get_ref().country.as_ref()));
    all
}

/// Whether a text has the shape of a country code.
pub(in crate::check) fn is_code(written: &str) -> bool {
    written.len() == 2 && written.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn not_a_country(country: &Name) -> Option<Diagnostic> {
    let written = text(country);
    (!is_code(written)).then(|| {
        let help = match written.to_ascii_uppercase() {
            upper if is_code(&upper) => format!("write `{upper}`"),
            _ => "write the two-letter code, for example `US` or `DE`".to_owned(),
        };
        codes::NOT_A_COUNTRY
            .found(format!("`{written}` is not a country code"))
            .at(country.span(), "not two capital letters")
            .help(help)
    })
}

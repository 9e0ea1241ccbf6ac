//! P04: what leaves, and what is left in a browser.

mod access_log;
mod agreements;
mod browser;
mod called;
mod countries;
mod disclosures;
mod recipients;
mod site_uses;
mod sites;

pub(super) use countries::is_code;

use super::{Checker, codes};

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for (name, recipient) in &document.recipients {
        recipients::check(checker, name, recipient);
        agreements::check(checker, name, recipient);
        checker.report_all(recipient.hosts.iter().filter_map(sites::not_a_host));
    }
    browser::check(checker);
    called::check(checker);
    sites::check(checker);
    site_uses::check(checker);
    access_log::check(checker);
    for ground in document.disclosures.values() {
        disclosures::check(checker, ground);
    }
    countries::check(checker);
    if checker.is_operator() && document.transfers.is_none() {
        checker.report(
            codes::WITHOUT_TRANSFERS
                .found("this policy does not say where data may be")
                .at(document.policy.get_ref().id.span(), "an operator's policy")
                .help("add `[transfers]` with `deployment` and the `allowed` movements"),
        );
    }
}

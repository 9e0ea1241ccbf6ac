//! Grounds on which data is disclosed on someone's demand.

use crate::{
    check::{
        Checker, codes,
        suggest::{listed, nearest},
    },
    decide::uses::{categories, text},
    diagnostic::Diagnostic,
    document::{DisclosureGround, Document, Name},
};

/// Who may demand data.
const KINDS: [&str; 5] = ["law_enforcement", "regulator", "court", "consumer_reporting_agency", "company"];
/// How many different people must look.
const FEWEST_APPROVALS: u8 = 2;

pub(super) fn check(checker: &mut Checker<'_>, ground: &DisclosureGround) {
    checker.report_all(ground.to.iter().filter_map(unknown_kind));
    let document = checker.document;
    checker.report_all(ground.categories.iter().filter_map(|category| not_held(document, category)));
    let approvals = *ground.approvals.get_ref();
    if approvals < FEWEST_APPROVALS {
        checker.report(
            codes::TOO_FEW_APPROVALS
                .found(format!("this ground needs {approvals} approvals, and two at least are asked for"))
                .at(ground.approvals.span(), "too few")
                .at(ground.label.span(), "for this ground")
                .help(format!("say `approvals = {FEWEST_APPROVALS}` or more")),
        );
    }
}

fn unknown_kind(kind: &Name) -> Option<Diagnostic> {
    if KINDS.contains(&text(kind)) {
        return None;
    }
    let meant = nearest(text(kind), KINDS);
    let meant = meant.map_or_else(String::new, |meant| format!("did you mean `{meant}`? "));
    Some(
        codes::UNKNOWN_AUTHORITY
            .found(format!("nobody who demands data is of the kind `{}`", text(kind)))
            .at(kind.span(), "no such kind")
            .help(format!("{meant}There are {}", listed(&KINDS))),
    )
}

fn not_held(document: &Document, category: &Name) -> Option<Diagnostic> {
    let (declared, _) = document.categories.get_key_value(text(category))?;
    let held = document.records.values().flat_map(categories).any(|held| held == text(category));
    (!held).then(|| {
        codes::SCOPE_NOT_HELD
            .found(format!("no record holds `{}`, so it cannot be disclosed", text(category)))
            .at(category.span(), "held by no field of any record")
            .at(declared.span(), "declared here")
            .help("take it out of `categories`, or add the field that holds it to a record type")
    })
}

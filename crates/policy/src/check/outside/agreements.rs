//! The agreements under which recipients receive data.

use jiff::Span;

use crate::{
    check::{Checker, codes},
    decide::uses::text,
    diagnostic::Diagnostic,
    document::{Agreement, Name, Recipient},
};

/// How long before its end an agreement deserves a look, in days.
const SOON: i64 = 30;

pub(super) fn check(checker: &mut Checker<'_>, name: &Name, recipient: &Recipient) {
    let found = match &recipient.agreement {
        None => Some(
            codes::WITHOUT_AGREEMENT
                .found(format!("the recipient `{}` has no agreement", text(name)))
                .at(name.span(), "under which agreement does it receive data?")
                .help(format!("add `[recipients.{}.agreement]` with `document` and `signed`", text(name))),
        ),
        Some(agreement) => backwards(agreement.get_ref())
            .or_else(|| not_yet(checker, name, agreement.get_ref()))
            .or_else(|| ends(checker, name, agreement.get_ref())),
    };
    checker.report_all(found);
}

fn backwards(agreement: &Agreement) -> Option<Diagnostic> {
    let until = agreement.until.as_ref()?;
    (until.get_ref() <= agreement.signed.get_ref()).then(|| {
        codes::AGREEMENT_BACKWARDS
            .found("this agreement ends before it begins")
            .at(until.span(), "the first day on which it no longer holds")
            .at(agreement.signed.span(), "the day from which it holds")
            .help("mend one of the two days")
    })
}

fn not_yet(checker: &Checker<'_>, name: &Name, agreement: &Agreement) -> Option<Diagnostic> {
    let today = checker.context.today;
    let signed = agreement.signed.get_ref();
    (signed.0 > today).then(|| {
        codes::AGREEMENT_NOT_YET
            .found(format!("the agreement with `{}` holds from {signed} only", text(name)))
            .at(agreement.signed.span(), format!("after {today}, the day of this check"))
            .help("publish the policy when the agreement is in force, or take the recipient out until then")
    })
}

fn ends(checker: &Checker<'_>, name: &Name, agreement: &Agreement) -> Option<Diagnostic> {
    let today = checker.context.today;
    let until = agreement.until.as_ref()?;
    let day = until.get_ref();
    if day.0 <= today {
        return Some(
            codes::AGREEMENT_LAPSED
                .found(format!("the agreement with `{}` has lapsed on {day}", text(name)))
                .at(until.span(), format!("not after {today}, the day of this check"))
                .at(agreement.document.span(), "this agreement")
                .help("sign a new one and write its days here, or take the recipient out"),
        );
    }
    let soon = today.saturating_add(Span::new().days(SOON));
    (day.0 <= soon).then(|| {
        codes::AGREEMENT_ENDS_SOON
            .found(format!("the agreement with `{}` lapses on {day}", text(name)))
            .at(until.span(), format!("within {SOON} days of {today}, the day of this check"))
            .at(agreement.document.span(), "this agreement")
            .help("sign a new one in time")
    })
}

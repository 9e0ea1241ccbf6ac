//! The log of addresses.

use crate::{
    check::{Checker, codes, suggest::listed},
    decide::{rules::lists, uses::text},
    diagnostic::Diagnostic,
    document::{AccessLog, Document, FieldType, Name, Threshold, Until},
};

/// The longest time in which something can stand out, in hours.
const LONGEST: i64 = 24;

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    let Some(log) = &document.access_log else { return };
    if !checker.is_operator() {
        checker.report(
            codes::ACCESS_LOG_OF_ACCOUNT
                .found("an account cannot say what is kept of addresses")
                .at(log.span(), "the operator's to say")
                .help("take `[access_log]` out"),
        );
    }
    checker.report_all(unusable(document, log.get_ref()));
    checker.report_all(case(document, log.get_ref()));
    for (name, threshold) in &log.get_ref().signals {
        checker.report_all(signal(name, threshold));
    }
}

fn unusable(document: &Document, log: &AccessLog) -> Option<Diagnostic> {
    let (name, record) = document.records.get_key_value(text(&log.record))?;
    let found = |why: String, help: String| {
        let found = codes::ACCESS_LOG.found(format!("`{}` cannot be a log of addresses", text(name)));
        Some(found.at(log.record.span(), why).at(name.span(), "declared here").help(help))
    };
    if !lists(&record.purposes, text(&log.purpose)) {
        let purpose = text(&log.purpose);
        let help = format!("add `{purpose}` to the `purposes` of `{}`", text(name));
        return found(format!("not held for `{purpose}`"), help);
    }
    if log.address_category(document).is_none() {
        let help = "give it a field of a category with `detector = \"ip_address\"`".to_owned();
        return found("holds no address".to_owned(), help);
    }
    let (_, clock) = log.declared(document)?;
    if *clock.until.get_ref() == Until::Stored && clock.then.is_some() {
        return None;
    }
    let help = "name a record type whose clock says `while = \"stored\"` and `then`".to_owned();
    found("its clock does not run from the day on which a line is written".to_owned(), help)
}

fn case(document: &Document, log: &AccessLog) -> Option<Diagnostic> {
    let case = log.case.as_ref()?;
    let (name, record) = document.records.get_key_value(text(case))?;
    let found = |why: String, help: String| {
        let found = codes::CASE.found(format!("`{}` cannot keep the evidence of a case", text(name)));
        Some(found.at(case.span(), why).at(name.span(), "declared here").help(help))
    };
    if !lists(&record.purposes, text(&log.purpose)) {
        let purpose = text(&log.purpose);
        return found(
            format!("not held for `{purpose}`"),
            format!("add `{purpose}` to the `purposes` of `{}`", text(name)),
        );
    }
    let evidence = AccessLog::EVIDENCE;
    let is_text = record.fields.get(evidence).is_some_and(|field| field.kind == FieldType::Text);
    if is_text {
        return None;
    }
    let help = format!("give it the field `{evidence} = {{ category = \"…\", type = \"text\" }}`");
    found(format!("has no text `{evidence}`"), help)
}

fn signal(name: &Name, threshold: &Threshold) -> Option<Diagnostic> {
    let found = |span, why: &str, help: String| {
        let found = codes::SIGNAL.found(format!("`{}` can never stand out so", text(name)));
        Some(found.at(span, why).at(name.span(), "the signal").help(help))
    };
    if !AccessLog::SIGNALS.contains(&text(name)) {
        return found(name.span(), "no such signal", format!("there are {}", listed(&AccessLog::SIGNALS)));
    }
    if *threshold.times.get_ref() < 2 {
        let help = "say how often it happens before somebody should look: twice at least".to_owned();
        return found(threshold.times.span(), "so often it happens to anybody", help);
    }
    let within = threshold.within.get_ref();
    let hours = within.total((jiff::Unit::Hour, jiff::SpanRelativeTo::days_are_24_hours())).unwrap_or(0.0);
    #[expect(clippy::cast_precision_loss, reason = "a day has few hours")]
    let is_fit = hours > 0.0 && hours <= LONGEST as f64;
    if is_fit {
        return None;
    }
    let help = "say a time of at most a day, for example `within = \"PT10M\"`".to_owned();
    found(threshold.within.span(), "not a time within a day", help)
}

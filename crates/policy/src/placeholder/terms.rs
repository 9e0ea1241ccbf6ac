//! Times in words.

use jiff::Span;

use crate::document::{Retention, Until};

/// A retention clock in words, for example `as long as the account lives, and 3 years after`.
pub(crate) fn retention_text(retention: &Retention) -> String {
    let then = retention.then.as_ref().map(|span| span_text(span.get_ref()));
    match (retention.until.get_ref(), then) {
        (Until::Account, None) => "as long as the account lives".to_owned(),
        (Until::Account, Some(then)) => format!("as long as the account lives, and {then} after"),
        (Until::Contract, None) => "as long as the contract lasts".to_owned(),
        (Until::Contract, Some(then)) => format!("as long as the contract lasts, and {then} after"),
        (Until::Stored | Until::Changed | Until::Visits, None) => "until it is erased".to_owned(),
        (Until::Stored, Some(then)) => then,
        (Until::Changed, Some(then)) => format!("{then} after the last change"),
        (Until::Visits, Some(then)) => format!("{then} after the last visit"),
    }
}

/// A span in words, for example `1 year and 6 months`.
pub(crate) fn span_text(span: &Span) -> String {
    let parts: Vec<String> = [
        (i64::from(span.get_years()), "year"),
        (i64::from(span.get_months()), "month"),
        (i64::from(span.get_weeks()), "week"),
        (i64::from(span.get_days()), "day"),
        (i64::from(span.get_hours()), "hour"),
        (span.get_minutes(), "minute"),
        (span.get_seconds(), "second"),
    ]
    .into_iter()
    .filter(|(count, _)| *count != 0)
    .map(|(count, unit)| if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") })
    .collect();
    match parts.split_last() {
        None => "no time".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The term of an exception; one whose clock has no end lasts until a review ends it.
pub(crate) fn exception_term(clock: &Retention) -> String {
    if clock.then.is_none() && !clock.until.get_ref().is_open_ended() {
        "without a fixed term".to_owned()
    } else {
        retention_text(clock)
    }
}

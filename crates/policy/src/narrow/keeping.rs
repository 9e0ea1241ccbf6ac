//! What an account's policy keeps longer than the operator's, and the order of retention clocks.

use jiff::{Span, civil::Date};

use super::Widening;
use crate::{
    decide::{
        rules::lists,
        uses::{categories, text},
    },
    document::{Document, Name, RecordType, Retention, Until},
    placeholder::retention_text,
    words::label,
};

/// Whether one clock can keep a record longer than another.
///
/// A term that runs from a moment which may come later may end later however short it is, and one that runs from a moment
/// which never comes later ends earlier unless it is longer.
pub(crate) fn outlasts(one: &Retention, other: &Retention) -> bool {
    match (Lasts::of(one), Lasts::of(other)) {
        (_, Lasts::Forever) => false,
        (Lasts::Forever, Lasts::From(..)) => true,
        (Lasts::From(one, term), Lasts::From(other, than)) => {
            !is_never_later(one, other) || span_outlasts(&term, &than)
        }
    }
}

/// A record is stored, then changed, then its account ends; a person comes for the last time before their account ends. A
/// contract may end before its account or after it, and a record may be changed after either a visit or a contract.
const fn is_never_later(one: Until, other: Until) -> bool {
    matches!(
        (one, other),
        (Until::Stored, _)
            | (Until::Changed, Until::Changed | Until::Account)
            | (Until::Visits, Until::Visits | Until::Account)
            | (Until::Account, Until::Account)
            | (Until::Contract, Until::Contract)
    )
}

/// How long a clock keeps: without end, or for a term from a moment.
enum Lasts {
    Forever,
    From(Until, Span),
}

impl Lasts {
    fn of(retention: &Retention) -> Self {
        let until = *retention.until.get_ref();
        match retention.then.as_ref() {
            None if !until.is_open_ended() => Self::Forever,
            term => Self::From(until, term.map(|term| *term.get_ref()).unwrap_or_default()),
        }
    }
}

/// Whether there is a day on which `one` starts and ends later than `other`. Months and years differ in
/// length, so where the two are not of the same units every start within a leap cycle is tried.
pub(crate) fn span_outlasts(one: &Span, other: &Span) -> bool {
    let first = jiff::civil::date(2000, 1, 1);
    let end =
        |start: Date, span: &Span| start.to_datetime(jiff::civil::Time::midnight()).saturating_add(*span);
    first.series(Span::new().days(1)).take(1461).any(|start| end(start, one) > end(start, other))
}

pub(super) fn widenings(operator: &Document, account: &Document) -> Vec<Widening> {
    let records = account.records.iter().filter_map(|(name, record)| {
        let clock = record.retention.as_ref()?;
        longer(operator, account, (name, record), clock, Kept::Ordinarily)
    });
    let exceptions = account.exceptions.values().flat_map(|exception| {
        exception.records.iter().filter_map(|name| {
            let record = account.records.get_key_value(text(name))?;
            longer(operator, account, record, &exception.retention, Kept::AfterErasure)
        })
    });
    records.chain(exceptions).collect()
}

/// Under which of its clocks a record is kept.
#[derive(Clone, Copy)]
enum Kept {
    Ordinarily,
    AfterErasure,
}

impl Kept {
    const fn words(self) -> &'static str {
        match self {
            Self::Ordinarily => "",
            Self::AfterErasure => " after an erasure",
        }
    }

    /// The clocks under which the operator keeps a category of a role.
    fn clocks<'a>(
        self,
        operator: &'a Document,
        role: &'a str,
        category: &'a str,
    ) -> Box<dyn Iterator<Item = &'a Retention> + 'a> {
        let holds = move |record: &RecordType| {
            lists(&record.roles, role) && categories(record).any(|held| held == category)
        };
        let named = |name: &'a Name| operator.retention.get(text(name));
        match self {
            Self::Ordinarily => Box::new(
                operator
                    .records
                    .values()
                    .filter(move |record| holds(record))
                    .filter_map(move |record| record.retention.as_ref().and_then(named)),
            ),
            Self::AfterErasure => Box::new(
                operator
                    .exceptions
                    .values()
                    .filter(move |exception| {
                        let mut records = exception.records.iter();
                        records.any(|name| operator.records.get(text(name)).is_some_and(holds))
                    })
                    .filter_map(move |exception| named(&exception.retention)),
            ),
        }
    }
}

/// The first category that a clock keeps longer than every clock of the operator for the same role.
fn longer(
    operator: &Document,
    account: &Document,
    (name, record): (&Name, &RecordType),
    clock: &Name,
    kept: Kept,
) -> Option<Widening> {
    let retention = account.retention.get(text(clock))?;
    for role in record.roles.iter().map(text) {
        for category in categories(record) {
            let clocks: Vec<&Retention> = kept.clocks(operator, role, category).collect();
            // What the operator does not hold at all is found among the uses.
            let held = !clocks.is_empty() || matches!(kept, Kept::AfterErasure);
            if held && clocks.iter().all(|theirs| outlasts(retention, theirs)) {
                return Some(Widening {
                    span: clock.span(),
                    counterexample: said(account, text(name), role, category, retention, kept),
                    why: longest(&clocks, kept),
                });
            }
        }
    }
    None
}

fn said(
    account: &Document,
    record: &str,
    role: &str,
    category: &str,
    retention: &Retention,
    kept: Kept,
) -> String {
    let (category, role) = (label(&account.categories, category), label(&account.roles, role));
    let (term, words) = (retention_text(retention), kept.words());
    format!(
        "the {category} of {role} in {record} is kept {term}{words}, longer than the operator's policy keeps it"
    )
}

fn longest(clocks: &[&Retention], kept: Kept) -> String {
    let words = kept.words();
    if clocks.is_empty() {
        return format!("the operator's policy does not keep it{words}");
    }
    let terms: Vec<String> = clocks.iter().map(|clock| retention_text(clock)).collect();
    format!("the operator's policy keeps it{words} {}", terms.join(" or "))
}

//! P00: a policy of any content is checked in a bounded time, because accounts may send theirs over the network.

use std::collections::HashMap;

use super::{codes, declarations, references};
use crate::{
    decide::uses,
    diagnostic::Diagnostic,
    document::{Document, Kind},
    placeholder,
};

const MOST_DECLARATIONS: usize = 1_000;
const MOST_FIELDS: usize = 5_000;
const MOST_REFERENCES: usize = 20_000;
const MOST_STATEMENTS: usize = 500;
const MOST_PLACEHOLDERS: usize = 1_000;
/// Of the prose with its placeholders resolved, in bytes.
const LARGEST_PAGE: usize = 4 << 20;
/// Combinations of role, category, purpose and recipient.
const MOST_USES: usize = 200_000;

/// A finding where there is too much of something for the other checks to end soon.
pub(super) fn exceeded(document: &Document) -> Option<Diagnostic> {
    let what = too_many(document)?;
    let finding = codes::TOO_MANY
        .found(format!("this policy has {what}"))
        .at(document.policy.get_ref().id.span(), "this policy")
        .help("join declarations that say the same, or give each controller a policy of its own");
    Some(finding)
}

/// What is counted, the most there may be, and what it is called.
type Limit = (fn(&Document) -> usize, usize, &'static str);

fn too_many(document: &Document) -> Option<String> {
    let counts: [Limit; 7] = [
        (declared, MOST_DECLARATIONS, "declarations and sections"),
        (fields, MOST_FIELDS, "fields"),
        (references::count, MOST_REFERENCES, "names in lists"),
        (statements, MOST_STATEMENTS, "statements"),
        (placeholders, MOST_PLACEHOLDERS, "placeholders"),
        (page, LARGEST_PAGE, "bytes of prose with its placeholders resolved"),
        (uses, MOST_USES, "possible uses of data"),
    ];
    counts.into_iter().find_map(|(count, most, noun)| {
        let count = count(document);
        (count > most).then(|| format!("{count} {noun}; at most {most} are checked"))
    })
}

fn declared(document: &Document) -> usize {
    declarations::all(document).len() + document.sections.len()
}

fn fields(document: &Document) -> usize {
    document.records.values().map(|record| record.fields.len()).sum()
}

fn statements(document: &Document) -> usize {
    let sections = document.sections.iter().map(|section| section.get_ref());
    sections.map(|section| section.permits.len() + section.refuses.len()).sum()
}

fn placeholders(document: &Document) -> usize {
    document.sections.iter().map(|section| placeholder::find(section.get_ref().text.get_ref()).count()).sum()
}

/// One short placeholder can stand for every label of a table.
fn page(document: &Document) -> usize {
    let mut lengths: HashMap<&str, usize> = HashMap::new();
    let texts = document.sections.iter().map(|section| section.get_ref().text.get_ref());
    let resolved = texts.flat_map(|text| placeholder::find(text)).map(|found| {
        let length = || placeholder::resolve(document, found.path).map_or(0, |resolved| resolved.len());
        *lengths.entry(found.path).or_insert_with(length)
    });
    resolved.fold(0, usize::saturating_add)
}

/// How many uses will be decided. An account's are each decided for every purpose that a record may have been
/// collected for, to compare them with the operator's.
fn uses(document: &Document) -> usize {
    let times = if document.policy.get_ref().kind == Kind::Account { document.purposes.len() } else { 1 };
    let by_record = document.records.values().map(|record| {
        let fields = uses::categories(record).count();
        let counts =
            [record.roles.len(), record.purposes.len(), fields, document.recipients.len() + 1, times];
        counts.into_iter().fold(1, usize::saturating_mul)
    });
    by_record.fold(0, usize::saturating_add)
}

//! What a person must be asked again about before a new version applies to them.

use std::collections::BTreeSet;

use super::{both, diff};
use crate::{
    decide::{Question, uses},
    document::{Document, Name, RecordType},
    policy::Policy,
};

/// What says under which conditions everything else happens: a yes to anything was given under these.
const OF_EVERYTHING: [&str; 3] = ["controller", "transfers", "sensitive"];

/// The purposes and recipients (`purposes.marketing`, `recipients.helpdesk`) for which a yes that was given under the
/// version before does not cover what the version after does: more data, other people's, for someone else, elsewhere,
/// longer, with less choice, or in another sense of the word. A no covers both.
pub fn asks_again(before: &Policy, after: &Policy) -> BTreeSet<String> {
    let (old, new) = (before.document(), after.document());
    // As it was promised when the yes was given, or is now.
    if ![old, new].into_iter().any(promises_to_ask) {
        return BTreeSet::new();
    }
    let told = diff(before, after);
    let material = told.changes().filter(|change| change.material).map(|change| change.declaration.as_str());
    let mut asked: BTreeSet<String> = material.flat_map(|changed| concerned(old, new, changed)).collect();
    let (was, is) = (permitted(before), permitted(after));
    asked.extend(is.iter().filter(|one| !was.contains(*one)).flat_map(declarations));
    asked.extend(other_senses(old, new));
    asked
}

/// Whether whoever accepted the version before must accept the version after as well: it permits more, and one of them
/// promises to ask. Everything else was accepted as it is amended.
pub fn must_be_accepted(before: &Policy, after: &Policy) -> bool {
    [before, after].into_iter().any(|policy| promises_to_ask(policy.document()))
        && diff(before, after).is_material()
}

/// Whether a material change asks again: a policy that says nothing of it (an account's need not) does not say no.
fn promises_to_ask(document: &Document) -> bool {
    document.changes.as_ref().is_none_or(|changes| changes.get_ref().material_asks_again)
}

/// Every purpose and recipient of a policy: what asks again where it cannot be told what a yes covered.
pub fn everything(policy: &Policy) -> BTreeSet<String> {
    let document = policy.document();
    let purposes = document.purposes.keys().map(purpose);
    purposes.chain(document.recipients.keys().map(|name| format!("recipients.{}", name.get_ref()))).collect()
}

fn purpose(name: &Name) -> String {
    format!("purposes.{}", name.get_ref())
}

/// What a changed declaration is a condition of.
fn concerned(old: &Document, new: &Document, changed: &str) -> Vec<String> {
    let (kind, name) = changed.split_once('.').unwrap_or((changed, ""));
    let of_records = |concerns: &dyn Fn(&str, &RecordType) -> bool| -> Vec<String> {
        let records = new.records.iter().filter(|(name, record)| concerns(name.get_ref(), record));
        records.flat_map(|(_, record)| record.purposes.iter().map(purpose)).collect()
    };
    match kind {
        "purposes" => vec![changed.to_owned()],
        "recipients" => {
            let both = [old, new].into_iter().filter_map(|document| document.recipients.get(name));
            let purposes = both.flat_map(|recipient| recipient.purposes.iter().map(purpose));
            purposes.chain([changed.to_owned()]).collect()
        }
        "records" => of_records(&|record, _| record == name),
        "retention" => {
            of_records(&|_, record| record.retention.as_ref().is_some_and(|clock| clock.get_ref() == name))
        }
        "exceptions" => {
            let kept =
                new.exceptions.get(name).map(|exception| exception.records.as_slice()).unwrap_or_default();
            of_records(&|record, _| kept.iter().any(|kept| kept.get_ref() == record))
        }
        kind if OF_EVERYTHING.contains(&kind) => {
            let purposes = new.purposes.keys().map(purpose);
            purposes
                .chain(new.recipients.keys().map(|name| format!("recipients.{}", name.get_ref())))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Purposes that mean something else by now, or use categories that do: other words for the same are no other sense.
fn other_senses(old: &Document, new: &Document) -> Vec<String> {
    let purposes = both(&old.purposes, &new.purposes)
        .filter(|(_, was, now)| was.dpv.get_ref() != now.dpv.get_ref())
        .map(|(name, ..)| format!("purposes.{name}"));
    let categories: Vec<&str> = both(&old.categories, &new.categories)
        .filter(|(_, was, now)| was.dpv.get_ref() != now.dpv.get_ref())
        .map(|(name, ..)| name)
        .collect();
    let holding = new
        .records
        .values()
        .filter(|record| uses::categories(record).any(|category| categories.contains(&category)));
    purposes.chain(holding.flat_map(|record| record.purposes.iter().map(purpose))).collect()
}

/// What a policy permits when a person agrees to everything.
fn permitted(policy: &Policy) -> BTreeSet<[String; 4]> {
    let held = uses::held(policy.document());
    held.iter().filter(|question| uses::permits(policy, question)).map(parts).collect()
}

fn parts(question: &Question<'_>) -> [String; 4] {
    let Question { role, category, purpose, recipient, .. } = question;
    [*role, *category, *purpose, recipient.unwrap_or_default()].map(str::to_owned)
}

/// What a use depends on: whoever said yes to a purpose did not say so for someone who has joined it since.
fn declarations([_, _, purpose, recipient]: &[String; 4]) -> Vec<String> {
    let mut all = vec![format!("purposes.{purpose}")];
    all.extend((!recipient.is_empty()).then(|| format!("recipients.{recipient}")));
    all
}

//! Uses that one version permits and the other does not.

use indexmap::{IndexMap, IndexSet};

use super::{Comparison, only};
use crate::{
    decide::{
        Question,
        uses::{self, categories, text},
    },
    document::{Document, RecordType},
    policy::Policy,
    words::{if_you_are, label, list},
};

/// The categories of each record type that one purpose may use.
type Data<'a> = Vec<(&'a str, Vec<&'a str>)>;

/// Uses told in one sentence: data, whose, and for what.
struct Told<'a> {
    data: Data<'a>,
    roles: Vec<&'a str>,
    purposes: Vec<&'a str>,
}

impl Comparison<'_> {
    pub(super) fn used(&mut self, before: &Policy, after: &Policy) {
        let (old, new) = (permitted(before), permitted(after));
        let known = |other: &Document, one: &Question<'_>| {
            one.record_type.is_some_and(|name| other.records.contains_key(name))
        };
        let newly = new.difference(&old).filter(|one| known(self.old, one)).copied();
        for told in grouped(self.new, newly) {
            let text =
                format!("{} may now be used for {}", phrase(self.new, &told), purposes(self.new, &told));
            self.newly(&text, declaration(&told));
        }
        let gone = old.difference(&new).filter(|one| known(self.new, one)).copied();
        for told in grouped(self.old, gone) {
            let (data, purposes) = (phrase(self.old, &told), purposes(self.old, &told));
            self.no_longer(&format!("{data} may no longer be used for {purposes}"), declaration(&told));
        }
        self.record_types(&new);
    }

    /// A record type that only one version declares is told whole, not purpose by purpose.
    fn record_types(&mut self, permitted: &IndexSet<Question<'_>>) {
        let (old, new) = (self.old, self.new);
        for (name, record) in only(&new.records, &old.records) {
            let held = permitted.iter().filter(|one| one.record_type == Some(name));
            let purposes: IndexSet<&str> = held.map(|one| label(&new.purposes, one.purpose)).collect();
            let categories: IndexSet<&str> =
                categories(record).map(|category| label(&new.categories, category)).collect();
            let roles: Vec<&str> = record.roles.iter().map(|role| label(&new.roles, text(role))).collect();
            let uses =
                if purposes.is_empty() { String::new() } else { format!(", for {}", listed(&purposes)) };
            self.newly(
                &format!(
                    "now held{}: your {} ({}){uses}",
                    if_you_are(&roles),
                    record.label.get_ref(),
                    listed(&categories)
                ),
                format!("records.{name}"),
            );
        }
        for (name, record) in only(&old.records, &new.records) {
            let text = format!("no longer held: your {}", record.label.get_ref());
            self.no_longer(&text, format!("records.{name}"));
        }
    }
}

/// What a policy permits, record type by record type, when a person agrees to everything. Whatever the role
/// or purpose, categories come in the order of the record type, so that equal sets are told together.
fn permitted(policy: &Policy) -> IndexSet<Question<'_>> {
    let document = policy.document();
    let alone = uses::held(document).into_iter().filter(|question| question.recipient.is_none());
    let allowed: IndexSet<Question<'_>> = alone.filter(|question| uses::permits(policy, question)).collect();
    let within = document.records.iter().flat_map(|(name, record)| {
        let own = uses::held_by(document, record).into_iter().filter(|question| allowed.contains(question));
        own.map(|question| Question { record_type: Some(text(name)), ..question })
    });
    within.collect()
}

/// As few sentences as possible: roles that share data and purpose are told together, and then purposes that
/// share data and roles.
fn grouped<'a>(document: &Document, uses: impl Iterator<Item = Question<'a>>) -> Vec<Told<'a>> {
    let mut by_use: IndexMap<(&str, &str), IndexMap<&str, Vec<&str>>> = IndexMap::new();
    for one in uses {
        let data = by_use.entry((one.purpose, one.role)).or_default();
        data.entry(one.record_type.unwrap_or_default()).or_default().push(one.category);
    }
    let mut by_purpose: IndexMap<(&str, Data<'a>), Vec<&str>> = IndexMap::new();
    for ((purpose, role), data) in by_use {
        by_purpose.entry((purpose, data.into_iter().collect())).or_default().push(role);
    }
    let mut by_data: IndexMap<(Data<'a>, Vec<&str>), Vec<&str>> = IndexMap::new();
    for ((purpose, data), mut roles) in by_purpose {
        roles.sort_by_key(|role| document.roles.get_index_of(*role));
        by_data.entry((data, roles)).or_default().push(purpose);
    }
    by_data.into_iter().map(|((data, roles), purposes)| Told { data, roles, purposes }).collect()
}

/// The data of a sentence: whole record types by name, others by the categories concerned.
fn phrase(document: &Document, told: &Told<'_>) -> String {
    let parts: Vec<String> = told
        .data
        .iter()
        .map(|(name, used)| {
            let record = label(&document.records, name);
            let whole = document.records.get(*name).map_or(0, distinct) == used.len();
            let used: Vec<&str> = used.iter().map(|category| label(&document.categories, category)).collect();
            if whole { format!("your {record}") } else { format!("the {} in your {record}", list(&used)) }
        })
        .collect();
    list(&parts)
}

fn distinct(record: &RecordType) -> usize {
    categories(record).collect::<IndexSet<_>>().len()
}

/// The purposes of a sentence, and the roles where not everyone whose data is held is concerned.
fn purposes(document: &Document, told: &Told<'_>) -> String {
    let purposes: Vec<&str> =
        told.purposes.iter().map(|purpose| label(&document.purposes, purpose)).collect();
    let records = told.data.iter().filter_map(|(name, _)| document.records.get(*name));
    let everyone = records.flat_map(|record| &record.roles).all(|role| told.roles.contains(&text(role)));
    if everyone {
        return list(&purposes);
    }
    let roles: Vec<&str> = told.roles.iter().map(|role| label(&document.roles, role)).collect();
    format!("{}{}", list(&purposes), if_you_are(&roles))
}

fn declaration(told: &Told<'_>) -> String {
    match (told.purposes.as_slice(), told.data.as_slice()) {
        ([purpose], _) => format!("purposes.{purpose}"),
        (_, [(record, _), ..]) => format!("records.{record}"),
        _ => "purposes".to_owned(),
    }
}

fn listed(words: &IndexSet<&str>) -> String {
    list(&words.iter().copied().collect::<Vec<_>>())
}

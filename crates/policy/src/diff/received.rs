//! What others may receive under one version and not under the other.

use indexmap::{IndexMap, IndexSet};

use super::{Comparison, both, only_listed};
use crate::{
    decide::{Question, uses},
    document::Document,
    policy::Policy,
    words::{if_you_are, label, list},
};

/// Names of one kind.
type Names<'a> = Vec<&'a str>;

/// What one recipient may receive, told in one sentence.
struct Told<'a> {
    recipient: &'a str,
    categories: Names<'a>,
    roles: Names<'a>,
    purposes: Names<'a>,
}

impl Comparison<'_> {
    /// By which hosts pages reach a recipient.
    pub(super) fn reached(&mut self) {
        for (name, was, now) in both(&self.old.recipients, &self.new.recipients) {
            let (recipient, declaration) = (now.label.get_ref(), format!("recipients.{name}"));
            for host in only_listed(&now.hosts, &was.hosts) {
                self.newly(&format!("pages may now reach {recipient} at {host}"), declaration.clone());
            }
            for host in only_listed(&was.hosts, &now.hosts) {
                self.no_longer(&format!("pages no longer reach {recipient} at {host}"), declaration.clone());
            }
        }
    }

    pub(super) fn received(&mut self, before: &Policy, after: &Policy) {
        let (old, new) = (permitted(before), permitted(after));
        for told in grouped(self.new, new.difference(&old).copied()) {
            let text = format!(
                "{} may now receive your {}, for {}{}",
                label(&self.new.recipients, told.recipient),
                words(self.new, &told),
                purposes(self.new, &told),
                roles(self.new, &told)
            );
            self.newly(&text, format!("recipients.{}", told.recipient));
        }
        for told in grouped(self.old, old.difference(&new).copied()) {
            let text = format!(
                "{} no longer receives your {}{}{}",
                label(&self.old.recipients, told.recipient),
                words(self.old, &told),
                remaining(self.old, &new, &told),
                roles(self.old, &told)
            );
            self.no_longer(&text, format!("recipients.{}", told.recipient));
        }
    }
}

fn permitted(policy: &Policy) -> IndexSet<Question<'_>> {
    let held = uses::held(policy.document()).into_iter();
    held.filter(|question| question.recipient.is_some() && uses::permits(policy, question)).collect()
}

/// As few sentences as possible: roles that share everything else are told together, and then purposes.
fn grouped<'a>(document: &Document, uses: impl Iterator<Item = Question<'a>>) -> Vec<Told<'a>> {
    let mut by_use: IndexMap<(&str, &str, &str), Names<'a>> = IndexMap::new();
    for one in uses {
        let recipient = one.recipient.unwrap_or_default();
        by_use.entry((recipient, one.purpose, one.role)).or_default().push(one.category);
    }
    let mut by_purpose: IndexMap<(&str, &str, Names<'a>), Names<'a>> = IndexMap::new();
    for ((recipient, purpose, role), mut categories) in by_use {
        categories.sort_by_key(|category| document.categories.get_index_of(*category));
        by_purpose.entry((recipient, purpose, categories)).or_default().push(role);
    }
    let mut by_data: IndexMap<(&str, Names<'a>, Names<'a>), Names<'a>> = IndexMap::new();
    for ((recipient, purpose, categories), mut roles) in by_purpose {
        roles.sort_by_key(|role| document.roles.get_index_of(*role));
        by_data.entry((recipient, categories, roles)).or_default().push(purpose);
    }
    by_data
        .into_iter()
        .map(|((recipient, categories, roles), purposes)| Told { recipient, categories, roles, purposes })
        .collect()
}

fn words(document: &Document, told: &Told<'_>) -> String {
    list(&told.categories.iter().map(|category| label(&document.categories, category)).collect::<Vec<_>>())
}

/// The roles, where not everyone is concerned.
fn roles(document: &Document, told: &Told<'_>) -> String {
    if told.roles.len() == document.roles.len() {
        return String::new();
    }
    if_you_are(&told.roles.iter().map(|role| label(&document.roles, role)).collect::<Vec<_>>())
}

fn purposes(document: &Document, told: &Told<'_>) -> String {
    list(&told.purposes.iter().map(|purpose| label(&document.purposes, purpose)).collect::<Vec<_>>())
}

/// The purposes concerned, where the recipient still receives the data for others.
fn remaining(old: &Document, still: &IndexSet<Question<'_>>, told: &Told<'_>) -> String {
    let same =
        |one: &Question<'_>| one.recipient == Some(told.recipient) && told.categories.contains(&one.category);
    if still.iter().any(same) { format!(", for {}", purposes(old, told)) } else { String::new() }
}

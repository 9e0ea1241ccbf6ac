//! What each placeholder stands for.

use super::{attributes, retention_text, single};
use crate::{
    document::{Category, Declared, Document},
    words::Labelled,
};

/// What the declarations say where a placeholder stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A few words.
    Words(String),
    /// The labels of a whole table.
    List(Vec<String>),
}

impl Value {
    /// As Markdown, each text of the declarations passed through `escape`.
    pub(crate) fn markdown(&self, escape: impl Fn(&str) -> String) -> String {
        match self {
            Self::Words(words) => escape(words),
            Self::List(labels) => labels.iter().map(|label| format!("- {}\n", escape(label))).collect(),
        }
    }
}

/// What the declarations say where a placeholder stands, as Markdown; `None` when it names nothing.
///
/// `kind` lists the labels of a whole table, `kind.name` is one label (for `retention`, the clock in words),
/// `kind.name.attribute` is something else that the declaration says.
pub fn resolve(document: &Document, path: &str) -> Option<String> {
    value(document, path).map(|value| value.markdown(str::to_owned))
}

pub(super) fn value(document: &Document, path: &str) -> Option<Value> {
    let mut parts = path.split('.');
    let (kind, name, attribute) = (parts.next()?, parts.next(), parts.next());
    let words = match (name, attribute, parts.next()) {
        (None, ..) => return list(document, kind).map(Value::List),
        (Some(name), None, _) => one(document, kind, name),
        (Some(name), Some(attribute), None) => attributes::resolve(document, kind, name, attribute),
        _ => None,
    };
    words.map(Value::Words)
}

/// The labels of every declaration of one kind. Categories that must never be held are not among those that are.
fn list(document: &Document, kind: &str) -> Option<Vec<String>> {
    let labels = match kind {
        "roles" => labels(&document.roles),
        "categories" => held(&document.categories),
        "purposes" => labels(&document.purposes),
        "records" => labels(&document.records),
        "recipients" => labels(&document.recipients),
        "cookies" => labels(&document.cookies),
        "beacons" => labels(&document.beacons),
        "sites" => labels(&document.sites),
        "rights" => labels(&document.rights),
        "exceptions" => labels(&document.exceptions),
        "disclosures" => labels(&document.disclosures),
        "systems" => labels(&document.systems),
        "attestations" => labels(&document.attestations),
        _ => return None,
    };
    (!labels.is_empty()).then_some(labels)
}

fn held(categories: &Declared<Category>) -> Vec<String> {
    let forbidden = |one: &Category| one.forbidden.as_ref().is_some_and(|said| *said.get_ref());
    categories.values().filter(|one| !forbidden(one)).map(|one| one.label.get_ref().clone()).collect()
}

fn labels<T: Labelled>(declared: &Declared<T>) -> Vec<String> {
    declared.values().map(|one| one.label().get_ref().clone()).collect()
}

fn one(document: &Document, kind: &str, name: &str) -> Option<String> {
    match kind {
        "roles" => label(&document.roles, name),
        "categories" => label(&document.categories, name),
        "purposes" => label(&document.purposes, name),
        "records" => label(&document.records, name),
        "retention" => document.retention.get(name).map(retention_text),
        "recipients" => label(&document.recipients, name),
        "cookies" => label(&document.cookies, name),
        "beacons" => label(&document.beacons, name),
        "sites" => label(&document.sites, name),
        "rights" => label(&document.rights, name),
        "exceptions" => label(&document.exceptions, name),
        "disclosures" => label(&document.disclosures, name),
        "systems" => label(&document.systems, name),
        "attestations" => label(&document.attestations, name),
        _ => single::resolve(document, kind, name),
    }
}

fn label<T: Labelled>(declared: &Declared<T>, name: &str) -> Option<String> {
    declared.get(name).map(|one| one.label().get_ref().clone())
}

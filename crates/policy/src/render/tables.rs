//! Every declaration as rows of tables, the same for HTML and Markdown.

mod data;
mod outside;
mod people;

use jiff::Span;
use toml::Spanned;

use crate::{
    document::{Declared, Document, Name},
    placeholder::span_text,
    words::{self, Labelled, label},
};

/// Declarations of one kind.
pub(super) struct Table {
    /// The name of the kind in the policy file, for example `purposes`.
    pub(super) kind: &'static str,
    /// Its heading.
    pub(super) title: &'static str,
    /// The headings of the columns.
    pub(super) columns: &'static [&'static str],
    /// A row for each declaration, in the order of the file.
    pub(super) rows: Vec<Row>,
}

/// One declaration.
pub(super) struct Row {
    /// Its name in the policy file.
    pub(super) name: String,
    /// A cell for each column.
    pub(super) cells: Vec<String>,
}

/// Every table that has rows.
pub(super) fn all(document: &Document) -> Vec<Table> {
    let tables = [
        data::purposes(document),
        data::records(document),
        outside::recipients(document),
        outside::cookies(document),
        outside::beacons(document),
        outside::sites(document),
        people::rights(document),
        people::exceptions(document),
        people::requests(document),
        people::complaints(document),
        people::staff(document),
        people::members(document),
        people::systems(document),
        people::attestations(document),
        outside::disclosures(document),
        outside::transfers(document),
    ];
    tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

/// A row for each declaration, its label first.
fn rows<T: Labelled>(declared: &Declared<T>, cells: impl Fn(&str, &T) -> Vec<String>) -> Vec<Row> {
    let row = |(name, one): (&Name, &T)| {
        let mut all = vec![words::sentence(one.label().get_ref())];
        all.extend(cells(name.get_ref(), one));
        Row { name: name.get_ref().clone(), cells: all }
    };
    declared.iter().map(row).collect()
}

/// The labels of several declarations of one kind.
fn labels<T: Labelled>(declared: &Declared<T>, names: &[Name]) -> String {
    words::list(&names.iter().map(|name| label(declared, name.get_ref())).collect::<Vec<_>>())
}

fn term(span: Option<&Spanned<Span>>) -> String {
    span.map_or_else(String::new, |span| span_text(span.get_ref()))
}

fn written(name: Option<&Name>) -> String {
    name.map_or_else(String::new, |name| name.get_ref().clone())
}

/// Names of a closed vocabulary, such as `law_enforcement`, as words.
fn spoken(names: &[Name]) -> String {
    words::list(&names.iter().map(|name| name.get_ref().replace('_', " ")).collect::<Vec<_>>())
}

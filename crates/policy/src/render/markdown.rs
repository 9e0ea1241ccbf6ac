//! The page as Markdown, for repositories, mail and whatever has a page of its own.

use super::{
    escape,
    tables::{self, Table},
};
use crate::{
    document::{Document, Section},
    placeholder,
    policy::Policy,
};

/// The whole policy as Markdown with tables. The prose of the sections stands as its author wrote it, raw HTML
/// included; texts of the declarations come out as text.
pub fn markdown(policy: &Policy) -> String {
    let document = policy.document();
    let mut page = head(document);
    for section in &document.sections {
        page.push_str(&self::section(document, section.get_ref()));
    }
    page.extend(tables::all(document).iter().map(table));
    page
}

fn head(document: &Document) -> String {
    let header = document.policy.get_ref();
    let title = escape::markdown(&header.title);
    let controller = escape::markdown(document.controller.get_ref().name.get_ref());
    let version = escape::markdown(header.version.get_ref());
    format!("# {title}\n\n{controller}, version {version}, in force from {}\n", header.effective.get_ref())
}

fn section(document: &Document, section: &Section) -> String {
    let (number, title) = (section.number.get_ref(), escape::markdown(section.title.get_ref()));
    let text = placeholder::resolve_with(document, section.text.get_ref(), escape::markdown);
    format!("\n## {number}. {title}\n\n{}\n", text.trim())
}

fn table(table: &Table) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let columns: Vec<String> = table.columns.iter().map(|column| (*column).to_owned()).collect();
    let rule: Vec<String> = columns.iter().map(|_| "---".to_owned()).collect();
    let rows: String = table
        .rows
        .iter()
        .map(|row| line(&row.cells.iter().map(|cell| escape::markdown(cell)).collect::<Vec<_>>()))
        .collect();
    format!("\n## {}\n\n{}{}{rows}", table.title, line(&columns), line(&rule))
}

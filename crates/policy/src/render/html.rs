//! The public page: one HTML document that loads nothing but its stylesheet.

use std::fmt::Write as _;

use super::{
    escape, prose,
    tables::{self, Row, Table},
};
use crate::{
    document::{Document, Section},
    policy::Policy,
};

/// What is told above a policy: that another version is to come, or that this one is not in force.
#[derive(Debug, Clone)]
pub struct Notice {
    /// In one sentence.
    pub told: String,
    /// What changes, in sentences.
    pub sentences: Vec<String>,
    /// Where to read on: an address, and words for it.
    pub link: (String, String),
}

/// The whole page of a policy, UTF-8, without scripts and without styles of its own. `stylesheet` is the address
/// of the only thing it loads.
///
/// Sections have the ids `section-4`, declarations `purposes.marketing`, so that a refusal can point at them.
pub fn html(policy: &Policy, stylesheet: &str, notices: &[Notice]) -> String {
    let document = policy.document();
    let tables = tables::all(document);
    let mut page = String::with_capacity(64 * 1024);
    page.push_str(&head(document, stylesheet));
    page.extend(notices.iter().map(notice));
    page.push_str(&contents(document, &tables));
    page.push_str("<main>\n");
    for section in &document.sections {
        page.push_str(&self::section(document, section.get_ref()));
    }
    page.push_str(&declarations(&tables));
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn head(document: &Document, stylesheet: &str) -> String {
    let header = document.policy.get_ref();
    let (title, locale) = (escape::html(&header.title), escape::html(&header.locale));
    let controller = escape::html(document.controller.get_ref().name.get_ref());
    let version = escape::html(header.version.get_ref());
    let (effective, stylesheet) = (header.effective.get_ref(), escape::html(stylesheet));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{locale}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"{stylesheet}\">\n</head>\n\
         <body class=\"policy\">\n<header>\n<h1>{title}</h1>\n\
         <p>{controller}, version {version}, in force from <time datetime=\"{effective}\">{effective}</time></p>\n\
         </header>\n"
    )
}

fn notice(notice: &Notice) -> String {
    let sentences = notice.sentences.iter().map(|one| format!("<li>{}</li>\n", escape::html(one)));
    let (address, words) = (escape::html(&notice.link.0), escape::html(&notice.link.1));
    format!(
        "<aside class=\"notice\">\n<p><strong>{}</strong></p>\n<ul>\n{}</ul>\n\
         <p><a href=\"{address}\">{words}</a></p>\n</aside>\n",
        escape::html(&notice.told),
        sentences.collect::<String>()
    )
}

fn contents(document: &Document, tables: &[Table]) -> String {
    let mut list = String::from("<nav aria-label=\"Contents\">\n<ol>\n");
    for section in &document.sections {
        let section = section.get_ref();
        let (number, title) = (section.number.get_ref(), escape::html(section.title.get_ref()));
        writeln!(list, "<li value=\"{number}\"><a href=\"#section-{number}\">{title}</a></li>").ok();
    }
    list.push_str("</ol>\n<ul>\n");
    for table in tables {
        writeln!(list, "<li><a href=\"#{}\">{}</a></li>", table.kind, table.title).ok();
    }
    list.push_str("</ul>\n</nav>\n");
    list
}

fn section(document: &Document, section: &Section) -> String {
    let (number, title) = (section.number.get_ref(), escape::html(section.title.get_ref()));
    let text = prose::html(document, section.text.get_ref());
    format!("<section>\n<h2 id=\"section-{number}\">{number}. {title}</h2>\n{text}</section>\n")
}

fn declarations(tables: &[Table]) -> String {
    tables.iter().map(table).collect()
}

fn table(table: &Table) -> String {
    let columns: String =
        table.columns.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
    let rows: String = table.rows.iter().map(|one| row(table.kind, one)).collect();
    let (kind, title) = (table.kind, table.title);
    // On a phone the table is wider than the page: the section is reached with the keyboard, to be moved.
    format!(
        "<section class=\"declarations\" aria-labelledby=\"{kind}\" tabindex=\"0\">\n\
         <h2 id=\"{kind}\">{title}</h2>\n<table>\n<thead><tr>{columns}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</section>\n"
    )
}

fn row(kind: &str, row: &Row) -> String {
    let name = escape::html(&row.name);
    let cells: String = row.cells.iter().enumerate().map(|(at, cell)| self::cell(at, cell)).collect();
    format!("<tr id=\"{kind}.{name}\">{cells}</tr>\n")
}

fn cell(at: usize, text: &str) -> String {
    let text = escape::html(text);
    if at == 0 { format!("<th scope=\"row\">{text}</th>") } else { format!("<td>{text}</td>") }
}

//! What the pages of the console are made of: facts, tables, forms, sentences. Each is escaped, labelled and laid out here, once.

use askama::{Template, filters::HtmlSafe};

use super::{Chart, Form, Moment};

/// A part of a page, under a heading of its own where it has one.
#[derive(Debug, Clone)]
pub struct Part {
    /// What stands above it.
    pub heading: Option<String>,
    /// What it is.
    pub block: Block,
}

/// What a part of a page is.
#[derive(Debug, Clone, Template)]
#[template(path = "console/block.html")]
pub enum Block {
    /// A few words.
    Text(String),
    /// A way to another page.
    Way {
        /// Where to.
        href: String,
        /// What is there.
        label: String,
    },
    /// Sentences, one below the other.
    Sentences(Vec<String>),
    /// What is known of something.
    Facts(Vec<(String, Value)>),
    /// What has happened, in order.
    Steps(Vec<(Moment, String)>),
    /// Many of the same kind.
    Table(Table),
    /// Bars.
    Chart(Chart),
    /// What one may do.
    Forms(Vec<Form>),
    /// Text as it is: a diagnostic, a draft.
    Source(String),
    /// Words that somebody takes and changes, folded away until they are wanted.
    Draft {
        /// What they are for.
        title: String,
        /// The words.
        text: String,
    },
    /// Nothing is there yet: what would be, and how it comes.
    Empty {
        /// What there is not.
        title: String,
        /// What would stand here, and how it comes.
        teaches: String,
    },
}

/// Many of the same kind, a row each.
#[derive(Debug, Clone)]
pub struct Table {
    /// What they are, for whoever does not see the table.
    pub label: String,
    /// What stands above each column.
    pub columns: Vec<&'static str>,
    /// The rows; the first of each names it.
    pub rows: Vec<Vec<Value>>,
    /// Where the next page is.
    pub next: Option<String>,
}

/// What stands in a cell, or as a fact.
#[derive(Debug, Clone, Template)]
#[template(path = "console/value.html")]
pub enum Value {
    /// Nothing is there, or nothing is known.
    Nothing,
    /// Words or a number.
    Text(String),
    /// An id.
    Code(String),
    /// What must not wait.
    Urgent(String),
    /// A moment.
    Moment(Moment),
    /// A way to another page.
    Link {
        /// Where to.
        href: String,
        /// What it is called.
        label: String,
    },
    /// A way to the page of what has this id.
    Id {
        /// Where to.
        href: String,
        /// The id.
        id: String,
    },
    /// Something that one may do there.
    Button {
        /// Where it is sent to.
        action: String,
        /// What the button says.
        label: &'static str,
        /// To what, for whoever does not see the row.
        about: String,
        /// What it carries.
        hidden: Vec<(String, String)>,
    },
}

impl HtmlSafe for Block {}
impl HtmlSafe for Value {}

impl Value {
    /// Words or a number.
    #[expect(clippy::needless_pass_by_value, reason = "ids and numbers are small, and so are words")]
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// An id.
    #[expect(clippy::needless_pass_by_value, reason = "ids and numbers are small, and so are words")]
    pub fn code(id: impl ToString) -> Self {
        Self::Code(id.to_string())
    }
}

impl From<Option<Moment>> for Value {
    fn from(moment: Option<Moment>) -> Self {
        moment.map_or(Self::Nothing, Self::Moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::tests::moment;

    const SCRIPT: &str = "<script>alert(1)</script>\"'";

    #[test]
    fn whatever_stands_in_a_cell_is_text_and_never_markup() {
        let values = [
            Value::text(SCRIPT),
            Value::code(SCRIPT),
            Value::Urgent(SCRIPT.to_owned()),
            Value::Link { href: SCRIPT.to_owned(), label: SCRIPT.to_owned() },
            Value::Id { href: SCRIPT.to_owned(), id: SCRIPT.to_owned() },
            Value::Button {
                action: SCRIPT.to_owned(),
                label: "End",
                about: SCRIPT.to_owned(),
                hidden: vec![("name".to_owned(), SCRIPT.to_owned())],
            },
        ];
        for value in values {
            let html = value.to_string();
            assert!(
                html.contains("&#60;script") && !html.contains("<script") && !html.contains("\"'"),
                "{html}"
            );
        }
    }

    #[test]
    fn blocks_escape_what_they_show_and_no_more() {
        let table = Table {
            label: SCRIPT.to_owned(),
            columns: vec!["Key", "Ends"],
            rows: vec![vec![Value::text(SCRIPT), Value::Moment(moment())]],
            next: Some(SCRIPT.to_owned()),
        };
        let blocks = [
            Block::Text(SCRIPT.to_owned()),
            Block::Way { href: SCRIPT.to_owned(), label: SCRIPT.to_owned() },
            Block::Sentences(vec![SCRIPT.to_owned()]),
            Block::Facts(vec![(SCRIPT.to_owned(), Value::text(SCRIPT))]),
            Block::Steps(vec![(moment(), SCRIPT.to_owned())]),
            Block::Source(SCRIPT.to_owned()),
            Block::Draft { title: SCRIPT.to_owned(), text: SCRIPT.to_owned() },
            Block::Empty { title: SCRIPT.to_owned(), teaches: SCRIPT.to_owned() },
            Block::Table(table),
        ];
        for block in blocks {
            let html = block.to_string();
            assert!(html.contains("&#60;script") && !html.contains("<script"), "{html}");
            assert!(!html.contains("&#38;#60;"), "escaped twice: {html}");
        }
    }

    #[test]
    fn a_table_names_its_columns_and_rows() {
        let rows = vec![vec![Value::code("key_1"), Value::Moment(moment())]];
        let table = Table { label: "Keys".to_owned(), columns: vec!["Key", "Ends"], rows, next: None };
        let html = Block::Table(table).to_string();
        for part in [
            "<th scope=\"col\">Ends</th>",
            "<th scope=\"row\"><code>key_1</code></th>",
            "<td><time datetime=\"2026-11-30T09:00:00Z\">",
            "role=\"region\" aria-label=\"Keys\"",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }
}

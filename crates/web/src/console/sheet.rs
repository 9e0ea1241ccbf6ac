//! A page of the console: a title, what it is about, and the blocks that it is made of.

use askama::Template;

use super::{Block, Form, Frame, Part};

/// A page of the console.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sheet.html")]
pub struct Sheet {
    /// What stands around it.
    pub frame: Frame,
    /// Of what it is a part: where that is, and what it is called.
    pub above: Option<(String, String)>,
    /// What it is.
    pub title: String,
    /// What went wrong.
    pub alert: Option<String>,
    /// What must be known first.
    pub notice: Option<String>,
    /// What it is about, in a few sentences.
    pub lead: String,
    /// What it is made of.
    pub parts: Vec<Part>,
}

impl Sheet {
    /// A page with nothing on it yet.
    pub fn new(frame: Frame, title: impl Into<String>, lead: impl Into<String>) -> Self {
        let (title, lead) = (title.into(), lead.into());
        Self { frame, above: None, title, alert: None, notice: None, lead, parts: Vec::new() }
    }

    /// The same, as a part of another.
    #[must_use]
    pub fn under(self, href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { above: Some((href.into(), label.into())), ..self }
    }

    /// The same, with one block more.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.parts.push(Part { heading: None, block });
        self
    }

    /// The same, with one block more under a heading.
    #[must_use]
    pub fn section(mut self, heading: impl Into<String>, block: Block) -> Self {
        self.parts.push(Part { heading: Some(heading.into()), block });
        self
    }

    /// The same, with what one may do, if there is anything.
    #[must_use]
    pub fn doors(self, heading: &str, forms: Vec<Form>) -> Self {
        if forms.is_empty() { self } else { self.section(heading, Block::Forms(forms)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::{
        Field, FieldKind,
        tests::{frame, is_sound},
    };

    #[test]
    fn a_page_has_one_title_and_its_parts_in_order() {
        let form = Form {
            id: "release",
            action: "/console/holds/hld_1/release".to_owned(),
            title: Some("Release"),
            explains: "Lets it go.".to_owned(),
            fields: vec![Field::new("because", "Why", FieldKind::Lines { rows: 3, most: 4_000 })],
            hidden: Vec::new(),
            button: "Release",
        };
        let page = Sheet::new(frame(), "A <b>hold</b>", "Nothing is deleted.")
            .under("/console/holds", "Holds")
            .with(Block::Text("First.".to_owned()))
            .doors("Nothing", Vec::new())
            .doors("What you can do", vec![form]);
        let html = page.render().unwrap();
        is_sound(&html);
        for part in [
            "<h1>A &#60;b&#62;hold&#60;/b&#62;</h1>",
            "<a href=\"/console/holds\">Holds</a>",
            "<h2>What you can do</h2>",
            "<h3>Release</h3>",
            "First.",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains("<h2>Nothing</h2>") && !html.contains("role=\"alert\""), "{html}");
        let look = || Some("Look <here>.".to_owned());
        let alerted = Sheet { alert: look(), ..page.clone() }.render().unwrap();
        assert!(alerted.contains("role=\"alert\"") && alerted.contains("Look &#60;here&#62;."), "{alerted}");
        let noticed = Sheet { notice: look(), ..page }.render().unwrap();
        assert!(noticed.contains("role=\"note\"") && noticed.contains("Look &#60;here&#62;."), "{noticed}");
    }
}

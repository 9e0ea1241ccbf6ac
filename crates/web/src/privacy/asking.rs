//! Asking for something.

use askama::Template;

use super::Frame;

/// A right of the person.
#[derive(Debug, Clone)]
pub struct RightLine {
    /// Its word in the policy.
    pub right: &'static str,
    /// What the policy calls it, for example `have it deleted`.
    pub label: String,
    /// What happens when it is asked for.
    pub explains: &'static str,
}

/// The form that asks for one.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/ask.html")]
pub struct AskPage {
    /// What stands around it.
    pub frame: Frame,
    /// What is asked for.
    pub right: RightLine,
    /// Of an erasure: what it would take and leave.
    pub foreseen: Vec<ForeseenLine>,
}

/// Records of one type that an erasure would take, or leave.
#[derive(Debug, Clone)]
pub struct ForeseenLine {
    /// What they are.
    pub label: String,
    /// How many.
    pub records: u64,
    /// Why they would stay, and until when; empty where they would go.
    pub kept: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{console::tests::is_sound, privacy::tests::frame};

    #[test]
    fn an_erasure_shows_what_goes_and_what_stays_before_it_is_asked_for() {
        let right =
            RightLine { right: "erasure", label: "have it deleted".to_owned(), explains: "All goes." };
        let line = |label: &str, kept: &[&str]| ForeseenLine {
            label: label.to_owned(),
            records: 2,
            kept: kept.iter().map(|one| (*one).to_owned()).collect(),
        };
        let foreseen = vec![line("orders", &["the books, until 2030-01-01"]), line("<b>messages", &[])];
        let page = AskPage { frame: frame(), right, foreseen };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in [
            "the books, until 2030-01-01",
            "&#60;b&#62;messages",
            "value=\"erasure\"",
            "<label for=\"message\">",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!AskPage { foreseen: Vec::new(), ..page }.render().unwrap().contains("<table"));
    }
}

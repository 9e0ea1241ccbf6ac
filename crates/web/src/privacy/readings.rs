//! Who has done what with the person's data.

use askama::Template;

use super::Frame;
use crate::console::Moment;

/// A page of what was done.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/readings.html")]
pub struct ReadingsPage {
    /// What stands around it.
    pub frame: Frame,
    /// What was done, the newest first.
    pub lines: Vec<ReadingLine>,
    /// From where the next page goes on.
    pub next: Option<String>,
    /// Whether what the person did themselves is left out.
    pub others: bool,
}

/// Something that was done.
#[derive(Debug, Clone)]
pub struct ReadingLine {
    /// When.
    pub at: Moment,
    /// What.
    pub what: &'static str,
    /// Whether it was refused.
    pub is_refused: bool,
    /// With which data.
    pub data: String,
    /// For what.
    pub purpose: String,
    /// By or to whom.
    pub whom: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        console::tests::{is_sound, moment},
        privacy::tests::frame,
    };

    #[test]
    fn who_looked_stands_there_with_why() {
        let line = ReadingLine {
            at: moment(),
            what: "your data was read",
            is_refused: true,
            data: "name, <email>".to_owned(),
            purpose: "support".to_owned(),
            whom: "by you".to_owned(),
        };
        let page =
            ReadingsPage { frame: frame(), lines: vec![line], next: Some("of=1".to_owned()), others: false };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in ["and was refused", "&#60;email&#62;", "/privacy/readings?of=1", "by you"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(html.contains("/privacy/readings?others=true"), "{html}");
        let page = ReadingsPage { others: true, ..page };
        assert!(page.render().unwrap().contains("href=\"/privacy/readings\""));
        let html = ReadingsPage { lines: Vec::new(), next: None, ..page }.render().unwrap();
        is_sound(&html);
        assert!(html.contains("Nothing stands here"), "{html}");
    }
}

//! What is held.

use askama::Template;

use super::Frame;
use crate::PackageRecord;

/// A page of what is held about a person.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/data.html")]
pub struct DataPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whether it is the first page.
    pub is_first: bool,
    /// The records.
    pub records: Vec<HeldRecord>,
    /// After which record the next page begins.
    pub next: Option<String>,
}

/// A record that is held.
#[derive(Debug, Clone)]
pub struct HeldRecord {
    /// Its id.
    pub id: String,
    /// Whether they can correct something of it by themselves.
    pub can_correct: bool,
    /// Whether it is a link to their visits, which they can end.
    pub can_end: bool,
    /// What it says, why and until when.
    pub article: PackageRecord,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PackageField, console::tests::is_sound, privacy::tests::frame};

    fn record() -> HeldRecord {
        let field = PackageField {
            label: "name".to_owned(),
            value: "<script>alert(1)</script>".to_owned(),
            is_withheld: false,
        };
        let article = PackageRecord {
            label: "account details".to_owned(),
            fields: vec![field],
            since: "2026-01-01".to_owned(),
            until: "until 2027-01-01".to_owned(),
            source: "You gave it.".to_owned(),
            purposes: "orders".to_owned(),
            shared: "Shared with nobody.".to_owned(),
        };
        HeldRecord { id: "rec_1".to_owned(), can_correct: true, can_end: false, article }
    }

    #[test]
    fn what_is_held_is_shown_with_why_and_until_when() {
        let page = DataPage {
            frame: frame(),
            is_first: true,
            records: vec![record()],
            next: Some("rec_1".to_owned()),
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in [
            "&#60;script&#62;alert",
            "until 2027-01-01",
            "You gave it.",
            "after=rec_1",
            "/privacy/data/rec_1/correct",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains("/privacy/links/"), "{html}");
        let link = HeldRecord { can_end: true, can_correct: false, ..record() };
        let html = DataPage { records: vec![link], ..page.clone() }.render().unwrap();
        is_sound(&html);
        for part in ["action=\"/privacy/links/rec_1/end\"", "name=\"form_token\"", "End this link"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        let html = DataPage { records: Vec::new(), next: None, ..page }.render().unwrap();
        is_sound(&html);
        assert!(html.contains("Nothing is held"), "{html}");
    }
}

//! Correcting what is held: written first, then looked at once more.

use askama::Template;

use super::Frame;

/// The form in which one writes what is right.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/correct.html")]
pub struct CorrectPage {
    /// What stands around it.
    pub frame: Frame,
    /// The record.
    pub record: String,
    /// What it is.
    pub label: String,
    /// Its version: what was changed meanwhile is not written over.
    pub version: u32,
    /// What can be corrected.
    pub fields: Vec<CorrectedField>,
}

/// A field, before and after.
#[derive(Debug, Clone)]
pub struct CorrectedField {
    /// Its name.
    pub name: String,
    /// What it is.
    pub label: String,
    /// What it says.
    pub was: String,
    /// What it is to say.
    pub now: String,
    /// Whether it has many lines.
    pub is_long: bool,
    /// Whether something must stand there.
    pub is_required: bool,
}

/// What will be changed, before it is.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/review.html")]
pub struct ReviewPage {
    /// What stands around it.
    pub frame: Frame,
    /// The record.
    pub record: String,
    /// What it is.
    pub label: String,
    /// Its version.
    pub version: u32,
    /// What differs.
    pub changes: Vec<CorrectedField>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{console::tests::is_sound, privacy::tests::frame};

    fn field() -> CorrectedField {
        CorrectedField {
            name: "full_name".to_owned(),
            label: "name".to_owned(),
            was: "Ada <script>".to_owned(),
            now: "Ada \"Lovelace\"".to_owned(),
            is_long: false,
            is_required: true,
        }
    }

    #[test]
    fn each_change_is_shown_before_it_is_made() {
        let long = CorrectedField { name: "body".to_owned(), is_long: true, is_required: false, ..field() };
        let page = CorrectPage {
            frame: frame(),
            record: "rec_1".to_owned(),
            label: "account details".to_owned(),
            version: 3,
            fields: vec![field(), long],
        };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(html.contains("name=\"field_full_name\"") && html.contains("<textarea"), "{html}");
        let review = ReviewPage {
            frame: frame(),
            record: page.record,
            label: page.label,
            version: 3,
            changes: vec![field()],
        };
        let html = review.render().unwrap();
        is_sound(&html);
        for part in
            ["Ada &#60;script&#62;", "value=\"Ada &#34;Lovelace&#34;\"", "name=\"version\" value=\"3\""]
        {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        let html = ReviewPage { changes: Vec::new(), ..review }.render().unwrap();
        is_sound(&html);
        assert!(html.contains("Nothing differs") && !html.contains("Change it"), "{html}");
    }
}

//! The report of an assessment, in a file that opens offline.

use askama::Template;

use crate::Status;

/// The report.
#[derive(Debug, Clone, Template)]
#[template(path = "assessment.html")]
pub struct AssessmentPage {
    /// Who was assessed.
    pub operator: String,
    /// Its id.
    pub id: String,
    /// When it began, in words.
    pub at: String,
    /// The whole in a few words.
    pub headline: String,
    /// A row a promise.
    pub rows: Vec<AssessmentRow>,
}

/// What was found of one promise.
#[derive(Debug, Clone)]
pub struct AssessmentRow {
    /// The promise's id.
    pub promise: &'static str,
    /// What it promises.
    pub sentence: &'static str,
    /// The section of the policy that makes it; none when no section does.
    pub section: Option<u16>,
    /// Whether it is kept.
    pub status: Status,
    /// What that rests on.
    pub evidence: String,
}

impl AssessmentPage {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that this context can cause; the template engine's signature has one.
    pub fn html(&self) -> Result<String, crate::RenderError> {
        self.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_was_found_and_is_escaped() {
        let row = AssessmentRow {
            promise: "purposes",
            sentence: "Data is used for the declared purposes.",
            section: Some(4),
            status: Status::Kept,
            evidence: "<b>12</b> refusals".to_owned(),
        };
        let page = AssessmentPage {
            operator: "Influxis".to_owned(),
            id: "asm_1".to_owned(),
            at: "2026-11-24 03:00:00 UTC".to_owned(),
            headline: "1 of 1 kept".to_owned(),
            rows: vec![row],
        };
        let html = page.html().unwrap();
        for part in ["1 of 1 kept", "asm_1", "purposes", "<td>4</td>", "&#60;b&#62;12", ">kept<"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains("<script") && !html.contains("http"), "it opens offline");
    }
}

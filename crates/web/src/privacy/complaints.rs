//! Complaints, questions and reports of misuse.

use askama::Template;

use super::Frame;
use crate::console::Moment;

/// What was written, and the form to write.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/complaints.html")]
pub struct ComplaintsPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whether any are taken in here.
    pub are_taken_in: bool,
    /// What was written.
    pub lines: Vec<ComplaintLine>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct ComplaintLine {
    /// Its id.
    pub id: String,
    /// What it is.
    pub matter: &'static str,
    /// Where it stands.
    pub state: &'static str,
    /// When it came in.
    pub received: Moment,
    /// When the next thing is due.
    pub due: Option<Moment>,
}

/// One of them, with what has happened.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/complaint.html")]
pub struct ComplaintPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands in the list.
    pub line: ComplaintLine,
    /// What has happened.
    pub steps: Vec<(Moment, &'static str)>,
    /// What was found.
    pub findings: Option<String>,
    /// Whether one can turn to somebody else.
    pub can_appeal: bool,
    /// Whether it can be taken back.
    pub can_withdraw: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        console::tests::{is_sound, moment},
        privacy::tests::frame,
    };

    fn line() -> ComplaintLine {
        ComplaintLine {
            id: "cmp_1".to_owned(),
            matter: "a complaint",
            state: "it came in",
            received: moment(),
            due: Some(moment()),
        }
    }

    #[test]
    fn what_was_written_is_listed_and_more_can_be() {
        let page = ComplaintsPage { frame: frame(), are_taken_in: true, lines: vec![line()] };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(
            html.contains("/privacy/complaints/cmp_1") && html.contains("<label for=\"message\">"),
            "{html}"
        );
        let html = ComplaintsPage { are_taken_in: false, lines: Vec::new(), ..page }.render().unwrap();
        is_sound(&html);
        assert!(!html.contains("<textarea") && html.contains("privacy@influxis.example"), "{html}");
    }

    #[test]
    fn a_decision_shows_its_findings_and_the_way_on() {
        let page = ComplaintPage {
            frame: frame(),
            line: line(),
            steps: vec![(moment(), "it came in")],
            findings: Some("You are <right>.".to_owned()),
            can_appeal: true,
            can_withdraw: false,
        };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(html.contains("You are &#60;right&#62;.") && html.contains("/cmp_1/appeal"), "{html}");
        assert!(!html.contains("/cmp_1/withdraw"), "{html}");
    }
}

//! What people ask for: the queue, and one request with its steps and its clock. Ids only, no names.

use askama::Template;

use super::{Frame, Moment};

/// The queue, what must be answered first at the head.
#[derive(Debug, Clone, Template)]
#[template(path = "console/requests.html")]
pub struct RequestsPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whether these are the ones that were answered.
    pub is_closed: bool,
    /// The requests.
    pub lines: Vec<RequestLine>,
    /// From where the next page goes on.
    pub next: Option<String>,
}

/// A request in the queue.
#[derive(Debug, Clone)]
pub struct RequestLine {
    /// Its id.
    pub id: String,
    /// What is asked for.
    pub right: &'static str,
    /// How it came.
    pub channel: &'static str,
    /// Where it stands.
    pub state: &'static str,
    /// By when it must be answered.
    pub due: Moment,
    /// How long that is, in words.
    pub left: String,
    /// Whether its time is over, or nearly.
    pub is_urgent: bool,
}

/// One request.
#[derive(Debug, Clone, Template)]
#[template(path = "console/request.html")]
pub struct RequestPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands in the queue.
    pub line: RequestLine,
    /// When it was received.
    pub received: Moment,
    /// Since when its clock stands still.
    pub paused: Option<Moment>,
    /// By what the person says they are known, and whether each is proved.
    pub identifiers: Vec<(String, bool)>,
    /// What has happened.
    pub steps: Vec<StepLine>,
    /// What one may do.
    pub forms: Vec<StepForm>,
}

/// Something that has happened.
#[derive(Debug, Clone)]
pub struct StepLine {
    /// When.
    pub at: Moment,
    /// What, in words.
    pub what: &'static str,
}

/// Something that one may do.
#[derive(Debug, Clone, Copy)]
pub struct StepForm {
    /// The last part of the address that it is sent to.
    pub step: &'static str,
    /// What the button says.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub explains: &'static str,
    /// What must be filled in; none where nothing must.
    pub asks: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::tests::{frame, is_sound, moment};

    fn line() -> RequestLine {
        RequestLine {
            id: "req_0123".to_owned(),
            right: "access",
            channel: "post",
            state: "open",
            due: moment(),
            left: "3 days".to_owned(),
            is_urgent: true,
        }
    }

    #[test]
    fn the_queue_shows_what_is_due_and_an_empty_one_teaches() {
        let page = RequestsPage {
            frame: frame(),
            is_closed: false,
            lines: vec![line()],
            next: Some("1.cas_2".to_owned()),
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in ["href=\"/console/requests/req_0123\"", "3 days", "post", "after=1.cas_2"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        let empty = RequestsPage { lines: Vec::new(), next: None, ..page }.render().unwrap();
        is_sound(&empty);
        assert!(empty.contains("POST /v1/requests"), "{empty}");
    }

    #[test]
    fn one_request_shows_its_steps_and_what_one_may_do() {
        let extend = StepForm { step: "extend", label: "Extend", explains: "Once.", asks: Some("Why") };
        let resume = StepForm { step: "resume", label: "Resume", explains: "Again.", asks: None };
        let page = RequestPage {
            frame: frame(),
            line: line(),
            received: moment(),
            paused: None,
            identifiers: vec![("email".to_owned(), true)],
            steps: vec![StepLine { at: moment(), what: "received" }],
            forms: vec![extend, resume],
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in [
            "action=\"/console/requests/req_0123/extend\"",
            "action=\"/console/requests/req_0123/resume\"",
            "<label for=\"because-extend\">",
            "name=\"form_token\" value=\"5e5e\"",
            "email",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert_eq!(html.matches("<textarea").count(), 1);
        let nothing = RequestPage { forms: Vec::new(), ..page }.render().unwrap();
        assert!(nothing.contains("nothing that your role may do"), "{nothing}");
    }
}

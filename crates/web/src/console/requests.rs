//! What people ask for: the queue. Ids only, no names.

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
    /// Whether whoever looks may enter one that came another way.
    pub can_enter: bool,
    /// Which of them may be meant.
    pub choices: Vec<Choice>,
    /// The requests.
    pub lines: Vec<RequestLine>,
    /// Where the next page is.
    pub next: Option<String>,
}

/// Which of many are meant.
#[derive(Debug, Clone)]
pub struct Choice {
    /// How it is asked for.
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What can be chosen, each with its word.
    pub words: Vec<(String, String)>,
    /// What is.
    pub value: String,
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
            can_enter: true,
            choices: vec![Choice {
                name: "whose",
                label: "Who sees to it",
                words: vec![(String::new(), "anybody".to_owned()), ("sub_1".to_owned(), "<you>".to_owned())],
                value: "sub_1".to_owned(),
            }],
            lines: vec![line()],
            next: Some("/console/requests?whose=sub_1&after=1.cas_2".to_owned()),
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in [
            "href=\"/console/requests/req_0123\"",
            "3 days",
            "post",
            "after=1.cas_2",
            "value=\"sub_1\" selected>&#60;you&#62;",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        let empty = RequestsPage { lines: Vec::new(), next: None, ..page }.render().unwrap();
        is_sound(&empty);
        assert!(empty.contains("Nobody is waiting") && empty.contains("/console/requests/new"), "{empty}");
    }
}

//! What the person asked for.

use askama::Template;

use super::{Frame, RightLine};
use crate::console::Moment;

/// What was asked for, and what can be.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/requests.html")]
pub struct RequestsPage {
    /// What stands around it.
    pub frame: Frame,
    /// What was asked for.
    pub lines: Vec<RequestLine>,
    /// What can be.
    pub rights: Vec<RightLine>,
}

/// One request.
#[derive(Debug, Clone)]
pub struct RequestLine {
    /// Its id.
    pub id: String,
    /// What was asked for.
    pub asked: &'static str,
    /// Where it stands.
    pub state: &'static str,
    /// When it came in.
    pub received: Moment,
    /// By when it is answered.
    pub due: Moment,
    /// How long that is.
    pub left: String,
}

/// One request, with what has happened.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/request.html")]
pub struct RequestPage {
    /// What stands around it.
    pub frame: Frame,
    /// What stands in the list.
    pub line: RequestLine,
    /// Whether it is still to be answered.
    pub is_open: bool,
    /// What has happened.
    pub steps: Vec<(Moment, &'static str)>,
    /// Why it was refused, stopped or takes longer, or what was said to it.
    pub reason: Option<String>,
    /// Until when its package can be fetched.
    pub package: Option<Moment>,
    /// Of an erasure: the link that opens its certificate.
    pub certificate: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        console::tests::{is_sound, moment},
        privacy::tests::frame,
    };

    fn line() -> RequestLine {
        RequestLine {
            id: "req_1".to_owned(),
            asked: "an erasure",
            state: "it is being looked at",
            received: moment(),
            due: moment(),
            left: "3 days".to_owned(),
        }
    }

    #[test]
    fn what_was_asked_for_and_what_can_be_are_listed() {
        let right =
            RightLine { right: "erasure", label: "have it deleted".to_owned(), explains: "All goes." };
        let page = RequestsPage { frame: frame(), lines: vec![line()], rights: vec![right] };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in
            ["/privacy/requests/req_1", "3 days", "/privacy/requests/new?right=erasure", "Have it deleted"]
        {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        let html = RequestsPage { lines: Vec::new(), ..page }.render().unwrap();
        is_sound(&html);
        assert!(html.contains("You have not asked for anything"), "{html}");
    }

    #[test]
    fn one_request_shows_its_clock_its_reason_and_what_came_of_it() {
        let page = RequestPage {
            frame: frame(),
            line: line(),
            is_open: true,
            steps: vec![(moment(), "received")],
            reason: Some("It is <far> away.".to_owned()),
            package: Some(moment()),
            certificate: Some("/privacy/certificate?link=5e5e".to_owned()),
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in ["/req_1/withdraw", "/req_1/package", "&#60;far&#62;", "/privacy/certificate?link=5e5e"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        let bare = RequestPage { is_open: false, reason: None, package: None, certificate: None, ..page };
        let html = bare.render().unwrap();
        assert!(!html.contains("/withdraw") && !html.contains("/package"), "{html}");
    }
}

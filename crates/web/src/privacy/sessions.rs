//! Where one is signed in.

use askama::Template;

use super::Frame;
use crate::console::SessionLine;

/// One's own sessions.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/sessions.html")]
pub struct SessionsPage {
    /// What stands around it.
    pub frame: Frame,
    /// The sessions, this one too.
    pub lines: Vec<SessionLine>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        console::tests::{is_sound, moment},
        privacy::tests::frame,
    };

    #[test]
    fn each_session_but_this_one_can_be_ended() {
        let line = |id: &str, is_this| SessionLine {
            id: id.to_owned(),
            browser: "Firefox",
            started: moment(),
            seen: moment(),
            is_this,
        };
        let page = SessionsPage { frame: frame(), lines: vec![line("ses_1", true), line("ses_2", false)] };
        let html = page.render().unwrap();
        is_sound(&html);
        assert!(html.contains("action=\"/privacy/sessions/ses_2/end\""), "{html}");
        assert!(!html.contains("/privacy/sessions/ses_1/end") && !html.contains("<Co>"), "{html}");
    }
}

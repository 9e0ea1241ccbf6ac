//! Where one is signed in.

use askama::Template;

use super::{Frame, Moment};

/// One's own sessions.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sessions.html")]
pub struct SessionsPage {
    /// What stands around it.
    pub frame: Frame,
    /// The sessions, this one too.
    pub lines: Vec<SessionLine>,
}

/// A session.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// Its id.
    pub id: String,
    /// What kind of browser it is.
    pub browser: &'static str,
    /// When it was begun.
    pub started: Moment,
    /// When somebody was last there.
    pub seen: Moment,
    /// Whether it is the one in which the page is shown.
    pub is_this: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::tests::{frame, is_sound, moment};

    #[test]
    fn each_session_can_be_ended() {
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
        assert!(
            html.contains("action=\"/console/sessions/ses_2/end\"") && html.contains("this one"),
            "{html}"
        );
        assert!(!html.contains("/console/sessions/ses_1/end"), "this one is ended by signing out: {html}");
    }
}

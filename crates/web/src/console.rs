//! The console: what members of staff see. Every page has the frame of whoever is signed in; no name of a person stands in any.

mod block;
mod chart;
mod confirm;
mod entrance;
mod form;
mod message;
mod passkeys;
mod promises;
mod requests;
mod sessions;
mod sheet;

pub use block::{Block, Part, Table, Value};
pub use chart::Chart;
pub use confirm::ConfirmPage;
pub use entrance::{EntrancePage, InvitationPage, OneClick, SignInPage};
pub use form::{Field, FieldKind, Form};
pub use message::MessagePage;
pub use passkeys::{PasskeyLine, PasskeysPage};
pub use promises::{PromiseLine, PromisesPage, SectionLine};
pub use requests::{Choice, RequestLine, RequestsPage};
pub use sessions::{SessionLine, SessionsPage};
pub use sheet::Sheet;

/// What stands around each page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Whose console it is.
    pub operator: String,
    /// As what one is signed in.
    pub role: &'static str,
    /// The kinds of work that one may do.
    pub groups: Vec<Link>,
    /// Where one may go for the kind that one is at.
    pub links: Vec<Link>,
    /// What each form carries, so that no other site can send it.
    pub form_token: String,
}

/// A way to another page.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// Where to.
    pub href: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Whether one is there.
    pub is_here: bool,
}

/// A moment, for people and for machines.
#[derive(Debug, Clone)]
pub struct Moment {
    /// As RFC 3339 has it.
    pub exact: String,
    /// As people read it.
    pub words: String,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn frame() -> Frame {
        Frame {
            operator: "Influxis".to_owned(),
            role: "custodian",
            groups: vec![Link { href: "/console", label: "Policy", is_here: true }],
            links: vec![
                Link { href: "/console", label: "Promises", is_here: true },
                Link { href: "/console/requests", label: "Requests", is_here: false },
            ],
            form_token: "5e5e".to_owned(),
        }
    }

    pub(crate) fn moment() -> Moment {
        Moment { exact: "2026-11-30T09:00:00Z".to_owned(), words: "30 November 2026, 09:00 UTC".to_owned() }
    }

    /// What holds for every page: nothing is loaded but the stylesheet, and whatever is filled in has a label.
    pub(crate) fn is_sound(html: &str) {
        let html = html.replace("<script type=\"module\" src=\"/assets/passkeys.js\"></script>", "");
        assert!(!html.contains("<script") && !html.contains("style=") && !html.contains(" src="), "{html}");
        assert_eq!(html.matches("<link").count(), 1, "{html}");
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
        assert_eq!(html.matches("id=\"main\"").count(), 1, "{html}");
        let fields = html.matches("<textarea").count()
            + html.matches("<input id=").count()
            + html.matches("<select").count();
        assert_eq!(html.matches("<label for=").count(), fields, "{html}");
    }
}

//! The policy, its history and what changed.

use askama::Template;

use super::Frame;

/// The versions of the policies that bear on the person.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/policy.html")]
pub struct PolicyPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whose server it is.
    pub operator: String,
    /// The versions of the Client's own policy, where it has one.
    pub own: Vec<PolicyLine>,
    /// Those of the operator's.
    pub versions: Vec<PolicyLine>,
}

/// A version.
#[derive(Debug, Clone)]
pub struct PolicyLine {
    /// Its number.
    pub number: u32,
    /// From which day it applies.
    pub applies: String,
    /// Whether it does now.
    pub is_in_force: bool,
    /// Whether it will.
    pub is_to_come: bool,
    /// What it changed, in sentences.
    pub changes: Vec<String>,
    /// Whether there is a page with all of it.
    pub has_page: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{console::tests::is_sound, privacy::tests::frame};

    #[test]
    fn each_version_says_what_it_changed() {
        let line = |number, is_in_force| PolicyLine {
            number,
            applies: "2026-01-01".to_owned(),
            is_in_force,
            is_to_come: !is_in_force,
            changes: vec!["Orders are kept for <less>.".to_owned()],
            has_page: true,
        };
        let page = PolicyPage {
            frame: frame(),
            operator: "Influxis".to_owned(),
            own: Vec::new(),
            versions: vec![line(2, false), line(1, true)],
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in ["href=\"/policy?version=2\"", "&#60;less&#62;", "in force", "to come"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }
}

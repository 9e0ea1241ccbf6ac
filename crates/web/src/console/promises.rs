//! Which promises are kept, section by section.

use askama::Template;

use super::{Frame, Moment};
use crate::Status;

/// The sections of the policy in force, with what was found of each.
#[derive(Debug, Clone, Template)]
#[template(path = "console/promises.html")]
pub struct PromisesPage {
    /// What stands around it.
    pub frame: Frame,
    /// When the promises were last checked.
    pub checked_at: Option<Moment>,
    /// How many are kept, in a few words.
    pub headline: String,
    /// The sections that promise something.
    pub sections: Vec<SectionLine>,
}

/// A section of the policy.
#[derive(Debug, Clone)]
pub struct SectionLine {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// What it promises.
    pub promises: Vec<PromiseLine>,
}

/// A promise, and what was found of it.
#[derive(Debug, Clone)]
pub struct PromiseLine {
    /// What it promises.
    pub sentence: &'static str,
    /// Whether it is kept.
    pub status: Status,
    /// The newest evidence.
    pub evidence: Option<String>,
}

impl SectionLine {
    /// A section stands as the worst of its promises does.
    fn status(&self) -> Status {
        let worse = [Status::Broken, Status::NotYet, Status::Unchecked, Status::Attested];
        let has = |status: &Status| self.promises.iter().any(|promise| promise.status == *status);
        worse.into_iter().find(has).unwrap_or(Status::Kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::tests::{frame, is_sound, moment};

    fn section(statuses: &[Status]) -> SectionLine {
        let promise = |status: &Status| PromiseLine {
            sentence: "Data is used for the declared purposes.",
            status: *status,
            evidence: Some("<b>12</b> refusals".to_owned()),
        };
        SectionLine { number: 4, title: "Why".to_owned(), promises: statuses.iter().map(promise).collect() }
    }

    #[test]
    fn a_section_stands_as_its_worst_promise() {
        assert_eq!(section(&[Status::Kept, Status::Broken, Status::NotYet]).status(), Status::Broken);
        assert_eq!(section(&[Status::Kept, Status::Attested]).status(), Status::Attested);
        assert_eq!(section(&[Status::Kept]).status(), Status::Kept);
    }

    #[test]
    fn each_section_has_its_state_and_evidence() {
        let page = PromisesPage {
            frame: frame(),
            checked_at: Some(moment()),
            headline: "1 of 2 kept".to_owned(),
            sections: vec![section(&[Status::Kept, Status::Broken])],
        };
        let html = page.render().unwrap();
        is_sound(&html);
        for part in [
            "1 of 2 kept",
            "<time datetime=\"2026-11-30T09:00:00Z\">",
            "&#60;b&#62;12",
            "href=\"/policy#section-4\"",
            "aria-current=\"page\"",
            "custodian",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        let empty = PromisesPage { checked_at: None, sections: Vec::new(), ..page }.render().unwrap();
        assert!(empty.contains("first check comes within seconds"), "{empty}");
    }
}

//! The proof of an erasure.

use askama::Template;

use crate::{Language, console::Moment};

/// How a request to be erased stands, and its certificates.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/certificate.html")]
pub struct CertificatePage {
    /// In which language it is.
    pub language: Language,
    /// Where the request stands.
    pub state: &'static str,
    /// Whether something is still to be done.
    pub is_open: bool,
    /// By when.
    pub due: Moment,
    /// The certificates.
    pub lines: Vec<CertificateLine>,
    /// The link that opened it.
    pub link: String,
}

/// A certificate.
#[derive(Debug, Clone)]
pub struct CertificateLine {
    /// The erasure.
    pub erasure: String,
    /// Since when nothing opens.
    pub inaccessible: Moment,
    /// When the keys were destroyed.
    pub shredded: Moment,
    /// When the last backup that could hold them is gone.
    pub irrecoverable: Moment,
    /// How many keys.
    pub keys: u64,
    /// What was kept, and why.
    pub kept: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::tests::{is_sound, moment};

    #[test]
    fn it_says_how_far_it_is_and_gives_the_file() {
        let waiting = CertificatePage {
            language: Language::English,
            state: "it is being looked at",
            is_open: true,
            due: moment(),
            lines: Vec::new(),
            link: "5e5e".to_owned(),
        };
        let html = waiting.render().unwrap();
        is_sound(&html);
        assert!(html.contains("it is being looked at") && html.contains("30 November 2026"), "{html}");
        let line = CertificateLine {
            erasure: "era_1".to_owned(),
            inaccessible: moment(),
            shredded: moment(),
            irrecoverable: moment(),
            keys: 3,
            kept: vec!["order: <books>".to_owned()],
        };
        let html = CertificatePage { lines: vec![line], is_open: false, ..waiting }.render().unwrap();
        is_sound(&html);
        assert!(
            html.contains("/privacy/certificate/era_1?link=5e5e") && html.contains("&#60;books"),
            "{html}"
        );
    }
}

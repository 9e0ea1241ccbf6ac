//! The privacy center: what a person sees of what is held about them, and does about it.

mod asking;
mod certificate;
mod choices;
mod complaints;
mod correct;
mod data;
mod entrance;
mod policy;
mod readings;
mod requests;
mod sessions;

pub use asking::{AskPage, ForeseenLine, RightLine};
pub use certificate::{CertificateLine, CertificatePage};
pub use choices::{ChoiceLine, ChoicesPage};
pub use complaints::{ComplaintLine, ComplaintPage, ComplaintsPage};
pub use correct::{CorrectPage, CorrectedField, ReviewPage};
pub use data::{DataPage, HeldRecord};
pub use entrance::{ElsewherePage, EnterPage, OpenPage, ProvePage, SentPage, Whoever};
pub use policy::{PolicyLine, PolicyPage};
pub use readings::{ReadingLine, ReadingsPage};
pub use requests::{RequestLine, RequestPage, RequestsPage};
pub use sessions::SessionsPage;

use crate::{Language, console::Link};

/// What stands around each page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Who decides why and how the data is used.
    pub controller: String,
    /// Where to write to them; empty where nobody says so.
    pub contact: String,
    /// Where one may go.
    pub links: Vec<Link>,
    /// What each form carries, so that no other site can send it.
    pub form_token: String,
    /// In which language the pages are.
    pub language: Language,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn frame() -> Frame {
        Frame {
            controller: "Influxis & <Co>".to_owned(),
            contact: "privacy@influxis.example".to_owned(),
            links: vec![
                Link { href: "/privacy/data", label: "What is held", is_here: true },
                Link { href: "/privacy/sessions", label: "Sessions", is_here: false },
            ],
            form_token: "5e5e".to_owned(),
            language: Language::English,
        }
    }
}

//! The notice: what a visitor is asked, in words that the receipt keeps.

use gate::KnownSite;
use serde::Serialize;

/// What a visitor is asked; or, where their browser says no for them, is told.
#[derive(Serialize)]
pub(super) struct Notice {
    pub(super) version: String,
    language: String,
    title: &'static str,
    text: &'static str,
    purposes: Vec<PurposeView>,
    /// None where no yes is taken.
    accept: Option<&'static str>,
    refuse: &'static str,
    choose: Option<&'static str>,
}

#[derive(Serialize)]
struct PurposeView {
    name: String,
    label: String,
    text: String,
}

impl Notice {
    /// What visitors of a site are asked. Under the signal of a browser (Global Privacy Control, Do Not Track) there is nothing to
    /// say yes to.
    pub(super) fn of(known: &KnownSite, is_signalled: bool) -> Self {
        let (version, language) = known.told_by();
        let purposes = known.asked_purposes().into_iter().map(|purpose| PurposeView {
            text: String::new(),
            label: capital(&purpose.label),
            name: purpose.name,
        });
        let (title, text, refuse) = if is_signalled { SIGNALLED } else { ASKED };
        Self {
            version: version.to_owned(),
            language: language.to_owned(),
            title,
            text,
            purposes: purposes.collect(),
            accept: (!is_signalled).then_some("Yes"),
            refuse,
            choose: (!is_signalled).then_some("Save my choices"),
        }
    }

    /// The words that were shown.
    pub(super) fn shown(&self) -> String {
        let purposes: Vec<&str> = self.purposes.iter().map(|purpose| purpose.label.as_str()).collect();
        format!("{} {} {}.", self.title, self.text, purposes.join("; "))
    }
}

/// The title, the text, and what the button says that takes a no.
const ASKED: (&str, &str, &str) = (
    "May we recognise you?",
    "Without your yes your visit is counted, and nobody is recognised. You can change your mind at any time; what was kept of your \
     visits is then erased.",
    "No",
);
const SIGNALLED: (&str, &str, &str) = (
    "Your browser says no for you",
    "It sends a signal that you do not want to be followed (Global Privacy Control or Do Not Track), and that stands: nobody is \
     recognised, and with this answer what was kept of your visits is erased. To choose otherwise, switch the signal off for this site.",
    "It is to stay a no",
);

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

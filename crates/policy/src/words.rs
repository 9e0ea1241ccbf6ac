//! The words in which answers and changes are told: labels, lists, and what a basis or a choice means.

use crate::{
    clause::Clause,
    document::{
        Attestation, Basis, Beacon, Category, Choice, Cookie, Declared, DisclosureGround, Exception, Name,
        Purpose, Recipient, RecordType, Right, Role, Site, System,
    },
};

/// A declaration that has a name for people.
pub(crate) trait Labelled {
    /// What a person calls it.
    fn label(&self) -> &Name;
}

macro_rules! labelled {
    ($($kind:ident)*) => {
        $(impl Labelled for $kind {
            fn label(&self) -> &Name {
                &self.label
            }
        })*
    };
}

labelled! { Role Category Purpose RecordType Recipient Cookie Beacon Right Exception DisclosureGround System Attestation Site }

/// What a person calls a declaration; its name, when nothing declares it.
pub(crate) fn label<'a, T: Labelled>(declared: &'a Declared<T>, name: &'a str) -> &'a str {
    declared.get(name).map_or(name, |one| one.label().get_ref())
}

/// A list in words: `a`, `a and b`, `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(items: &[T]) -> String {
    joined(items, "and")
}

/// Whom a sentence speaks to, when not everyone: `, if you are a visitor or a client`.
pub(crate) fn if_you_are<T: AsRef<str>>(roles: &[T]) -> String {
    format!(", if you are {}", joined(roles, "or"))
}

fn joined<T: AsRef<str>>(items: &[T], word: &str) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
    }
}

/// A text that starts with a capital letter.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A legal basis in words.
pub(crate) const fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Consent => "consent",
        Basis::Contract => "a contract",
        Basis::LegalObligation => "a legal obligation",
        Basis::VitalInterests => "vital interests",
        Basis::PublicInterest => "the public interest",
        Basis::LegitimateInterest => "a legitimate interest",
    }
}

/// What a person decides, in words.
pub(crate) const fn choice(choice: Option<Choice>) -> &'static str {
    match choice {
        None => "without asking",
        Some(Choice::OptOut) => "unless the person says no",
        Some(Choice::OptIn) => "only after the person says yes",
    }
}

/// How much a choice leaves to the person: the more, the higher.
pub(crate) const fn strength(choice: Option<Choice>) -> u8 {
    match choice {
        None => 0,
        Some(Choice::OptOut) => 1,
        Some(Choice::OptIn) => 2,
    }
}

/// Where a clause stands, in words; section 0 is the rule behind all sections.
pub(crate) fn place(clause: &Clause) -> String {
    match clause.section {
        0 => "no clause".to_owned(),
        section => format!("clause {section}"),
    }
}

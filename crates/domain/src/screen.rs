//! Screening of free text on its way in (promises `sensitive` and `children`): what it suggests, as far as lists of words,
//! check digits and ways of telling one's age can say. What follows from it is the policy's to say.

mod identifier;
mod rules;
mod stated_age;
mod text;
mod words;

use std::{collections::BTreeSet, sync::LazyLock};

pub use rules::{Finding, Flag, Rules, is_free_text};
use text::Folded;

/// The class of national identifiers, for policies that name it.
pub const NATIONAL_IDENTIFIER: &str = "national_identifier";

/// What a text suggests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suspicion {
    /// The classes of sensitive data that it may hold.
    pub classes: BTreeSet<&'static str>,
    /// The lowest age that its writer gives as their own, in years.
    pub stated_age: Option<u8>,
}

/// Looks for one kind of thing in a text, in time linear in its length.
trait Screen: Send + Sync {
    /// Adds what it suspects.
    fn look(&self, text: &Folded, suspicion: &mut Suspicion);
}

/// Every screen. They are made once, when the first text comes.
static SCREENS: LazyLock<[Box<dyn Screen>; 3]> = LazyLock::new(|| {
    let lists = words::Lists::read();
    [
        Box::new(words::Words::new(&lists)),
        Box::new(stated_age::StatedAge::new(lists.ages)),
        Box::new(identifier::Identifiers),
    ]
});

/// What a text suggests.
pub fn suspect(text: &str) -> Suspicion {
    let (folded, mut suspicion) = (Folded::of(text), Suspicion::default());
    for screen in &*SCREENS {
        screen.look(&folded, &mut suspicion);
    }
    suspicion
}

/// A text that is found as a class, for trying whether it is; none where nothing here looks for the class.
pub fn sample(class: &str) -> Option<String> {
    if class == NATIONAL_IDENTIFIER {
        return Some(identifier::SAMPLE.to_owned());
    }
    let lists = words::Lists::read();
    let word = lists.classes.get(class)?.get("en")?.first()?;
    Some(word.trim_end_matches('*').to_owned())
}

/// A text whose writer says that they are so many years old, likewise.
pub fn sample_of_age(years: u8) -> String {
    format!("I am {years} years old")
}

#[cfg(test)]
mod tests;

//! A statement of one's own age: 'I am 11 years old'. Of others' ages, and of those in other languages, it knows nothing.

use super::{
    Screen, Suspicion,
    text::{Folded, Word},
    words::Ages,
};

/// The oldest that anyone is.
const OLDEST: u8 = 120;
/// Below this a bare number after 'I am' is seldom an age, and nobody so young writes.
const YOUNGEST_BARE: u8 = 5;
/// How many words are looked at before a number.
const BEFORE: usize = 6;

pub(super) struct StatedAge {
    languages: Vec<Language>,
}

struct Language {
    ages: Ages,
    /// The words of each beginning, last word first.
    before: Vec<Vec<String>>,
}

impl StatedAge {
    pub(super) fn new(ages: Vec<Ages>) -> Self {
        let reversed = |phrase: &String| phrase.split(' ').rev().map(str::to_owned).collect();
        let language = |ages: Ages| Language { before: ages.before.iter().map(reversed).collect(), ages };
        Self { languages: ages.into_iter().map(language).collect() }
    }
}

impl Screen for StatedAge {
    fn look(&self, text: &Folded, suspicion: &mut Suspicion) {
        let mut before: Vec<&str> = Vec::with_capacity(BEFORE);
        let mut words = text.words().peekable();
        while let Some(word) = words.next() {
            let next = words.peek().map(|next| next.text);
            let stated = self.languages.iter().filter_map(|language| language.age(&before, word, next)).min();
            suspicion.stated_age = stated.into_iter().chain(suspicion.stated_age).min();
            if before.len() == BEFORE {
                before.remove(0);
            }
            before.push(word.text);
        }
    }
}

impl Language {
    /// The age that a word says, where those around it make it one.
    fn age(&self, before: &[&str], word: Word<'_>, next: Option<&str>) -> Option<u8> {
        let age = self.number(word.text)?;
        let has_unit = next.is_some_and(|next| self.ages.after.contains(next));
        let is_bare = self.ages.is_bare && age >= YOUNGEST_BARE && word.ends_a_clause();
        ((has_unit || is_bare) && self.begins(before)).then_some(age)
    }

    fn number(&self, word: &str) -> Option<u8> {
        if word.starts_with(|one: char| one.is_ascii_digit()) {
            return word.parse().ok().filter(|age| *age <= OLDEST);
        }
        let place = self.ages.numbers.iter().position(|number| number == word)?;
        u8::try_from(place + 1).ok()
    }

    /// Whether the words before end as a statement about oneself begins, but for words such as 'only'.
    fn begins(&self, before: &[&str]) -> bool {
        let mut rest = before;
        loop {
            let ends_so = |phrase: &Vec<String>| rest.iter().rev().take(phrase.len()).eq(phrase.iter());
            if self.before.iter().any(ends_so) {
                return true;
            }
            match rest.split_last() {
                Some((last, others)) if self.ages.between.contains(*last) => rest = others,
                _ => return false,
            }
        }
    }
}

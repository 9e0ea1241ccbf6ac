//! Text as it is compared: small letters, without accents, without what cannot be seen.

use crate::folded::folded;

/// A text in small letters, without accents and without invisible characters within words.
pub(super) struct Folded(String);

impl Folded {
    pub(super) fn of(text: &str) -> Self {
        Self(folded(text))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a word begins or ends at a place: not both of its neighbours are letters or digits.
    pub(super) fn is_boundary(&self, place: usize) -> bool {
        let before = self.0[..place].chars().next_back();
        let after = self.0[place..].chars().next();
        let is_word = |one: Option<char>| one.is_some_and(char::is_alphanumeric);
        !(is_word(before) && is_word(after))
    }

    /// The runs of letters and the runs of digits, in order.
    pub(super) fn words(&self) -> impl Iterator<Item = Word<'_>> {
        let mut rest = self.0.as_str();
        std::iter::from_fn(move || {
            let start = rest.find(char::is_alphanumeric)?;
            rest = &rest[start..];
            let is_number = rest.starts_with(|one: char| one.is_ascii_digit());
            let goes_on = |one: char| one.is_alphanumeric() && one.is_ascii_digit() == is_number;
            let end = rest.find(|one| !goes_on(one)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            rest = after;
            Some(Word { text: word, after })
        })
    }
}

/// A run of letters or of digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// All that follows it.
    after: &'a str,
}

impl Word<'_> {
    /// Whether a sentence, or a part of one, ends after it.
    pub(super) fn ends_a_clause(&self) -> bool {
        let mut after = self.after.chars().skip_while(|one| *one == ' ');
        match after.next() {
            None | Some('\n' | '\r') => true,
            Some('.' | ',' | '!' | '?' | ';' | ':' | ')') => !after.next().is_some_and(char::is_alphanumeric),
            Some(_) => false,
        }
    }
}

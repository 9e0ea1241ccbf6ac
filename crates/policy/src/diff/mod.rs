//! What one version of a policy permits that another did not, in sentences.
//!
//! The language is finite, so the uses that each version permits are enumerated, and the difference of the two
//! sets is told in as few sentences as they allow. What is not a use (how long, with which choice, where, by
//! when) is compared declaration by declaration.

mod access_log;
mod asks_again;
mod browser;
mod kept;
mod outside;
mod people;
mod purposes;
mod received;
mod requests;
mod rules;
#[cfg(test)]
mod tests;
mod told;
mod used;

pub use asks_again::{asks_again, everything, must_be_accepted};

use std::fmt;

use jiff::Span;
use serde::Serialize;
use toml::Spanned;

use crate::{
    document::{Declared, Document, Name},
    narrow::span_outlasts,
    placeholder::span_text,
    policy::Policy,
    words::sentence,
};

/// What changes between two versions of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Diff {
    /// What may happen now and could not before.
    pub newly_permitted: Vec<Change>,
    /// What could happen before and may not now.
    pub no_longer_permitted: Vec<Change>,
    /// What happens otherwise than before: longer or shorter, with more or less choice, elsewhere.
    pub other: Vec<Change>,
}

/// One change, as a person is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The change in plain words.
    pub sentence: String,
    /// Whether it permits something to someone new, for longer, or with less choice: then it asks again.
    pub material: bool,
    /// The declaration that brings it about, for example `purposes.marketing`.
    pub declaration: String,
}

impl Diff {
    /// Every change, new permissions first.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.newly_permitted.iter().chain(&self.no_longer_permitted).chain(&self.other)
    }

    /// Whether a person must be asked again before the new version applies.
    pub fn is_material(&self) -> bool {
        self.changes().any(|change| change.material)
    }
}

/// Compares two versions of a policy, the older one first.
pub fn diff(before: &Policy, after: &Policy) -> Diff {
    let (old, new) = (before.document(), after.document());
    let mut comparison = Comparison { old, new, diff: Diff::default() };
    comparison.used(before, after);
    comparison.received(before, after);
    comparison.reached();
    comparison.purposes();
    comparison.recipients();
    comparison.kept();
    comparison.exceptions();
    comparison.cookies();
    comparison.beacons();
    comparison.sites();
    comparison.access_log();
    comparison.disclosures();
    comparison.transfers();
    comparison.rights();
    comparison.requests();
    comparison.complaints();
    comparison.systems();
    comparison.staff();
    comparison.members();
    comparison.age();
    comparison.sensitive();
    comparison.attestations();
    comparison.rules();
    comparison.told();
    comparison.diff
}

/// Collects the changes between two documents.
struct Comparison<'a> {
    old: &'a Document,
    new: &'a Document,
    diff: Diff,
}

/// What the absence of a term means.
#[derive(Clone, Copy)]
struct Nothing {
    words: &'static str,
    endless: bool,
}

impl Comparison<'_> {
    fn newly(&mut self, text: &str, declaration: impl Into<String>) {
        self.diff.newly_permitted.push(change(text, true, declaration.into()));
    }

    fn no_longer(&mut self, text: &str, declaration: impl Into<String>) {
        self.diff.no_longer_permitted.push(change(text, false, declaration.into()));
    }

    fn other(&mut self, text: &str, material: bool, declaration: impl Into<String>) {
        self.diff.other.push(change(text, material, declaration.into()));
    }

    /// A term that became longer or shorter; longer is material.
    fn term(
        &mut self,
        what: &str,
        (old, new): (Option<&Spanned<Span>>, Option<&Spanned<Span>>),
        nothing: Nothing,
        declaration: &str,
    ) {
        let words = |term: Option<&Spanned<Span>>| {
            term.map_or_else(|| nothing.words.to_owned(), |term| span_text(term.get_ref()))
        };
        let longer = |one: Option<&Spanned<Span>>, other: Option<&Spanned<Span>>| match (one, other) {
            (Some(one), Some(other)) => span_outlasts(one.get_ref(), other.get_ref()),
            (None, Some(_)) => nothing.endless,
            (Some(_), None) => !nothing.endless,
            (None, None) => false,
        };
        if longer(new, old) || longer(old, new) {
            let text = format!("{what} {} instead of {}", words(new), words(old));
            self.other(&text, longer(new, old), declaration);
        }
    }
}

fn change(text: &str, material: bool, declaration: String) -> Change {
    Change { sentence: format!("{}.", sentence(text)), material, declaration }
}

/// The declarations of a kind that both versions hold.
fn both<'a, T>(old: &'a Declared<T>, new: &'a Declared<T>) -> impl Iterator<Item = (&'a str, &'a T, &'a T)> {
    new.iter().filter_map(|(name, now)| {
        let was = old.get(name.get_ref().as_str())?;
        Some((name.get_ref().as_str(), was, now))
    })
}

/// The declarations of a kind that only the first holds.
fn only<'a, T>(one: &'a Declared<T>, other: &'a Declared<T>) -> impl Iterator<Item = (&'a str, &'a T)> {
    one.iter()
        .filter(|(name, _)| !other.contains_key(name.get_ref().as_str()))
        .map(|(name, declared)| (name.get_ref().as_str(), declared))
}

/// The names that only the first list holds.
fn only_listed<'a>(one: &'a [Name], other: &[Name]) -> Vec<&'a str> {
    let texts = one.iter().map(|name| name.get_ref().as_str());
    texts.filter(|text| !other.iter().any(|name| name.get_ref() == text)).collect()
}

impl fmt::Display for Diff {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (heading, changes) in [
            ("Newly permitted", &self.newly_permitted),
            ("No longer permitted", &self.no_longer_permitted),
            ("Otherwise changed", &self.other),
        ] {
            if !changes.is_empty() {
                writeln!(formatter, "{heading}")?;
            }
            for change in changes {
                let mark = if change.material { "  material  " } else { "            " };
                writeln!(formatter, "{mark}{}", change.sentence)?;
            }
        }
        Ok(())
    }
}

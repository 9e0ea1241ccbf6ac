//! Lists of words a class, in several languages, looked for all at once.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::{Screen, Suspicion, text::Folded};

/// The lists, as they are kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    /// The words of each class, by language.
    pub(super) classes: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// How people say how old they are, a language each.
    pub(super) ages: Vec<Ages>,
}

/// How people say how old they are, in one language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ages {
    pub(super) before: Vec<String>,
    pub(super) between: BTreeSet<String>,
    pub(super) after: BTreeSet<String>,
    pub(super) is_bare: bool,
    pub(super) numbers: Vec<String>,
}

impl Lists {
    pub(super) fn read() -> Self {
        // A test reads the same text.
        toml::from_str(include_str!("words.toml")).expect("the lists of words are as they are declared")
    }
}

/// Finds the words of every class in one walk along the text.
pub(super) struct Words {
    automaton: AhoCorasick,
    /// For each word its class, and whether any ending may follow.
    words: Vec<(&'static str, bool)>,
    classes: usize,
}

impl Words {
    pub(super) fn new(lists: &Lists) -> Self {
        let (mut patterns, mut words) = (Vec::new(), Vec::new());
        for (class, languages) in &lists.classes {
            // Once for the life of the process.
            let class: &'static str = class.clone().leak();
            for word in languages.values().flatten() {
                let (pattern, takes_endings) =
                    word.strip_suffix('*').map_or((word.as_str(), false), |word| (word, true));
                patterns.push(pattern);
                words.push((class, takes_endings));
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(patterns);
        let automaton = automaton.expect("a few hundred short words fit into an automaton");
        Self { automaton, words, classes: lists.classes.len() }
    }
}

impl Screen for Words {
    fn look(&self, text: &Folded, suspicion: &mut Suspicion) {
        // A word may lie within another: each is looked at.
        for found in self.automaton.find_overlapping_iter(text.as_str()) {
            let (class, takes_endings) = self.words[found.pattern().as_usize()];
            if text.is_boundary(found.start()) && (takes_endings || text.is_boundary(found.end())) {
                suspicion.classes.insert(class);
                if suspicion.classes.len() == self.classes {
                    return;
                }
            }
        }
    }
}

//! Which sentence of the public page stands for a declaration: what a refusal quotes.

use std::{collections::HashMap, sync::Arc};

use serde::Serialize;

use crate::{
    document::{Document, Section},
    placeholder,
    promise::Promise,
};

/// One sentence of one section: the words a person can hold the operator to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// The number of the section.
    pub section: u16,
    /// Its heading.
    pub title: String,
    /// The sentence, placeholders resolved, Markdown left in.
    pub sentence: String,
    /// The first promise that the section makes.
    pub promise: Option<Promise>,
}

/// Finds the clause for a declaration such as `purposes.marketing`, by kind and then by name, so that looking
/// one up allocates nothing.
#[derive(Debug, Clone)]
pub(crate) struct Clauses {
    by_declaration: HashMap<String, HashMap<String, Arc<Clause>>>,
    by_kind: HashMap<String, Arc<Clause>>,
    by_promise: HashMap<Promise, Arc<Clause>>,
    fallback: Arc<Clause>,
}

impl Clauses {
    pub(crate) fn of(document: &Document) -> Self {
        let mut clauses = Self {
            by_declaration: HashMap::new(),
            by_kind: HashMap::new(),
            by_promise: HashMap::new(),
            fallback: Arc::new(Clause {
                section: 0,
                title: document.policy.get_ref().title.clone(),
                sentence: "What this policy does not permit does not happen.".to_owned(),
                promise: None,
            }),
        };
        for section in &document.sections {
            clauses.read_section(document, section.get_ref());
        }
        clauses
    }

    fn read_section(&mut self, document: &Document, section: &Section) {
        let text = section.text.get_ref();
        let mut last: Option<(&str, Arc<Clause>)> = None;
        for found in placeholder::find(text) {
            let sentence = placeholder::sentence_at(text, found.span.start);
            // A sentence with many placeholders is resolved once, or a hostile policy would take forever.
            let clause = match &last {
                Some((resolved, clause)) if std::ptr::eq(*resolved, sentence) => Arc::clone(clause),
                _ => Arc::new(clause(document, section, sentence)),
            };
            last = Some((sentence, Arc::clone(&clause)));
            let mut parts = found.path.splitn(3, '.');
            let kind = parts.next().unwrap_or_default().to_owned();
            match parts.next() {
                Some(name) => {
                    self.by_declaration.entry(kind).or_default().entry(name.to_owned()).or_insert(clause);
                }
                None => {
                    self.by_kind.entry(kind).or_insert(clause);
                }
            }
        }
        for name in &section.promises {
            if let Ok(promise) = name.get_ref().parse() {
                let first = placeholder::sentence_at(text, 0);
                self.by_promise.entry(promise).or_insert_with(|| Arc::new(clause(document, section, first)));
            }
        }
    }

    /// The sentence that tells people about a declaration, else the one that makes `promise`.
    pub(crate) fn find(&self, kind: &str, name: &str, promise: Promise) -> Arc<Clause> {
        self.by_declaration
            .get(kind)
            .and_then(|named| named.get(name))
            .or_else(|| self.by_promise.get(&promise))
            .or_else(|| self.by_kind.get(kind))
            .unwrap_or(&self.fallback)
            .clone()
    }

    /// The opening sentence of a section, by number.
    pub(crate) fn of_section(document: &Document, section: &Section) -> Arc<Clause> {
        Arc::new(clause(document, section, placeholder::sentence_at(section.text.get_ref(), 0)))
    }
}

fn clause(document: &Document, section: &Section, sentence: &str) -> Clause {
    Clause {
        section: *section.number.get_ref(),
        title: section.title.get_ref().clone(),
        sentence: placeholder::resolve_all(document, sentence),
        promise: section.promises.iter().find_map(|name| name.get_ref().parse().ok()),
    }
}

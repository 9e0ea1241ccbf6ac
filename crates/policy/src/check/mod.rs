//! The checker: refuses what cannot be enforced or contradicts itself, like a good compiler.

mod account;
mod attestations;
mod codes;
mod data;
mod declarations;
mod limits;
mod names;
mod outside;
mod people;
mod prose;
mod purposes;
mod reading;
mod references;
mod requests;
mod retention;
mod staff;
mod suggest;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

pub use codes::{CODES, Code, explain};

use crate::{
    diagnostic::{Diagnostic, Severity},
    document::{Document, Kind},
    policy::Policy,
};

/// After so many findings the rest would only be noise.
const MOST_FINDINGS: usize = 200;

/// What a check may depend on besides the policy file.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The day on which agreements must be in force.
    pub today: Date,
    /// The operator's policy, which an account's policy must narrow.
    pub operator: Option<&'a Policy>,
}

/// Reads and checks a policy file: the document, when it could be read, and everything found, in the order of
/// the file.
pub fn check_source(source: &str, context: &Context<'_>) -> (Option<Document>, Vec<Diagnostic>) {
    match reading::read(source) {
        Ok(document) => {
            let found = check(&document, source, context);
            (Some(document), found)
        }
        Err(found) => (None, vec![*found]),
    }
}

/// Checks a document: everything found, in the order of the file. `source` is the text it was read from.
pub fn check(document: &Document, source: &str, context: &Context<'_>) -> Vec<Diagnostic> {
    if let Some(exceeded) = limits::exceeded(document) {
        return vec![exceeded];
    }
    let mut checker = Checker { document, source, context, found: Vec::new() };
    for group in GROUPS {
        group(&mut checker);
    }
    checker.into_findings()
}

/// The groups of checks. Prose and accounts come last: they decide what the declarations grant, which means something
/// only where the declarations are without errors.
const GROUPS: [fn(&mut Checker<'_>); 13] = [
    reading::check,
    names::check,
    references::check,
    data::check,
    retention::check,
    purposes::check,
    outside::check,
    people::check,
    requests::check,
    staff::check,
    attestations::check,
    prose::check,
    account::check,
];

/// One run over one document.
struct Checker<'a> {
    document: &'a Document,
    source: &'a str,
    context: &'a Context<'a>,
    found: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn report(&mut self, found: Diagnostic) {
        if !self.is_full() {
            self.found.push(found);
        }
    }

    fn report_all(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        found.into_iter().for_each(|one| self.report(one));
    }

    const fn is_full(&self) -> bool {
        self.found.len() >= MOST_FINDINGS
    }

    fn has_errors(&self) -> bool {
        self.found.iter().any(|found| found.severity == Severity::Error)
    }

    fn is_operator(&self) -> bool {
        self.document.policy.get_ref().kind == Kind::Operator
    }

    fn into_findings(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|found| (found.offset(), found.code));
        self.found
    }
}

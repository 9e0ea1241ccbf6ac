//! The checker: refuses what cannot be enforced or contradicts itself, like a good compiler.

use jiff::civil::Date;

use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    document::Document,
    policy::Policy,
};

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
    match Document::parse(source) {
        Ok(document) => {
            let found = check(&document, source, context);
            (Some(document), found)
        }
        Err(error) => (None, vec![unreadable(&error)]),
    }
}

/// Checks a document: everything found, in the order of the file.
pub fn check(_document: &Document, _source: &str, _context: &Context<'_>) -> Vec<Diagnostic> {
    Vec::new()
}

fn unreadable(error: &toml::de::Error) -> Diagnostic {
    Diagnostic {
        code: "P0001",
        severity: Severity::Error,
        message: error.message().to_owned(),
        labels: vec![Label { span: error.span().unwrap_or(0..0), text: "here".to_owned() }],
        why: "a policy that cannot be read cannot be enforced".to_owned(),
        help: "see docs/policy-language.md for what may stand here".to_owned(),
    }
}

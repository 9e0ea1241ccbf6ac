//! What the checker has to say: a code, a place, why, and how to mend it.

mod json;
mod place;
mod render;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::Serialize;

pub use json::to_json;
pub use place::Position;
pub use render::{render, summary};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy can be enforced, but something deserves a look.
    Warning,
    /// The policy cannot be enforced or contradicts itself.
    Error,
}

/// A place in the policy file and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Byte offsets into the source.
    pub span: Range<usize>,
    /// What stands there, in a few words.
    pub text: String,
}

/// One finding of the checker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// A stable code, for example `P0104`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where: the first label is the place itself, the others help to understand it.
    pub labels: Vec<Label>,
    /// Why it matters.
    pub why: String,
    /// How to mend it.
    pub help: String,
}

impl Diagnostic {
    /// Adds a label; the first one added is the place itself.
    #[must_use]
    pub(crate) fn at(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says why it matters here, when there is more to say than the code says of itself.
    #[must_use]
    pub(crate) fn why(mut self, text: impl Into<String>) -> Self {
        self.why = text.into();
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }

    /// Where the finding begins, in bytes; the top of the file when it has no place.
    pub fn offset(&self) -> usize {
        self.labels.first().map_or(0, |label| label.span.start)
    }
}

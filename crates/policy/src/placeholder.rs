//! Placeholders in prose: `{{retention.access_log}}` stands for what the declarations say, so that the page
//! cannot say one thing and the system do another.

mod attributes;
mod resolve;
mod sentence;
mod single;
mod terms;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use resolve::resolve;
pub use sentence::sentence_at;
pub(crate) use terms::{exception_term, retention_text, span_text};

use crate::document::Document;

/// A placeholder found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder<'a> {
    /// What stands between the braces, for example `rights.access.deadline`.
    pub path: &'a str,
    /// Byte offsets into the text, braces included.
    pub span: Range<usize>,
}

/// Every placeholder of a text, in order. Braces that are never closed are text.
pub fn find(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find("{{")?;
        let end = start + text[start..].find("}}")? + 2;
        from = end;
        Some(Placeholder { path: text[start + 2..end - 2].trim(), span: start..end })
    })
}

/// The text with every placeholder replaced by what the declarations say. One that names nothing stays as it
/// is; the checker refuses it.
pub fn resolve_all(document: &Document, text: &str) -> String {
    resolve_with(document, text, str::to_owned)
}

/// Like [`resolve_all`], with each text of the declarations passed through `escape`.
pub(crate) fn resolve_with(document: &Document, text: &str, escape: impl Fn(&str) -> String) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut from = 0;
    for found in find(text) {
        resolved.push_str(&text[from..found.span.start]);
        match resolve::value(document, found.path) {
            Some(value) => resolved.push_str(&value.markdown(&escape)),
            None => resolved.push_str(&text[found.span.clone()]),
        }
        from = found.span.end;
    }
    resolved.push_str(&text[from..]);
    resolved
}

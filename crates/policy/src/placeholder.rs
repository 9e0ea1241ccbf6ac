//! Placeholders in prose: `{{retention.access_log}}` stands for what the declarations say, so that the page
//! cannot say one thing and the system do another.

mod resolve;

use std::ops::Range;

pub use resolve::resolve;
pub(crate) use resolve::{retention_text, span_text};

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
    let mut resolved = String::with_capacity(text.len());
    let mut from = 0;
    for found in find(text) {
        resolved.push_str(&text[from..found.span.start]);
        match resolve(document, found.path) {
            Some(value) => resolved.push_str(&value),
            None => resolved.push_str(&text[found.span.clone()]),
        }
        from = found.span.end;
    }
    resolved.push_str(&text[from..]);
    resolved
}

/// The sentence of a Markdown text that holds the byte at `offset`.
pub fn sentence_at(text: &str, offset: usize) -> &str {
    let ends = |at: usize| {
        let rest = &text[at..];
        rest.starts_with("\n\n")
            || rest.starts_with("\n- ")
            || (rest.starts_with(['.', '!', '?']) && rest[1..].starts_with(char::is_whitespace))
    };
    let leading = text.len() - text.trim_start().len();
    let offset = offset.max(leading);
    let start = text[..offset].char_indices().rev().find(|(at, _)| ends(*at)).map_or(0, |(at, _)| at + 1);
    let end = text[offset..]
        .char_indices()
        .map(|(at, _)| offset + at)
        .find(|at| ends(*at))
        .map_or(text.len(), |at| if text[at..].starts_with('\n') { at } else { at + 1 });
    text[start..end].trim().trim_start_matches("- ")
}

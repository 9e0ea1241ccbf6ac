//! From offsets in a decoded text to the place in the file where it is written.

use std::ops::Range;

use toml::Spanned;

/// Where `inside` (byte offsets into the decoded text) stands in the source.
///
/// Where the literal was written without escapes, the text stands in it as it is. Else the same words are looked
/// for, and where escapes hide them the whole literal is shown.
pub(super) fn place(source: &str, text: &Spanned<String>, inside: &Range<usize>) -> Range<usize> {
    let literal = text.span();
    let Some(raw) = source.get(literal.clone()) else { return literal };
    let decoded = text.get_ref();
    if let Some(start) = raw.find(decoded.as_str()) {
        let start = literal.start + start;
        return start + inside.start..start + inside.end;
    }
    let words = &decoded[inside.clone()];
    let before = decoded[..inside.start].matches(words).count();
    match raw.match_indices(words).nth(before) {
        Some((start, _)) => literal.start + start..literal.start + start + words.len(),
        None => literal,
    }
}

/// The text with every placeholder blanked out, at the same offsets.
pub(super) fn without_placeholders(text: &str) -> String {
    let mut blank = text.to_owned();
    for found in crate::placeholder::find(text) {
        blank.replace_range(found.span.clone(), &" ".repeat(found.span.len()));
    }
    blank
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn placed(source: &str, words: &str) -> String {
        let table: BTreeMap<String, Spanned<String>> = toml::from_str(source).unwrap();
        let text = &table["text"];
        let start = text.get_ref().find(words).unwrap();
        source[place(source, text, &(start..start + words.len()))].to_owned()
    }

    #[test]
    fn words_are_found_in_every_kind_of_literal() {
        assert_eq!(placed("text = \"kept 30 days\"", "30 days"), "30 days");
        assert_eq!(placed("text = \"\"\"\nkept\n30 days\"\"\"", "30 days"), "30 days");
        assert_eq!(placed("text = '''kept 30 days'''", "30 days"), "30 days");
        assert_eq!(placed("text = \"“kept”\\n30 days\"", "30 days"), "30 days");
    }

    #[test]
    fn words_hidden_by_escapes_show_the_whole_literal() {
        assert_eq!(placed("text = \"\"\"30 \\\n  days\"\"\"", "30 days"), "\"\"\"30 \\\n  days\"\"\"");
    }
}

//! Texts of a policy file as they may stand in a page: whatever an author wrote comes out as text.

/// A text as HTML content or as an attribute's value in quotes.
pub(super) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(one),
        }
    }
    escaped
}

/// A text as part of a line of Markdown. Line breaks become spaces, so that it cannot begin a block of its own.
pub fn markdown(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(text.len());
    let mark = block_mark(&text);
    for (at, one) in text.char_indices() {
        if Some(at) == mark
            || matches!(one, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '#')
        {
            escaped.push('\\');
        }
        escaped.push(one);
    }
    escaped
}

/// Where the character stands that would make the start of a line the start of a list, a heading or a rule.
fn block_mark(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let marks: &[char] = if digits == 0 { &['-', '+', '='] } else { &['.', ')'] };
    text[digits..].starts_with(marks).then_some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::{html, markdown};

    #[test]
    fn markup_becomes_text() {
        assert_eq!(html("<a href=\"x\" id='y'>&"), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
    }

    #[test]
    fn a_reader_of_markdown_sees_what_was_written() {
        for text in [
            "e-mail address",
            "**bold** _thin_ `code` ~~gone~~",
            "<script>alert(1)</script>",
            "<https://example.com>",
            "[a](javascript:alert(1)) ![b](c)",
            "1. first",
            "12) twelfth",
            "- item",
            "+ item",
            "# heading",
            "> quote",
            "=== rule",
            "--- rule",
            "&lt; &amp; \\* \\",
            "a | b",
        ] {
            assert_eq!(read(&markdown(text)).as_deref(), Some(text));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_it_was_written(text in "[ -~é\\n\\t]{0,40}") {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(read(&markdown(&text)), Some(words));
        }
    }

    /// What a reader of Markdown sees, when it is nothing but text.
    fn read(source: &str) -> Option<String> {
        let mut seen = String::new();
        for event in Parser::new_ext(
            source,
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES,
        ) {
            match event {
                Event::Text(words) => seen.push_str(&words),
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                _ => return None,
            }
        }
        Some(seen)
    }

    #[test]
    fn a_line_break_cannot_begin_a_block() {
        assert_eq!(markdown("a\n\n- b\r\n# c"), "a - b \\# c");
    }
}

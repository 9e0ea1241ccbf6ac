//! What may say whose something is, taken out of a text: addresses, long numbers, and what looks made by a machine for one person.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

/// What stands where something was taken out.
pub(crate) const GONE: &str = "…";

/// Nine digits and more, however they are joined: telephone numbers, cards, accounts. A date has eight.
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\d(?:[-. _+()]*\d){8,}").expect("an expression that a test compiles"));

/// A text without what may say whose it is, without what is not seen, and with single spaces.
pub(crate) fn text(raw: &str) -> String {
    let seen: String = raw.chars().map(|one| if one.is_whitespace() { ' ' } else { one }).collect();
    let seen: String = seen.chars().filter(|one| !is_unseen(*one)).collect();
    let words: Vec<&str> = seen.split(' ').filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    if holds_address(&text) || is_encoded(&text) || holds_token(&text) {
        return GONE.to_owned();
    }
    match NUMBER.replace_all(&text, GONE) {
        Cow::Borrowed(_) => text,
        Cow::Owned(without) => without,
    }
}

/// Whether it says nothing that would be taken out.
pub(crate) fn is_clean(raw: &str) -> bool {
    text(raw) == raw
}

/// Control characters, and those that turn or hide what stands beside them.
fn is_unseen(one: char) -> bool {
    one.is_control()
        || matches!(
            one,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// An e-mail address has something before its sign; a name such as `@ada` in a path is what a page is about.
fn holds_address(text: &str) -> bool {
    text.chars().skip(1).any(|one| matches!(one, '@' | '＠' | '﹫'))
}

/// Whether something is still percent-encoded: encoded twice, it hides what it is.
fn is_encoded(text: &str) -> bool {
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = text.as_bytes();
    bytes
        .iter()
        .enumerate()
        .any(|(at, byte)| *byte == b'%' && is_hex(bytes.get(at + 1)) && is_hex(bytes.get(at + 2)))
}

/// Whether a part of it looks like a key, a session, an identifier.
fn holds_token(text: &str) -> bool {
    let parts = text.split(|one: char| !(one.is_ascii_alphanumeric() || "-_".contains(one)));
    parts
        .into_iter()
        .any(|part| is_uuid(part) || is_joined_token(part) || part.split(['-', '_']).any(is_token))
}

/// Letters and digits in turns, both cases in a very long word, or a word that no language has.
fn is_token(word: &str) -> bool {
    (word.len() >= 16 && turns(word) >= 2) || (word.len() >= 24 && has_both_cases(word)) || word.len() >= 40
}

/// A token may hold dashes.
fn is_joined_token(part: &str) -> bool {
    part.len() >= 20 && turns(part) >= 3 && has_both_cases(part)
}

/// RFC 9562, section 4, at the beginning or the end of a part.
fn is_uuid(part: &str) -> bool {
    let groups: Vec<&str> = part.split('-').collect();
    groups.windows(5).any(|five| {
        let is_hex = five.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
        is_hex && five.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
    })
}

/// How often a letter stands next to a digit.
fn turns(word: &str) -> usize {
    let differ = |pair: &&[u8]| {
        pair.iter().all(u8::is_ascii_alphanumeric) && pair[0].is_ascii_digit() != pair[1].is_ascii_digit()
    };
    word.as_bytes().windows(2).filter(differ).count()
}

fn has_both_cases(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_lowercase())
        && word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_stay_as_they_are() {
        for plain in [
            "",
            "about us",
            "@ada",
            "2026-11-30-how-to-build-10-things-in-2026",
            "3d-2d-4k-8k-comparison",
            "annualconference2026",
            "Donaudampfschifffahrtsgesellschaft",
            "100 % cotton",
            "日本語",
            "12345678",
            "v1.2.3",
        ] {
            assert_eq!(text(plain), plain);
            assert!(is_clean(plain));
        }
    }

    #[test]
    fn what_says_whose_it_is_goes() {
        for (raw, cleaned) in [
            ("ada@example.com", "…"),
            ("from-ada＠example.com", "…"),
            ("ada%40example.com", "…"),
            ("123456789", "…"),
            ("order-123456789-receipt", "order-…-receipt"),
            ("+49 (30) 1234 5678", "+…"),
            ("4111 1111 1111 1111", "…"),
            ("٠١٢٣٤٥٦٧٨٩", "…"),
            ("019ad5c2-7f7e-7d31-8d9e-41d6a7c0a1b2", "…"),
            ("order-019ad5c2-7f7e-7d31-8d9e-41d6a7c0a1b2", "…"),
            ("d41d8cd98f00b204e9800998ecf8427e", "…"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc", "…"),
            ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "…"),
            ("Zk3-9Qa_7Xw-2Lp_8Rt-4Yu", "…"),
            ("a\u{202e}b\u{0}c\u{200b}", "abc"),
            (" a \n\t b ", "a b"),
        ] {
            assert_eq!(text(raw), cleaned, "{raw:?}");
            assert!(!is_clean(raw), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_cleaned_is_clean(raw in any::<String>(), likely in "[0-9a-fA-Z @%._+()/＠\u{200b}\u{202e}-]{0,60}") {
            for text in [text(&raw), text(&likely), text(&format!("{likely}{raw}{likely}"))] {
                prop_assert!(is_clean(&text), "{text:?}");
            }
        }
    }
}

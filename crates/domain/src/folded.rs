//! Text as it is compared: small letters, without accents, without what cannot be seen.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A text in small letters, without accents and without invisible characters within words.
pub(crate) fn folded(text: &str) -> String {
    let visible = text.chars().filter(|one| !is_invisible(*one));
    let plain = visible.nfkd().filter(|one| !is_combining_mark(*one)).flat_map(char::to_lowercase);
    plain.map(|one| if matches!(one, '’' | '‘' | '`') { '\'' } else { one }).collect()
}

/// A name as names are compared: one that looks the same is the same.
pub fn folded_name(name: &str) -> String {
    folded(name).replace('ß', "ss")
}

/// Soft hyphens, joiners and marks of direction, which part a word for a machine and not for a reader.
fn is_invisible(one: char) -> bool {
    matches!(one, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("José", "Jose\u{301}"),
            ("JOSÉ", "josé"),
            ("Strauß", "STRAUSS"),
            ("Ａｎｎ", "Ann"),
            ("Ann", "An\u{200b}n"),
            ("Ann", "An\u{ad}n"),
        ] {
            assert_eq!(folded_name(one), folded_name(other), "{one} {other}");
        }
        assert_ne!(folded_name("Ann"), folded_name("Anna"));
    }
}

//! Who visits without anybody looking.

use aho_corasick::AhoCorasick;
use regex::bytes::{Regex, RegexBuilder};

/// How the robots of the kept list are known, one expression a line.
const KEPT: &str = include_str!("../../lists/robots.txt");

/// How those are known that the list does not name: by what they call themselves. A `Cubot` is a telephone.
const CALL_THEMSELVES: &str =
    r"(?i:(?:^|[^u])bots?(?:[^a-z]|$)|crawl|spider|scrap(?:er|y)|headless|phantomjs|selenium|monitoring)";

/// How all of them are known. Nearly all expressions are plain words: looked for as such they take time in proportion to the
/// agent's length, whoever made it up.
#[derive(Debug)]
pub(super) struct Robots {
    words: AhoCorasick,
    /// Of each word whether the agent begins with it.
    begins: Vec<bool>,
    others: Regex,
}

impl Robots {
    pub(super) fn new() -> Self {
        let (mut words, mut begins, mut others) = (Vec::new(), Vec::new(), vec![CALL_THEMSELVES]);
        for expression in KEPT.lines() {
            let rest = expression.strip_prefix('^');
            match word(rest.unwrap_or(expression)) {
                Some(word) => {
                    words.push(word);
                    begins.push(rest.is_some());
                }
                None => others.push(expression),
            }
        }
        let others = RegexBuilder::new(&others.join("|")).unicode(false).build();
        Self {
            words: AhoCorasick::new(words).expect("some hundred short words fit into an automaton"),
            begins,
            others: others.expect("the list is kept as expressions, which a test compiles"),
        }
    }

    pub(super) fn know(&self, user_agent: &str) -> bool {
        let mut found = self.words.find_overlapping_iter(user_agent);
        found.any(|found| found.start() == 0 || !self.begins[found.pattern().as_usize()])
            || self.others.is_match(user_agent.as_bytes())
    }
}

/// The word that an expression stands for, if it is one: nothing in it has a meaning of its own but what is escaped.
fn word(expression: &str) -> Option<String> {
    let (mut word, mut letters) = (String::new(), expression.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => word.push(letters.next().filter(char::is_ascii_punctuation)?),
            '.' | '^' | '$' | '|' | '?' | '*' | '+' | '(' | ')' | '[' | ']' | '{' | '}' => return None,
            plain => word.push(plain),
        }
    }
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_what_has_no_other_meaning() {
        assert_eq!(word(r"Googlebot\/").as_deref(), Some("Googlebot/"));
        assert_eq!(word(r"a\.b \(c\)").as_deref(), Some("a.b (c)"));
        for expression in ["[wW]get", r"\d", r"a\", "a.b", "SSL Labs$", "a|b"] {
            assert_eq!(word(expression), None, "{expression}");
        }
    }

    #[test]
    fn a_word_at_the_beginning_is_none_elsewhere() {
        let robots = Robots::new();
        let first = KEPT.lines().find_map(|line| word(line.strip_prefix('^')?)).expect("the list has one");
        assert!(robots.know(&format!("{first}/1")));
        assert!(!robots.know("Mozilla/5.0 (X11; Linux) curl"), "its word is `^curl`");
    }

    #[test]
    fn every_line_knows_somebody() {
        let robots = Robots::new();
        assert!(robots.begins.len() > 1_000, "{}", robots.begins.len());
        for line in KEPT.lines() {
            if let Some(word) = word(line.strip_prefix('^').unwrap_or(line)) {
                assert!(robots.know(&word), "{line}");
            }
        }
    }
}

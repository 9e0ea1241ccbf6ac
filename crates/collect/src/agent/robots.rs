//! Who visits without anybody looking.

use regex::bytes::{Regex, RegexBuilder};

/// How the robots of the kept list are known, one expression a line.
const KEPT: &str = include_str!("../../lists/robots.txt");

/// How those are known that the list does not name: by what they call themselves. A `Cubot` is a telephone.
const CALL_THEMSELVES: &str =
    r"(?i:(?:^|[^u])bots?(?:[^a-z]|$)|crawl|spider|scrap(?:er|y)|headless|phantomjs|selenium|monitoring)";

/// How all of them are known, as one expression.
#[derive(Debug)]
pub(super) struct Robots(Regex);

impl Robots {
    pub(super) fn new() -> Self {
        let all: Vec<&str> = KEPT.lines().chain([CALL_THEMSELVES]).collect();
        // The size is of the compiled lists, and theirs is known.
        let built = RegexBuilder::new(&all.join("|")).unicode(false).size_limit(64 << 20).build();
        Self(built.expect("the list is kept as expressions, which a test compiles"))
    }

    pub(super) fn know(&self, user_agent: &str) -> bool {
        self.0.is_match(user_agent.as_bytes())
    }
}

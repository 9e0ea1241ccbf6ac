//! The family of a browser and of its system, by the lists that `ua-parser` keeps.

use std::{borrow::Cow, fmt};

use ua_parser::{os, user_agent};

/// An expression and the family that it names, if it names one, in a line each.
const BROWSERS: &str = include_str!("../../lists/browsers.tsv");
const SYSTEMS: &str = include_str!("../../lists/systems.tsv");

/// The longest name of a family, in bytes. Some expressions take over what the agent says, which may be anything.
const LONGEST_NAME: usize = 40;

pub(super) struct Families {
    browsers: user_agent::Extractor<'static>,
    systems: os::Extractor<'static>,
}

impl Families {
    pub(super) fn new() -> Self {
        let browsers = rows(BROWSERS).map(|(regex, family_replacement)| user_agent::Parser {
            regex,
            family_replacement,
            ..Default::default()
        });
        let systems = rows(SYSTEMS).map(|(regex, os_replacement)| os::Parser {
            regex,
            os_replacement,
            ..Default::default()
        });
        let browsers = user_agent::Builder::new().push_all(browsers).map(user_agent::Builder::build);
        let systems = os::Builder::new().push_all(systems).map(os::Builder::build);
        // Both are kept as expressions, which a test compiles.
        Self {
            browsers: browsers.expect("browsers are expressions").expect("and few enough"),
            systems: systems.expect("systems are expressions").expect("and few enough"),
        }
    }

    pub(super) fn browser(&self, user_agent: &str) -> Option<String> {
        named(&self.browsers.extract(user_agent)?.family)
    }

    pub(super) fn system(&self, user_agent: &str) -> Option<String> {
        match &*self.systems.extract(user_agent)?.os {
            // As it has called itself since 2016.
            "Mac OS X" => Some("macOS".to_owned()),
            other => named(other),
        }
    }
}

impl fmt::Debug for Families {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Families(…)")
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = (Cow<'static, str>, Option<Cow<'static, str>>)> {
    table.lines().map(|line| {
        let (regex, family) = line.split_once('\t').unwrap_or((line, ""));
        (Cow::from(regex), (!family.is_empty()).then(|| Cow::from(family)))
    })
}

/// A name that may stand in a report: short, of letters and what joins them, and with no number of a device in it.
fn named(family: &str) -> Option<String> {
    let family = family.trim();
    let is_plain = |one: char| one.is_ascii_alphanumeric() || " .+-_/()&!:'".contains(one);
    let digits = family.bytes().filter(u8::is_ascii_digit).count();
    let is_name = (1..=LONGEST_NAME).contains(&family.len()) && family.chars().all(is_plain) && digits <= 3;
    is_name.then(|| family.to_owned())
}

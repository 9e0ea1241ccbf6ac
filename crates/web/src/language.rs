//! The languages of the privacy center. Texts are written in English; another language is one file that says each of them, by the
//! English text, so that whoever translates needs nothing else. What the policy says is in the language of the policy.

use std::{collections::HashMap, sync::LazyLock};

use askama::filters::{Escaper, Html, Safe};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::console::Moment;

/// Each English text with the German one.
static GERMAN: LazyLock<HashMap<String, String>> = LazyLock::new(|| read(include_str!("../texts/de.toml")));

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// As the texts are written.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language that somebody likes best of those that are there, as their browser says (RFC 9110, section 12.5.4).
    pub fn wanted(accept_language: &str) -> Self {
        let wish = |wish: &str| {
            let mut parts = wish.split(';').map(str::trim);
            let range = parts.next()?.to_ascii_lowercase();
            let weight =
                parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |text| text.parse().ok())?;
            let tag = range.split('-').next()?;
            let language = Self::ALL.into_iter().find(|language| language.tag() == tag)?;
            Some((language, weight)).filter(|(_, weight): &(Self, f32)| *weight > 0.0)
        };
        let wishes = accept_language.split(',').filter_map(wish);
        // Of two that are liked as much the first is meant.
        let best = wishes.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map_or_else(Self::default, |(language, _)| language)
    }

    /// A text in this language; one that nobody has translated as it is.
    pub fn say(self, english: &str) -> &str {
        match self {
            Self::English => english,
            Self::German => GERMAN.get(english).map_or(english, String::as_str),
        }
    }

    /// A text with a value where it has `{}`.
    pub fn fill(self, english: &str, value: &str) -> String {
        self.say(english).replacen("{}", value, 1)
    }

    /// A text with two values, one after the other.
    pub fn fill_two(self, english: &str, (first, second): (&str, &str)) -> String {
        let mut parts = self.say(english).splitn(3, "{}");
        let (before, between) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        parts.next().map_or_else(
            || format!("{before}{first}{between}"),
            |after| format!("{before}{first}{between}{second}{after}"),
        )
    }

    /// A sentence of a page with a name in it, apart from it, whichever way it is written.
    pub fn with(self, english: &str, name: &str) -> Safe<String> {
        Safe(escaped(self.say(english)).replacen("{}", &apart(name), 1))
    }

    /// A sentence with two names.
    pub fn with_two(self, english: &str, first: &str, second: &str) -> Safe<String> {
        let text = escaped(self.say(english));
        let (before, rest) = text.split_once("{}").unwrap_or((&text, ""));
        let (between, after) = rest.split_once("{}").unwrap_or((rest, ""));
        Safe(format!("{before}{}{between}{}{after}", apart(first), apart(second)))
    }

    /// A sentence with a moment in it.
    pub fn at(self, english: &str, moment: &Moment) -> Safe<String> {
        let Moment { exact, words } = moment;
        let time = format!("<time datetime=\"{}\">{}</time>", escaped(exact), escaped(words));
        Safe(escaped(self.say(english)).replacen("{}", &time, 1))
    }

    /// A day, as people write it.
    pub fn day(self, at: Timestamp) -> String {
        let day: Date = TimeZone::UTC.to_datetime(at).date();
        let month = self.say(MONTHS[usize::from(day.month().unsigned_abs()) - 1]);
        match self {
            Self::English => format!("{} {month} {}", day.day(), day.year()),
            Self::German => format!("{}. {month} {}", day.day(), day.year()),
        }
    }

    /// A moment, in UTC as all clocks here run.
    pub fn moment(self, at: Timestamp) -> Moment {
        let words = match self {
            Self::English => at.strftime("%H:%M UTC"),
            Self::German => at.strftime("%H:%M Uhr UTC"),
        };
        Moment { exact: at.to_string(), words: format!("{}, {words}", self.day(at)) }
    }

    /// So many of something: of one, and of any other number.
    pub fn count(self, number: i64, (one, many): (&str, &str)) -> String {
        self.fill(if number == 1 { one } else { many }, &number.to_string())
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn apart(name: &str) -> String {
    format!("<bdi>{}</bdi>", escaped(name))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // Writing to a text does not fail.
    Html.write_escaped_str(&mut escaped, text).ok();
    escaped
}

fn read(file: &str) -> HashMap<String, String> {
    toml::from_str(file).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn the_language_is_the_one_that_is_liked_best_of_those_that_are_there() {
        for (header, language) in [
            ("", Language::English),
            ("de", Language::German),
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("en;q=0.5, de;q=0.6", Language::German),
            ("en-GB,de", Language::English),
            ("fr, de;q=0.1", Language::German),
            ("fr", Language::English),
            ("de;q=0", Language::English),
            ("de;q=x,\u{0},;;=", Language::English),
            ("DE", Language::German),
        ] {
            assert_eq!(Language::wanted(header), language, "{header}");
        }
    }

    /// What the templates of the privacy center say.
    fn said() -> Vec<String> {
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let pages = fs::read_dir(templates.join("privacy")).unwrap().map(|file| file.unwrap().path());
        let shared = ["session_table.html", "console/message.html"].map(|name| templates.join(name));
        let text = pages.chain(shared).map(|page| fs::read_to_string(page).unwrap()).collect::<String>();
        let said =
            text.split("language.").skip(1).filter_map(|rest| rest.split_once("(\"")?.1.split_once("\""));
        said.map(|(text, _)| text.to_owned()).collect()
    }

    #[test]
    fn whatever_a_template_says_is_said_in_german() {
        let said = said();
        assert!(said.len() > 150, "{}", said.len());
        for text in said {
            assert!(GERMAN.contains_key(&text), "{text}");
        }
        for text in MONTHS {
            assert!(GERMAN.contains_key(text), "{text}");
        }
        for (english, german) in &*GERMAN {
            assert_eq!(english.matches("{}").count(), german.matches("{}").count(), "{english}");
        }
    }

    #[test]
    fn names_are_escaped_and_stand_apart() {
        let said = Language::German.with("What {} holds about you", "<b>").to_string();
        assert_eq!(said, "Was <bdi>&#60;b&#62;</bdi> über Sie gespeichert hat");
        let two = Language::English.with_two("Known as {}, since {}", "{}", "<i>").to_string();
        assert_eq!(two, "Known as <bdi>{}</bdi>, since <bdi>&#60;i&#62;</bdi>");
        assert_eq!(
            Language::English.fill_two("May {} use your data for {}?", ("A {}", "B")),
            "May A {} use your data for B?"
        );
    }

    #[test]
    fn days_and_numbers_are_written_as_people_there_do() {
        let at: Timestamp = "2026-03-01T09:05:00Z".parse().unwrap();
        assert_eq!(Language::English.moment(at).words, "1 March 2026, 09:05 UTC");
        assert_eq!(Language::German.moment(at).words, "1. März 2026, 09:05 Uhr UTC");
        let days = ("{} day", "{} days");
        let counted = [0, 1, 2].map(|number| Language::German.count(number, days));
        assert_eq!(counted, ["0 Tage", "1 Tag", "2 Tage"]);
    }
}

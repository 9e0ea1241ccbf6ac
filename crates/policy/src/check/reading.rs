//! P00: whether the file can be read at all, and where it cannot.

use std::ops::Range;

use serde::Deserialize;

use super::{
    Checker, codes,
    suggest::{listed, nearest},
};
use crate::{diagnostic::Diagnostic, document::Document};

/// The largest policy file that is read, in bytes.
const LARGEST: usize = 1 << 20;
/// The highest version of the policy language that this program knows.
const LANGUAGE: u32 = 1;

/// Reads a policy file, or says why it cannot be read.
pub(super) fn read(source: &str) -> Result<Document, Box<Diagnostic>> {
    if source.len() > LARGEST {
        return Err(Box::new(too_large(source.len())));
    }
    let table = toml::Deserializer::parse(source).map_err(|error| Box::new(not_toml(source, &error)))?;
    Document::deserialize(table).map_err(|error| Box::new(misshapen(source, &error)))
}

fn too_large(bytes: usize) -> Diagnostic {
    codes::TOO_LARGE
        .found(format!("this file has {bytes} bytes; at most {LARGEST} are read"))
        .at(0..0, "the file begins here")
        .help("shorten the prose, or give each controller a policy of its own")
}

fn not_toml(source: &str, error: &toml::de::Error) -> Diagnostic {
    codes::NOT_TOML
        .found(first_line(error.message()))
        .at(span(source, error), "cannot be read from here")
        .help("mend the TOML; see https://toml.io/en/v1.0.0 for its rules")
}

/// A document that is TOML but not a policy: told apart by what the reader says, which is all there is.
fn misshapen(source: &str, error: &toml::de::Error) -> Diagnostic {
    let message = first_line(error.message());
    let place = span(source, error);
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (word, known) = words.split_first().map_or(("", &[][..]), |(word, known)| (*word, known));
    let meant = nearest(word, known.iter().copied());
    let choices = meant.map_or_else(
        || format!("here may stand {}", listed(known)),
        |meant| format!("did you mean `{meant}`? Here may stand {}", listed(known)),
    );
    if message.starts_with("unknown field") {
        let message = format!("the policy language has no key `{word}` here");
        codes::UNKNOWN_KEY.found(message).at(place, "not a key of the language").help(choices)
    } else if message.starts_with("unknown variant") {
        let message = format!("`{word}` means nothing here");
        codes::WRONG_VALUE.found(message).at(place, "not one of the words").help(choices)
    } else if message.starts_with("missing field") {
        let message = format!("the key `{word}` is missing");
        codes::MISSING_KEY.found(message).at(place, "it belongs here").help(format!("add `{word} = …`"))
    } else if message.contains("duration") {
        let message = "this is not a duration";
        let help = "write it as ISO 8601: `P3Y` is 3 years, `P6M` 6 months, `P30D` 30 days, `PT72H` 72 hours";
        codes::WRONG_VALUE.found(message).at(place, "not understood").help(help)
    } else {
        codes::WRONG_VALUE.found(message).at(place, "this value").help("write a value of the right type")
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("this cannot be read").to_owned()
}

/// The place of an error, on one line: a whole table would not help to find what is wrong with it.
fn span(source: &str, error: &toml::de::Error) -> Range<usize> {
    let span = error.span().unwrap_or(0..0);
    let text = source.get(span.clone()).unwrap_or_default();
    let first = text.find('\n').map_or(span.end, |at| span.start + at);
    span.start..first
}

pub(super) fn check(checker: &mut Checker<'_>) {
    let language = &checker.document.policy.get_ref().language;
    if *language.get_ref() != LANGUAGE {
        let version = language.get_ref();
        checker.report(
            codes::UNSUPPORTED_LANGUAGE
                .found(format!("this program does not know version {version} of the policy language"))
                .at(language.span(), "not known")
                .help(format!("write `language = {LANGUAGE}`, or use a newer Bailee")),
        );
    }
}

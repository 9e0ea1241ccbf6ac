//! What is written out in prose where a placeholder belongs.

use std::ops::Range;

use super::{duration, passage, terms::placeholder_of};
use crate::{
    check::{Checker, Code, codes, outside::is_code},
    decide::uses::text,
    document::{Document, Name, Section},
};

/// Endings of the names of companies, left out in running text.
const COMPANY_FORMS: [&str; 10] =
    ["Inc", "LLC", "Ltd", "Limited", "GmbH", "AG", "SE", "SA", "BV", "Corporation"];

/// Countries as prose names them, for the regions that policies declare most.
const COUNTRIES: [(&str, &str); 30] = [
    ("AT", "Austria"),
    ("AU", "Australia"),
    ("BE", "Belgium"),
    ("BR", "Brazil"),
    ("CA", "Canada"),
    ("CH", "Switzerland"),
    ("CN", "China"),
    ("CZ", "Czechia"),
    ("DE", "Germany"),
    ("DK", "Denmark"),
    ("ES", "Spain"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("GR", "Greece"),
    ("HU", "Hungary"),
    ("IE", "Ireland"),
    ("IL", "Israel"),
    ("IN", "India"),
    ("IT", "Italy"),
    ("JP", "Japan"),
    ("LU", "Luxembourg"),
    ("NL", "Netherlands"),
    ("NO", "Norway"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("SE", "Sweden"),
    ("SG", "Singapore"),
    ("US", "United States"),
    ("ZA", "South Africa"),
];

pub(super) fn check(checker: &mut Checker<'_>, section: &Section) {
    let prose = Prose { section, text: passage::without_placeholders(section.text.get_ref()) };
    durations(checker, &prose);
    recipients(checker, &prose);
    cookies(checker, &prose);
    regions(checker, &prose);
}

struct Prose<'a> {
    section: &'a Section,
    text: String,
}

/// One literal: what it is, where in the text, and what belongs there.
struct Literal<'a> {
    code: &'static Code,
    noun: &'static str,
    span: Range<usize>,
    declared: Option<&'a Name>,
    placeholder: Option<String>,
}

fn report(checker: &mut Checker<'_>, prose: &Prose<'_>, literal: Literal<'_>) {
    if checker.is_full() {
        return;
    }
    let words = &prose.text[literal.span.clone()];
    let number = prose.section.number.get_ref();
    let place = passage::place(checker.source, &prose.section.text, &literal.span);
    let help = literal.placeholder.map_or_else(
        || "declare the term where it applies, and write its placeholder, for example `{{retention.messages}}`".to_owned(),
        |placeholder| format!("write `{placeholder}`"),
    );
    let noun = literal.noun;
    let found = literal
        .code
        .found(format!("section {number} writes the {noun} “{words}” out"))
        .at(place, format!("a literal {noun}"));
    let found = match literal.declared {
        Some(declared) => found.at(declared.span(), "declared here"),
        None => found,
    };
    checker.report(found.help(help));
}

fn durations(checker: &mut Checker<'_>, prose: &Prose<'_>) {
    for found in duration::find(&prose.text) {
        let placeholder = found.canonical.and_then(|written| placeholder_of(checker.document, &written));
        let literal = Literal {
            code: &codes::LITERAL_DURATION,
            noun: "duration",
            span: found.span,
            declared: None,
            placeholder,
        };
        report(checker, prose, literal);
    }
}

fn recipients(checker: &mut Checker<'_>, prose: &Prose<'_>) {
    for (name, recipient) in &checker.document.recipients {
        let label = text(&recipient.label).trim();
        for span in whole_words(&prose.text, short(label)) {
            let literal = Literal {
                code: &codes::LITERAL_RECIPIENT,
                noun: "recipient",
                span,
                declared: Some(name),
                placeholder: Some(format!("{{{{recipients.{}}}}}", text(name))),
            };
            report(checker, prose, literal);
        }
    }
}

/// A company's name without its legal form: `Zendesk` of `Zendesk, Inc.`.
fn short(label: &str) -> &str {
    let mut name = label;
    for form in COMPANY_FORMS {
        let trimmed = name.trim_end_matches('.');
        if let Some(rest) = trimmed.strip_suffix(form).filter(|rest| rest.ends_with([' ', ','])) {
            name = rest.trim_end_matches([' ', ',']);
        }
    }
    name
}

/// The name of a cookie may be an everyday word; it is taken for the cookie when it has an underscore or stands as code.
fn cookies(checker: &mut Checker<'_>, prose: &Prose<'_>) {
    for name in checker.document.cookies.keys() {
        for span in whole_words(&prose.text, text(name)) {
            let is_code = prose.text[..span.start].ends_with('`') && prose.text[span.end..].starts_with('`');
            if !is_code && !text(name).contains('_') {
                continue;
            }
            let literal = Literal {
                code: &codes::LITERAL_COOKIE,
                noun: "cookie",
                span,
                declared: Some(name),
                placeholder: Some(format!("{{{{cookies.{}}}}}", text(name))),
            };
            report(checker, prose, literal);
        }
    }
}

fn regions(checker: &mut Checker<'_>, prose: &Prose<'_>) {
    for (code, placeholder) in declared_regions(checker.document) {
        let name = COUNTRIES.into_iter().find(|(one, _)| *one == text(code)).map(|(_, name)| name);
        let written = std::iter::once(text(code)).chain(name);
        for span in written.flat_map(|written| whole_words(&prose.text, written)).collect::<Vec<_>>() {
            let literal = Literal {
                code: &codes::LITERAL_REGION,
                noun: "region",
                span,
                declared: Some(code),
                placeholder: Some(placeholder.clone()),
            };
            report(checker, prose, literal);
        }
    }
}

/// Every region that is declared, once, with the placeholder that stands for it.
fn declared_regions(document: &Document) -> Vec<(&Name, String)> {
    let deployment = document
        .transfers
        .iter()
        .map(|one| (&one.get_ref().deployment, "{{transfers.deployment}}".to_owned()));
    let recipients = document.recipients.iter().filter_map(|(name, one)| {
        Some((one.region.as_ref()?, format!("{{{{recipients.{}.region}}}}", text(name))))
    });
    let mut all: Vec<(&Name, String)> = Vec::new();
    for (code, placeholder) in deployment.chain(recipients) {
        if is_code(text(code)) && !all.iter().any(|(seen, _)| text(seen) == text(code)) {
            all.push((code, placeholder));
        }
    }
    all
}

/// Every place where `words` stand in `text` as whole words.
fn whole_words(text: &str, words: &str) -> Vec<Range<usize>> {
    if words.is_empty() {
        return Vec::new();
    }
    let is_word = |one: char| one.is_alphanumeric() || one == '_';
    text.match_indices(words)
        .map(|(start, _)| start..start + words.len())
        .filter(|span| !text[..span.start].ends_with(is_word) && !text[span.end..].starts_with(is_word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_is_found_without_its_legal_form() {
        assert_eq!(short("Zendesk, Inc."), "Zendesk");
        assert_eq!(short("Paketdienst GmbH"), "Paketdienst");
        assert_eq!(short("Vitaminc"), "Vitaminc");
    }

    #[test]
    fn only_whole_words_are_found() {
        assert_eq!(whole_words("US USA (US) BUS", "US"), [0..2, 8..10]);
    }
}

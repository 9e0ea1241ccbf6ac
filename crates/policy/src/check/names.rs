//! P01: names, labels and the numbers of sections.

use std::collections::HashMap;

use super::{Checker, codes, declarations, declarations::Declaration};
use crate::{
    diagnostic::Diagnostic,
    document::{Name, Section},
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for declaration in declarations::all(document) {
        checker.report_all(not_snake_case(declaration.noun, declaration.name));
        checker.report_all(empty_label(&declaration));
    }
    for record in document.records.values() {
        checker.report_all(record.fields.keys().filter_map(|name| not_snake_case("field", name)));
    }
    section_numbers(checker);
    for section in &document.sections {
        checker.report_all(empty_section(section.get_ref()));
    }
}

fn not_snake_case(noun: &str, name: &Name) -> Option<Diagnostic> {
    let written = name.get_ref();
    let is_snake_case = written.starts_with(|first: char| first.is_ascii_lowercase())
        && written.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_');
    (!is_snake_case).then(|| {
        codes::NOT_SNAKE_CASE
            .found(format!("the {noun} `{written}` is not named in snake_case"))
            .at(name.span(), "this name")
            .help(format!("name it `{}`", snake_case(written)))
    })
}

fn snake_case(written: &str) -> String {
    let mut name = String::new();
    for one in written.chars() {
        match one {
            'A'..='Z' => {
                if !name.is_empty() && !name.ends_with('_') {
                    name.push('_');
                }
                name.push(one.to_ascii_lowercase());
            }
            'a'..='z' | '_' => name.push(one),
            '0'..='9' if !name.is_empty() => name.push(one),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    if name.is_empty() { "a_name".to_owned() } else { name }
}

fn empty_label(declaration: &Declaration<'_>) -> Option<Diagnostic> {
    let Declaration { noun, name, label, .. } = declaration;
    label.get_ref().trim().is_empty().then(|| {
        codes::EMPTY_TEXT
            .found(format!("the label of the {noun} `{}` says nothing", name.get_ref()))
            .at(label.span(), "empty")
            .at(name.span(), format!("the {noun}"))
            .help("write what a person would call it")
    })
}

fn empty_section(section: &Section) -> Vec<Diagnostic> {
    let number = section.number.get_ref();
    [("heading", &section.title), ("text", &section.text)]
        .into_iter()
        .filter(|(_, text)| text.get_ref().trim().is_empty())
        .map(|(part, text)| {
            codes::EMPTY_TEXT
                .found(format!("the {part} of section {number} says nothing"))
                .at(text.span(), "empty")
                .help("write it, or leave the section out")
        })
        .collect()
}

fn section_numbers(checker: &mut Checker<'_>) {
    let mut seen: HashMap<u16, &Section> = HashMap::new();
    let mut highest: Option<&Section> = None;
    for section in &checker.document.sections {
        let section = section.get_ref();
        let number = *section.number.get_ref();
        if let Some(first) = seen.get(&number) {
            checker.report(
                codes::SECTION_REPEATED
                    .found(format!("there are two sections {number}"))
                    .at(section.number.span(), "here again")
                    .at(first.number.span(), "first used here")
                    .help("number the sections 1, 2, 3 and so on"),
            );
            continue;
        }
        seen.insert(number, section);
        if let Some(before) = highest.filter(|before| *before.number.get_ref() > number) {
            checker.report(out_of_order(section, before));
        } else {
            highest = Some(section);
        }
    }
}

fn out_of_order(section: &Section, before: &Section) -> Diagnostic {
    let (number, higher) = (section.number.get_ref(), before.number.get_ref());
    codes::SECTION_OUT_OF_ORDER
        .found(format!("section {number} comes after section {higher}"))
        .at(section.number.span(), "out of order")
        .at(before.number.span(), "comes first")
        .help("move the section to its place, or number it anew")
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn a_name_is_mended_to_snake_case() {
        assert_eq!(snake_case("accessLog"), "access_log");
        assert_eq!(snake_case("Access-Log 2"), "access_log_2");
        assert_eq!(snake_case("2"), "a_name");
    }
}

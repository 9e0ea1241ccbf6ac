//! Every check is shown by a policy that it refuses: a sound one, spoiled in one place. The whole text of what is
//! found stands in `tests/diagnostics/`, one file a case.

mod data;
mod names;
mod outside;
mod people;
mod prose;
mod purposes;
mod reading;
mod requests;
mod robust;
mod staff;

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use super::*;
use crate::diagnostic::render;

const OPERATOR: &str = include_str!("../../../tests/checked/operator.toml");
const ACCOUNT: &str = include_str!("../../../tests/checked/account.toml");
const TODAY: Date = date(2026, 6, 1);

/// A policy spoiled in one place, and the code of what is found then.
struct Case {
    code: &'static str,
    /// Tells cases of one code apart.
    name: &'static str,
    base: &'static str,
    /// Each text is replaced by the other, once.
    changes: &'static [(&'static str, &'static str)],
    /// Whether the operator's policy is at hand.
    compared: bool,
}

const fn operator(code: &'static str, name: &'static str, changes: &'static [(&str, &str)]) -> Case {
    Case { code, name, base: OPERATOR, changes, compared: true }
}

const fn account(code: &'static str, name: &'static str, changes: &'static [(&str, &str)]) -> Case {
    Case { code, name, base: ACCOUNT, changes, compared: true }
}

/// The base with each text replaced once.
fn mutate(base: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(base.to_owned(), |text, (find, replace)| {
        assert!(text.contains(find), "the base policy no longer holds {find}");
        text.replacen(find, replace, 1)
    })
}

fn found_in(source: &str, operator: Option<&Policy>) -> Vec<Diagnostic> {
    check_source(source, &Context { today: TODAY, operator }).1
}

const GROUPS_OF_CASES: [&[Case]; 9] = [
    reading::CASES,
    names::CASES,
    data::CASES,
    purposes::CASES,
    outside::CASES,
    people::CASES,
    requests::CASES,
    staff::CASES,
    prose::CASES,
];

/// Checks what is found in a case against the text that is kept for it.
fn show(case: &Case, operator: &Policy) {
    let source = mutate(case.base, case.changes);
    let found = found_in(&source, Some(operator).filter(|_| case.compared));
    let text = render(&source, "policy.toml", &found, false);
    assert!(found.iter().any(|one| one.code == case.code), "{} {} found\n{text}", case.code, case.name);
    keep(&format!("{}_{}", case.code, case.name), &text);
}

/// Compares a text with the one that is kept under this name.
fn keep(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../../../tests/diagnostics",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn each_check_says_what_is_wrong_where_and_how_to_mend_it() {
    let operator = Policy::compile(OPERATOR, TODAY, None).expect("the base policy is sound");
    for case in GROUPS_OF_CASES.into_iter().flatten() {
        show(case, &operator);
    }
}

#[test]
fn sound_policies_have_no_findings() {
    let text = |source: &str, operator: Option<&Policy>| {
        render(source, "policy.toml", &found_in(source, operator), false)
    };
    assert_eq!(text(OPERATOR, None), "");
    let operator = Policy::compile(OPERATOR, TODAY, None).unwrap();
    assert_eq!(text(ACCOUNT, Some(&operator)), "");
    assert_eq!(text(include_str!("../../../tests/small.toml"), None), "");
}

#[test]
fn the_policies_of_this_repository_are_sound() {
    let sources = policies_of_this_repository();
    let operators: Vec<Policy> =
        sources.iter().filter_map(|source| Policy::compile(source, TODAY, None).ok()).collect();
    for source in &sources {
        let under = Document::parse(source).unwrap().policy.into_inner().under;
        let operator = under.and_then(|under| {
            operators.iter().find(|one| one.document().policy.get_ref().id.get_ref() == under.get_ref())
        });
        assert_eq!(render(source, "policy.toml", &found_in(source, operator), false), "");
    }
    assert!(!sources.is_empty());
}

/// Their texts, without the files of expected answers that stand beside them.
fn policies_of_this_repository() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let is_policy = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.ends_with(".toml") && !name.ends_with(".expect.toml")
    };
    files.filter(is_policy).map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn every_check_is_shown_by_a_case() {
    let mut shown: BTreeSet<&str> = GROUPS_OF_CASES.into_iter().flatten().map(|case| case.code).collect();
    shown.extend(reading::SHOWN_APART);
    let known: BTreeSet<&str> = CODES.iter().map(|code| code.id).collect();
    assert_eq!(shown, known);
    assert!(known.len() >= 30);
}

#[test]
fn codes_are_in_order_and_say_something() {
    assert!(CODES.is_sorted_by(|one, next| one.id < next.id));
    for code in CODES {
        assert!(code.id.len() == 5 && !code.summary.is_empty() && !code.why.is_empty(), "{}", code.id);
        assert_eq!(explain(code.id), Some(code));
    }
    assert_eq!(explain("P9999"), None);
}

#[test]
fn findings_stand_in_the_order_of_the_file() {
    let source =
        mutate(OPERATOR, &[("\nregion = \"US\"", ""), ("detector = \"email\"", "detector = \"emial\"")]);
    let found = found_in(&source, None);
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["P0202", "P0403"]);
    assert!(found[0].offset() < found[1].offset());
}

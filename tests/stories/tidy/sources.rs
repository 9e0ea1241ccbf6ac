//! Sizes, suppressions and second-rate duplicates.

use std::{fs, path::Path, path::PathBuf};

use super::root;

/// Lines that a source file may have.
const FILE_LINES: usize = 400;

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    assert!(found.len() > 100, "the sources were not found");
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            found.push((path, text));
        }
    }
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = sources()
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES)
        .map(|(path, lines)| format!("{}: {lines}", path.display()))
        .collect();
    assert!(long.is_empty(), "over {FILE_LINES} lines:\n{}", long.join("\n"));
}

/// Tests speak for themselves.
fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<String> = sources()
        .iter()
        .filter(|(path, text)| !text.starts_with("//!") && !is_test(path))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "without a first line that says what it is:\n{}", silent.join("\n"));
}

#[test]
fn nothing_is_left_for_later_or_silenced() {
    let markers = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[al", "low("),
        concat!("FIX", "ME"),
    ];
    let found: Vec<String> = sources()
        .iter()
        .flat_map(|(path, text)| {
            let hits = markers.iter().filter(|marker| text.contains(**marker));
            hits.map(|marker| format!("{}: {marker}", path.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn one_crate_for_each_need() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock");
    for (unwanted, instead) in [
        ("chrono", "jiff"),
        ("time", "jiff"),
        ("openssl", "ring"),
        ("aws-lc-rs", "ring"),
        ("native-tls", "rustls"),
    ] {
        assert!(
            !lock.contains(&format!("name = \"{unwanted}\"\n")),
            "{unwanted} is in the tree; use {instead}"
        );
    }
}

//! The arrows between the rooms only ever point down, and only the gate reaches for sealing.

use std::{collections::BTreeMap, fs};

use super::root;

/// What each room may use: ARCHITECTURE.md shows the same table.
const ROOMS: &[(&str, &[&str])] = &[
    ("policy", &[]),
    ("audit-log", &[]),
    ("domain", &["policy"]),
    ("collect", &["domain"]),
    ("sealing", &["domain"]),
    ("store", &["domain", "audit-log"]),
    ("store-sqlite", &["store", "domain", "audit-log"]),
    ("store-postgres", &["store", "domain"]),
    ("gate", &["store", "sealing", "policy", "domain", "audit-log"]),
    ("service", &["gate", "store", "policy", "domain", "audit-log"]),
    ("egress", &["service", "domain"]),
    ("web", &["service", "policy", "domain"]),
    ("api", &["service", "web", "collect", "gate", "store", "policy", "domain", "audit-log"]),
    ("scan", &["policy"]),
    ("local-postgres", &[]),
    ("xtask", &["store-postgres", "local-postgres"]),
    (
        "cli",
        &[
            "api",
            "collect",
            "egress",
            "scan",
            "service",
            "web",
            "gate",
            "store",
            "store-sqlite",
            "store-postgres",
            "policy",
            "domain",
            "audit-log",
            "local-postgres",
        ],
    ),
];

/// The rooms that a room's manifest names under `[dependencies]`.
fn arrows(room: &str) -> Vec<String> {
    let manifest =
        fs::read_to_string(root().join("crates").join(room).join("Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = manifest.parse().expect("a manifest is TOML");
    let named = manifest.get("dependencies").and_then(|table| table.as_table()).cloned().unwrap_or_default();
    named.keys().filter(|name| ROOMS.iter().any(|(room, _)| room == name)).cloned().collect()
}

#[test]
fn every_room_is_in_the_table() {
    let folders = fs::read_dir(root().join("crates")).expect("the rooms");
    let mut found: Vec<String> =
        folders.map(|folder| folder.expect("a room").file_name().to_string_lossy().into_owned()).collect();
    let mut known: Vec<String> = ROOMS.iter().map(|(room, _)| (*room).to_owned()).collect();
    found.sort();
    known.sort();
    assert_eq!(found, known);
}

#[test]
fn arrows_point_down_only() {
    let upward: BTreeMap<&str, Vec<String>> = ROOMS
        .iter()
        .map(|(room, may_use)| {
            let beyond = arrows(room).into_iter().filter(|used| !may_use.contains(&used.as_str())).collect();
            (*room, beyond)
        })
        .filter(|(_, beyond): &(_, Vec<String>)| !beyond.is_empty())
        .collect();
    assert!(upward.is_empty(), "these rooms reach where they may not: {upward:?}");
}

#[test]
fn only_the_gate_reaches_for_sealing() {
    let users: Vec<&str> = ROOMS
        .iter()
        .map(|(room, _)| *room)
        .filter(|room| arrows(room).contains(&"sealing".to_owned()))
        .collect();
    assert_eq!(users, ["gate"]);
}

#[test]
fn only_the_command_line_names_an_engine() {
    let users: Vec<&str> = ROOMS
        .iter()
        .map(|(room, _)| *room)
        .filter(|room| arrows(room).iter().any(|used| used.starts_with("store-")))
        .collect();
    // `xtask` looks at the schema of one, and is no part of the program.
    assert_eq!(users, ["xtask", "cli"]);
}

#[test]
fn the_architecture_page_names_every_room() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for (room, _) in ROOMS {
        assert!(page.contains(&format!("`{room}`")), "ARCHITECTURE.md does not name `{room}`");
    }
}

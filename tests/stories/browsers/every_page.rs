//! Every page that a way leads to, in the demonstration, where each has something to show: whoever needs contrast, labels or a
//! keyboard can use it, in light and in dark, on a phone and at a desk, and it is small.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
};

use stories::Chromium;
use tempfile::TempDir;

use crate::demo::Demonstration;

/// The most bytes of a page.
const PAGE_BYTES: u64 = 100_000;

/// The pages of which the README has a picture; `BAILEE_PICTURES=docs/pictures` makes them anew.
const PICTURES: [(&str, &str); 2] = [("/console/requests", "requests"), ("/privacy/data", "privacy")];

fn keep_picture(browser: &Chromium, kind: &str) {
    let Some(folder) = std::env::var_os("BAILEE_PICTURES") else { return };
    let name = PICTURES.iter().find(|(page, _)| *page == kind);
    if let Some((_, name)) = name {
        browser.picture(&Path::new(&folder).join(format!("{name}.png")));
    }
}

/// A page without the ids in its address, and without what is asked for: of each kind one is looked at.
fn kind(way: &str) -> String {
    let path = way.split(['?', '#']).next().unwrap_or_default();
    let plain =
        |part: &str| if part.contains('_') || part.parse::<u32>().is_ok() { "…" } else { part }.to_owned();
    path.split('/').map(plain).collect::<Vec<_>>().join("/")
}

/// Looks at every kind of page under an address, from the one that is shown on; which those are.
fn look_at_all(browser: &Chromium, under: &str) -> BTreeSet<String> {
    let (mut seen, mut waiting) = (BTreeSet::new(), VecDeque::from([browser.path()]));
    let mut troubles = Vec::new();
    while let Some(page) = waiting.pop_front() {
        if !page.starts_with(under) || !seen.insert(kind(&page)) {
            continue;
        }
        browser.open(&page);
        troubles.extend(browser.troubles());
        let bytes = browser.bytes();
        assert!(bytes < PAGE_BYTES, "{page} has {bytes} bytes");
        keep_picture(browser, &kind(&page));
        waiting.extend(browser.ways());
    }
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
    seen
}

fn demonstration() -> Option<(TempDir, Demonstration, Chromium)> {
    let folder = TempDir::new().unwrap();
    let demo = Demonstration::start(&folder.path().join("demo"));
    let browser = Chromium::start(&demo.address)?;
    Some((folder, demo, browser))
}

#[test]
fn every_page_of_an_owner_can_be_used_by_everybody() {
    let Some((_folder, _demo, browser)) = demonstration() else { return };
    browser.open("/sign-in");
    browser.click("Sign in as owner");
    let seen = look_at_all(&browser, "/console");
    for page in [
        "/console/requests",
        "/console/policy/versions/…",
        "/console/log",
        "/console/health",
        "/console/keys/…",
    ] {
        assert!(seen.contains(page), "{page} is not among {seen:#?}");
    }
}

#[test]
fn every_page_of_a_client_can_be_used_by_everybody() {
    let Some((_folder, _demo, browser)) = demonstration() else { return };
    browser.open("/sign-in");
    browser.click("Sign in as owner of the account");
    let seen = look_at_all(&browser, "/console");
    for page in ["/console/account", "/console/account/keys", "/console/account/members"] {
        assert!(seen.contains(page), "{page} is not among {seen:#?}");
    }
}

#[test]
fn every_page_of_a_person_can_be_used_by_everybody() {
    let Some((_folder, _demo, browser)) = demonstration() else { return };
    browser.open("/privacy");
    browser.is_accessible();
    browser.click("Come in as Ada Lindqvist");
    let seen = look_at_all(&browser, "/privacy");
    for page in ["/privacy/data", "/privacy/choices", "/privacy/requests", "/privacy/complaints"] {
        assert!(seen.contains(page), "{page} is not among {seen:#?}");
    }
}

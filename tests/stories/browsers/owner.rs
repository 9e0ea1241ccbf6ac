//! An owner publishes a version that permits more, and sees who must accept it again.

use serde_json::Value;
use stories::{Chromium, Server};

use super::{member_of_staff, text};
use crate::changes::{day, wider};

/// Has a text checked, reads what it changes, and publishes it after being asked once more.
fn publish(browser: &Chromium, policy: &str) {
    browser.click("Versions");
    browser.attach("Or a file of it (if any)", policy.as_bytes());
    browser.click("Check it");
    let said = browser.text();
    assert!(said.contains("This text can be published.") && said.contains("9 years instead of 7"), "{said}");
    browser.is_accessible();
    browser.click("Go on");
    let said = browser.text();
    assert!(said.contains("Publish this version?") && said.contains("It becomes version 2"), "{said}");
    browser.is_accessible();
    browser.click("Yes, publish it");
}

#[test]
fn an_owner_publishes_a_version_and_sees_who_must_accept_it() {
    let server = Server::start();
    let client = server.operator().open_client("Harbour Radio");
    let Some(browser) = member_of_staff(&server, "owner") else { return };
    publish(&browser, &wider(day(40)));
    assert_eq!(browser.path(), "/console/policy/versions/2", "{}", browser.text());
    let said = browser.text();
    assert!(said.contains("Who must accept it") && said.contains("Harbour Radio"), "{said}");
    browser.click("Access");
    assert!(browser.text().contains("version 2 by"), "the list of Clients says it too: {}", browser.text());
    let versions = server.operator().get("/v1/policy/versions").send().expect(200);
    assert_eq!(versions.as_array().map(Vec::len), Some(2));
    let all = server.operator().get("/v1/accounts").send().expect(200);
    let is_it = |one: &&Value| text(&one["id"]) == client.account;
    assert_eq!(all.as_array().unwrap().iter().find(is_it).unwrap()["must_accept"]["version"], 2);
}

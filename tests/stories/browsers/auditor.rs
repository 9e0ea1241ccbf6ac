//! An auditor verifies a certificate and one that was tampered with, looks up the entry, and changes nothing.

use serde_json::{Value, json};
use stories::{Chromium, Server, eventually};

use super::{member_of_staff, text};

/// The certificate of somebody who was erased, as it was given to them.
fn certificate(server: &Server) -> Value {
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let erasure = text(&client.erase(&ada.subject).expect(200)["id"]);
    eventually("a proof", || {
        let file = client.get(&format!("/v1/erasures/{erasure}")).send().expect(200);
        (file["proof"]["state"] == "proved").then_some(file)
    })
}

/// What is said of a file.
fn verified(browser: &Chromium, file: &Value) -> String {
    browser.click("Verify");
    browser.attach("Or the file that you were given (if any)", file.to_string().as_bytes());
    browser.click("Verify it");
    browser.is_accessible();
    browser.text()
}

#[test]
fn an_auditor_verifies_a_certificate_and_one_that_was_tampered_with() {
    let server = Server::start();
    let mut file = certificate(&server);
    let Some(browser) = member_of_staff(&server, "auditor") else { return };
    browser.click("Evidence");
    let said = verified(&browser, &file);
    assert!(said.contains("It holds: the log says the same"), "{said}");
    assert!(said.contains(file["certificate"]["erasure"].as_str().unwrap()), "{said}");
    file["certificate"]["keys_destroyed"] = json!(99);
    let said = verified(&browser, &file);
    assert!(said.contains("It does not hold") && !said.contains("It holds"), "{said}");

    browser.click("Audit log");
    browser.fill("What was done (if any)", "staff.invited");
    browser.click("Search");
    let said = browser.text();
    assert!(said.contains("staff.invited"), "{said}");
    browser.is_accessible();
    let entry = said.split_whitespace().find(|word| word.starts_with("ent_")).unwrap();
    browser.click(entry);
    assert!(browser.text().contains("What it commits to"), "{}", browser.text());
    browser.click("Requests");
    assert!(!browser.text().contains("What you can do"), "{}", browser.text());
}

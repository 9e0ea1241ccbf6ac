//! A custodian answers before the clock, extends, refuses, and holds what must stay.

use serde_json::{Value, json};
use stories::{Chromium, Server};

use super::{customer, member_of_staff, text};

const MIRA: &str = "mira@example.com";

/// A request that came by post, about somebody who is held.
fn asked(server: &Server, right: &str) -> String {
    let identifiers = json!([{ "field": "email", "value": MIRA }]);
    let new = json!({ "right": right, "channel": "post", "identifiers": identifiers });
    text(&server.operator().post("/v1/requests", &new).send().expect(201)["id"])
}

fn read(server: &Server, request: &str) -> Value {
    server.operator().get(&format!("/v1/requests/{request}")).send().expect(200)
}

/// Opens a request from the queue.
fn take(browser: &Chromium, request: &str) {
    browser.click("Requests");
    browser.click(request);
}

/// Finds out who it is, looks through what is held, and answers.
fn answer(browser: &Chromium, request: &str) {
    take(browser, request);
    assert!(browser.text().contains("days"), "the clock is shown: {}", browser.text());
    browser.fill("What you looked at", "The passport, at the counter");
    browser.click("Verify by hand");
    let (name, package) = browser.keep("Look through the package");
    assert!(name.ends_with(".zip") && package.starts_with(b"PK"), "{name}");
    browser.fill("What was decided, and why", "It is her");
    browser.click("Fulfil");
    assert!(browser.text().contains("Nothing has been done yet."), "{}", browser.text());
    browser.is_accessible();
    browser.click("Yes, do it");
    assert!(browser.text().contains("fulfilled"), "{}", browser.text());
}

fn extend(browser: &Chromium, request: &str) {
    take(browser, request);
    browser.fill("Why it takes longer", "The archive is far away");
    browser.click("Extend");
    assert!(browser.text().contains("extended"), "{}", browser.text());
}

fn refuse(browser: &Chromium, request: &str) {
    take(browser, request);
    let fraud = "fraud or other illegal acts under investigation: investigating fraud and preventing that it happens again";
    browser.choose("Exception of the policy", fraud);
    browser.fill("Why it is refused", "An investigation runs");
    browser.click("Deny");
    assert!(browser.text().contains("refused"), "{}", browser.text());
}

/// Finds somebody for a purpose, and holds what an investigation is about.
fn hold(browser: &Chromium, subject: &str) {
    browser.click("Requests");
    browser.click("A person");
    browser.choose("Known by", "email");
    browser.fill("What it is", MIRA);
    browser.choose("What for", "answering messages");
    browser.click("Find");
    assert!(browser.text().contains(subject), "{}", browser.text());
    browser.click("Keeping");
    browser.click("Holds");
    browser.fill("Whose data", subject);
    browser.choose("Exception of the policy", "fraud or other illegal acts under investigation");
    browser.fill("On what evidence it applies", "Case 7");
    browser.click("Place it");
    assert!(browser.text().contains("fraud"), "{}", browser.text());
}

#[test]
fn a_custodian_answers_extends_refuses_and_holds_and_signs_out_for_good() {
    let server = Server::start();
    let (mira, _) = customer(&server.operator(), "Mira", MIRA);
    let [access, correction, erasure] =
        ["access", "rectification", "erasure"].map(|right| asked(&server, right));
    let Some(browser) = member_of_staff(&server, "custodian") else { return };
    answer(&browser, &access);
    extend(&browser, &correction);
    refuse(&browser, &erasure);
    hold(&browser, &mira);
    let states = [&access, &correction, &erasure].map(|one| text(&read(&server, one)["state"]));
    assert_eq!(states, ["fulfilled", "verifying", "refused"]);
    assert_eq!(read(&server, &correction)["is_extended"], json!(true));
    assert_eq!(read(&server, &erasure)["exception"], json!("fraud"));
    let holds = server.operator().get("/v1/holds").send().expect(200);
    assert_eq!(
        (&holds["items"][0]["subject"], &holds["items"][0]["exception"]),
        (&json!(mira), &json!("fraud"))
    );

    browser.click("Sign out");
    assert_eq!(browser.path(), "/sign-in");
    browser.back();
    assert!(!browser.text().contains("On what evidence"), "nothing is kept of it: {}", browser.text());
    browser.open("/console");
    assert_eq!(browser.path(), "/sign-in");
}

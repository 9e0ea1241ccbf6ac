//! Members of staff, with a browser of their own.

use serde_json::json;
use stories::{Chromium, Server};

const PASSWORD: &str = "four plain little words";

#[test]
fn a_custodian_answers_a_request_and_signs_out_for_good() {
    let server = Server::start();
    let operator = server.operator();
    let identifiers = json!([{ "field": "email", "value": "mira@example.com" }]);
    let new = json!({ "right": "access", "channel": "post", "identifiers": identifiers });
    let request = operator.post("/v1/requests", &new).send().expect(201);
    let id = request["id"].as_str().unwrap();
    let new = json!({ "email": "grace@staff.example", "name": "Grace Hopper", "role": "custodian" });
    let invited = operator.post("/v1/staff", &new).send().expect(201);

    let Some(browser) = Chromium::start(server.address()) else { return };
    browser.open(invited["link"].as_str().unwrap());
    browser.is_accessible();
    browser.fill("Password", PASSWORD);
    browser.click("Set the password");
    browser.fill("E-mail address", "grace@staff.example");
    browser.fill("Password", PASSWORD);
    browser.click("Sign in");
    assert_eq!(browser.path(), "/console");
    browser.is_accessible();
    browser.click("Requests");
    browser.is_accessible();
    browser.click(id);
    browser.is_accessible();
    browser.fill("Why it takes longer", "The archive is far away");
    browser.click("Extend");
    assert!(browser.text().contains("extended"), "{}", browser.text());
    browser.click("Access");
    browser.is_accessible();
    browser.click("Sign out");
    assert_eq!(browser.path(), "/sign-in");
    browser.back();
    assert!(!browser.text().contains("This one"), "nothing is kept of what was seen: {}", browser.text());
    browser.open("/console");
    assert_eq!(browser.path(), "/sign-in");
}

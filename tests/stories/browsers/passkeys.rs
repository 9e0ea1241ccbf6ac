//! Passkeys, with an authenticator that Chromium pretends to have.

use serde_json::json;
use stories::{Chromium, Server};

use super::{PASSWORD, member_of_staff, sign_in};

/// An authenticator that is always there and knows its person.
fn authenticator(browser: &Chromium) -> String {
    browser.devtools("WebAuthn.enable", json!({}));
    let options = json!({
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true,
    });
    let added = browser.devtools("WebAuthn.addVirtualAuthenticator", json!({ "options": options }));
    added["authenticatorId"].as_str().unwrap().to_owned()
}

#[test]
fn account_a_passkey_signs_in_and_one_that_was_removed_does_not() {
    let server = Server::start();
    let Some(browser) = member_of_staff(&server, "custodian") else { return };
    let id = authenticator(&browser);
    browser.open("/console/passkeys");
    browser.is_accessible();
    browser.fill("What you call it", "Laptop <script>");
    browser.click_and_wait("Add it", "Laptop <script>");
    browser.is_accessible();
    browser.click("Sign out");

    browser.is_accessible();
    browser.click_and_wait("Sign in with a passkey", "Signed in as custodian");
    assert_eq!(browser.path(), "/console");

    // The authenticator says that it does not know who is there: that is not enough.
    browser.click("Sign out");
    let unknown = json!({ "authenticatorId": id, "isUserVerified": false });
    browser.devtools("WebAuthn.setUserVerified", unknown);
    browser.click_and_wait("Sign in with a passkey", "found no passkey");
    let known = json!({ "authenticatorId": id, "isUserVerified": true });
    browser.devtools("WebAuthn.setUserVerified", known);

    sign_in(&browser, "custodian@staff.example", PASSWORD);
    browser.open("/console/passkeys");
    browser.click("Remove: Laptop <script>");
    assert!(browser.text().contains("You have no passkey yet"), "{}", browser.text());
    browser.click("Sign out");
    browser.click_and_wait("Sign in with a passkey", "not known here");
    assert_eq!(browser.path(), "/sign-in/passkey");
}

//! A company signs up by itself, accepts, makes a key, answers its End User, and leaves.

use serde_json::json;
use stories::{Actor, Chromium, MailServer, Server};

use super::{PASSWORD, mailed, sign_in, text, with_mail};

const INES: &str = "ines@harbour-radio.example";
const ADA: &str = "ada@example.com";

fn sign_up(browser: &Chromium, mail: &MailServer) {
    browser.open("/sign-in");
    browser.click("Open an account for a company");
    browser.fill("Company", "Harbour Radio");
    browser.fill("Your name", "Ines Moreau");
    browser.fill("Your e-mail address", INES);
    browser.tick("I am 13 or older");
    browser.click("Open an account");
    assert!(browser.text().contains("Look at your mail"), "{}", browser.text());
    browser.open(&mailed(mail, INES, "Open your account", 0));
    browser.fill("Password", PASSWORD);
    browser.click("Set the password");
    sign_in(browser, INES, PASSWORD);
    assert_eq!(browser.path(), "/console/account", "{}", browser.text());
}

/// Accepting comes before anything else.
fn accept(browser: &Chromium) {
    browser.click("Access");
    assert_eq!(browser.path(), "/console/account/policy", "accepting comes first");
    browser.tick("We inform our End Users of this policy, and accept it on their behalf");
    browser.click("Accept the policy");
    assert!(browser.text().contains("version 1"), "{}", browser.text());
}

/// The secret is shown once.
fn make_key(browser: &Chromium, server: &Server) -> Actor {
    browser.click("Access");
    browser.click("Keys");
    browser.fill("What you call it", "The web shop");
    for scope in ["data:read", "data:write", "requests:write", "accounts:write"] {
        browser.tick(scope);
    }
    browser.click("Make the key");
    browser.is_accessible();
    let shown = browser.text();
    let secret = shown.split_whitespace().find(|word| word.starts_with("bailee_"));
    let secret = secret.unwrap_or_else(|| unreachable!("no key in {shown}")).to_owned();
    browser.click("Keys");
    assert!(!browser.text().contains(&secret), "it is shown once");
    server.holder(&secret)
}

/// An End User turned to the operator, who passed it on.
fn answer(browser: &Chromium, request: &str) {
    browser.click("Account");
    assert!(browser.text().contains(request), "it waits on the first page: {}", browser.text());
    browser.click(request);
    browser.fill("What you looked at", "She signed in with us");
    browser.click("Verify by hand");
    browser.fill("What was decided, and why", "It is her");
    browser.click("Fulfil");
    browser.click("Yes, do it");
    assert!(browser.text().contains("fulfilled"), "{}", browser.text());
}

fn cancel(browser: &Chromium) {
    browser.click("Account");
    browser.click("Cancel");
    assert!(browser.text().contains("What is kept of your End Users"), "{}", browser.text());
    browser.tick("I have read what will happen");
    browser.click("Cancel the account");
    assert!(browser.text().contains("The account is cancelled"), "{}", browser.text());
    browser.open("/console/account");
    assert_eq!(browser.path(), "/sign-in");
}

#[test]
fn account_a_company_signs_up_accepts_makes_a_key_answers_and_cancels() {
    let Some((server, mail)) = with_mail() else { return };
    let Some(browser) = Chromium::start(server.address()) else { return };
    sign_up(&browser, &mail);
    accept(&browser);
    let client = make_key(&browser, &server);
    client.profile(&json!({ "full_name": "Ada", "email": ADA }));
    let identifiers = json!([{ "field": "email", "value": ADA }]);
    let new = json!({ "right": "access", "client": client.account, "identifiers": identifiers });
    let request = text(&server.operator().post("/v1/requests", &new).send().expect(201)["id"]);
    answer(&browser, &request);
    cancel(&browser);
    client.get("/v1/subjects").send().expect(200);
    client.post("/v1/subjects", &json!({ "role": "end_user" })).send().problem(403, "scope");
}

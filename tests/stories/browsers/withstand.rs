//! What people do with a browser that is not foreseen: script off, cookies refused, the way back, two clicks where one is meant.

use serde_json::json;
use stories::{Browser, Chromium, Server};

use super::{PASSWORD, come_in, customer, member_of_staff, sign_in, text, with_mail};

const ADA: &str = "ada@example.com";

/// From the next page on no script runs.
fn without_script(browser: &Chromium) {
    browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
}

/// Somebody of a Client that has accepted the policy, with a password.
fn member(server: &Server, role: &str) -> (String, String) {
    let client = server.client();
    let email = format!("{role}@harbour.example");
    let new = json!({ "email": email, "name": "Ines Moreau", "role": role });
    let target = format!("/v1/accounts/{}/members", client.account);
    let link = text(&server.operator().post(&target, &new).send().expect(201)["link"]);
    let secret = link.split('=').nth(1).unwrap();
    let mut browser = Browser::new(server.address().clone());
    let set = browser.send_exactly("/invitation", &[("link", secret), ("password", PASSWORD)]);
    assert_eq!(set.status, 303, "{}", set.everything());
    (email, client.account)
}

#[test]
fn without_script_people_and_staff_do_all_that_they_came_for() {
    let Some((server, mail)) = with_mail() else { return };
    customer(&server.operator(), "Ada Lovelace", ADA);
    let Some(browser) = Chromium::start(server.address()) else { return };
    without_script(&browser);
    come_in(&browser, &mail, ADA);
    browser.click("Your choices");
    browser.click("No to telling people about services they may want");
    assert!(browser.text().contains("You said no."), "{}", browser.text());
    browser.click("Requests");
    browser.click("See what is held about you");
    browser.click("Ask for it");
    let request = browser.path().rsplit('/').next().unwrap().to_owned();

    let Some(staff) = member_of_staff(&server, "custodian") else { return };
    without_script(&staff);
    staff.open("/sign-in");
    assert!(!staff.text().contains("passkey"), "it needs a script, and is not offered: {}", staff.text());
    staff.open("/console");
    staff.click("Requests");
    staff.click(&request);
    staff.fill("What was decided, and why", "It is her");
    staff.click("Fulfil");
    staff.click("Yes, do it");
    assert!(staff.text().contains("fulfilled"), "{}", staff.text());
    browser.click("Requests");
    browser.click("A copy of everything");
    assert!(browser.text().contains("Your package is ready"), "{}", browser.text());
}

#[test]
fn whoever_refuses_cookies_is_told_so_and_not_asked_for_ever() {
    let Some((server, mail)) = with_mail() else { return };
    customer(&server.operator(), "Ada Lovelace", ADA);
    let Some(browser) = Chromium::without_cookies(server.address()) else { return };
    let (email, _) = member(&server, "developer");
    browser.open("/sign-in");
    sign_in(&browser, &email, PASSWORD);
    assert!(browser.text().contains("Your browser keeps no cookie"), "{}", browser.text());
    browser.is_accessible();
    browser.click("Sign in");
    assert_eq!(browser.path(), "/sign-in");
    sign_in(&browser, &email, "not the password");
    assert!(browser.text().contains("That did not work"), "it tells nobody more: {}", browser.text());

    browser.open("/privacy");
    browser.fill("Your e-mail address", ADA);
    browser.click("Send me a link");
    browser.open(&super::mailed(&mail, ADA, super::LINK, 0));
    browser.click("Come in");
    assert!(browser.text().contains("Your browser keeps no cookie"), "{}", browser.text());
    browser.click("Ask for another link");
    assert_eq!(browser.path(), "/privacy");
}

#[test]
fn the_way_back_shows_nothing_of_a_person_who_signed_out() {
    let Some((server, mail)) = with_mail() else { return };
    customer(&server.operator(), "Ada Lovelace", ADA);
    let Some(browser) = Chromium::start(server.address()) else { return };
    come_in(&browser, &mail, ADA);
    browser.click("Sessions");
    browser.click("What is held");
    assert!(browser.text().contains("Ada Lovelace"), "{}", browser.text());
    browser.click("Sign out");
    for _ in 0..3 {
        browser.back();
        let shown = browser.text();
        assert!(!shown.contains("Ada Lovelace") && !shown.contains(ADA), "{}: {shown}", browser.path());
    }
}

#[test]
fn two_clicks_do_one_thing() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let (_, record) = customer(&operator, "Ada Lovelace", ADA);
    let Some(browser) = Chromium::start(server.address()) else { return };
    come_in(&browser, &mail, ADA);
    browser.click("Complaints");
    browser.fill("What has happened?", "I was called twice");
    browser.double_click("Send it");
    browser.click("Requests");
    browser.click("See what is held about you");
    browser.double_click("Ask for it");
    browser.click("What is held");
    browser.click("Correct this: account details");
    browser.fill("full name", "Augusta Ada King");
    browser.click("Look at the changes");
    browser.double_click("Change it");
    let count =
        |target: &str| operator.get(target).send().expect(200)["items"].as_array().map_or(0, Vec::len);
    assert_eq!(count("/v1/complaints"), 1);
    let read = operator.get(&format!("/v1/records/{record}?purpose=support")).send().expect(200);
    assert_eq!((&read["fields"]["full_name"], &read["version"]), (&json!("Augusta Ada King"), &json!(2)));
    let asked = operator.get("/v1/requests").send().expect(200);
    let rights: Vec<String> =
        asked["items"].as_array().unwrap().iter().map(|one| text(&one["right"])).collect();
    let of = |right: &str| rights.iter().filter(|one| *one == right).count();
    assert_eq!((of("access"), of("rectification")), (1, 1), "{asked}");

    let (email, _) = member(&server, "developer");
    let Some(developer) = Chromium::start(server.address()) else { return };
    developer.open("/sign-in");
    sign_in(&developer, &email, PASSWORD);
    developer.click("Access");
    developer.click("Webhooks");
    developer.fill("Where to", "https://example.com/hook");
    developer.double_click("Add");
    assert!(developer.text().contains("The secret of https://example.com/hook"), "{}", developer.text());
    developer.click("Webhooks");
    assert_eq!(developer.text().matches("https://example.com/hook").count(), 1, "{}", developer.text());
    developer.click("Keys");
    developer.fill("What you call it", "The web shop");
    developer.tick("data:read");
    developer.double_click("Make the key");
    developer.click("Keys");
    assert_eq!(developer.text().matches("The web shop").count(), 1, "{}", developer.text());
}

//! Where the events of a Client go, on its page: added once, its secret shown once, another secret, and removed.

use stories::{Browser, Server};

use super::{accepted, action, member};

const PLACE: &str = "/console/account/webhooks";

fn once(page: &str) -> String {
    page.split("name=\"once\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The secret that a page shows.
fn secret(page: &str) -> Option<&str> {
    Some(page.split("whsec_").nth(1)?.split('<').next().unwrap())
}

fn add(browser: &mut Browser, url: &str, once: &str) -> String {
    let added = browser.send(PLACE, &[("url", url), ("once", once)]);
    assert_eq!(added.status, 200, "{}", added.everything());
    added.text()
}

#[test]
fn a_webhook_is_added_once_however_often_its_form_is_sent_and_its_secret_shown_once() {
    let server = Server::start();
    let client = accepted(&server);
    let (mut developer, _) = member(&server, &client.account, "developer");
    let page = developer.open(PLACE).text();
    assert!(page.contains("Nothing is delivered yet"), "{page}");
    let once = once(&page);
    let url = "https://example.com/hook?of=a&or=b";
    let first = add(&mut developer, url, &once);
    let first = secret(&first).unwrap().to_owned();
    let again = add(&mut developer, url, &once);
    assert!(secret(&again).is_none() && again.contains("added before, by the same form"), "{again}");
    let listed = || client.get("/v1/webhooks").send().expect(200).as_array().map_or(0, Vec::len);
    let page = developer.open(PLACE).text();
    assert!(page.contains("hook?of=a&#38;or=b") && !page.contains("whsec_"), "{page}");
    assert_eq!((page.matches("/remove\"").count(), listed()), (1, 1));

    let another = action(&page, PLACE).replace("/test", "/secret");
    let shown = developer.send(&another, &[]).text();
    assert!(secret(&shown).is_some_and(|secret| secret != first), "{shown}");
    developer.open(PLACE);
    let removed = another.replace("/secret", "/remove");
    assert_eq!(developer.send(&removed, &[]).status, 303);
    assert!(developer.open(PLACE).text().contains("Nothing is delivered yet"));
    assert_eq!(developer.send(&removed, &[]).status, 404, "it is gone");
}

#[test]
fn a_webhook_leads_nowhere_inside_and_is_for_those_who_may() {
    let server = Server::start();
    let client = accepted(&server);
    let (mut developer, _) = member(&server, &client.account, "developer");
    for url in ["https://127.0.0.1/", "https://[::1]/", "http://example.com/", "no address"] {
        let once = once(&developer.open(PLACE).text());
        let refused = developer.send(PLACE, &[("url", url), ("once", &once)]);
        assert_eq!(refused.status, 400, "{url}: {}", refused.everything());
    }
    let (mut contact, _) = member(&server, &client.account, "privacy_contact");
    assert_eq!(contact.open(PLACE).status, 403);
    contact.open("/console/account");
    assert_eq!(
        contact.send(PLACE, &[("url", "https://example.com/"), ("once", &"0".repeat(32))]).status,
        403
    );
}

//! The whole way of a person: in by a mailed link, see, correct, choose, ask, be erased, and hold the certificate.

use serde_json::{Value, json};
use stories::{Chromium, MailServer, Server, eventually};

use super::{come_in, customer, text, with_mail};

const ADA: &str = "ada@example.com";

/// Corrects the name; the change is shown before it is made.
fn correct(browser: &Chromium) {
    browser.click("Correct this: account details");
    browser.fill("full name", "Ada Lovelace");
    browser.click("Look at the changes");
    assert!(browser.text().contains("Is this right?"), "{}", browser.text());
    browser.is_accessible();
    browser.click("Change it");
    browser.click("What is held");
    assert!(browser.text().contains("Ada Lovelace"), "{}", browser.text());
}

/// Says no with one click, and keeps the receipt.
fn choose(browser: &Chromium) {
    let label = "telling people about services they may want";
    browser.click("Your choices");
    browser.click(&format!("No to {label}"));
    assert!(browser.text().contains("You said no."), "{}", browser.text());
    let (name, receipt) = browser.keep(&format!("Receipt about {label}"));
    let receipt: Value = serde_json::from_slice(&receipt).unwrap();
    assert!(name.starts_with("receipt-") && receipt["statement"].is_object(), "{name}: {receipt}");
}

/// Asks for a copy, and fetches it once whoever answers has made it.
fn take_along(browser: &Chromium, server: &Server) {
    browser.click("Requests");
    browser.click("See what is held about you");
    browser.click("Ask for it");
    assert!(browser.text().contains("it is being looked at"), "{}", browser.text());
    fulfil(server, &asked_for(browser));
    browser.click("Requests");
    browser.click("A copy of everything");
    assert!(browser.text().contains("Your package is ready"), "{}", browser.text());
    let (name, package) = browser.keep("Fetch the package");
    assert!(name.ends_with(".zip") && package.starts_with(b"PK"), "{name}");
}

/// Which request is shown.
fn asked_for(browser: &Chromium) -> String {
    browser.path().rsplit('/').next().unwrap().to_owned()
}

fn fulfil(server: &Server, request: &str) {
    let because = json!({ "because": "as asked" });
    server.operator().post(&format!("/v1/requests/{request}/fulfil"), &because).send().expect(200);
}

/// Is erased, and goes on with the one link that still opens something.
fn be_erased(browser: &Chromium, server: &Server, mail: &MailServer) {
    browser.click("Requests");
    browser.click("Have it deleted");
    assert!(browser.text().contains("What would go, and what would stay"), "{}", browser.text());
    browser.is_accessible();
    browser.click("Ask for it");
    let request = asked_for(browser);
    fulfil(server, &request);
    browser.click("The certificate of this erasure");
    assert!(browser.text().contains("What was held is destroyed"), "{}", browser.text());
    browser.is_accessible();
    let certificate = eventually("a proof", || {
        let (_, file) = browser.keep("Keep the certificate as a file");
        let file: Value = serde_json::from_slice(&file).unwrap();
        (file["proof"]["state"] != "pending").then_some(file)
    });
    assert!(certificate["certificate"].is_object(), "{certificate}");
    mail.mail(ADA, "was fulfilled");
    browser.open("/privacy/data");
    assert_eq!(browser.path(), "/privacy", "whoever is erased is out");
}

#[test]
fn a_person_sees_corrects_chooses_takes_along_and_is_erased_with_a_certificate() {
    let Some((server, mail)) = with_mail() else { return };
    let (ada, record) = customer(&server.operator(), "Ada <script>alert(1)</script>", ADA);
    let Some(browser) = Chromium::start(server.address()) else { return };
    come_in(&browser, &mail, ADA);
    assert!(browser.text().contains("Ada <script>alert(1)</script>"), "{}", browser.text());
    correct(&browser);
    let read = server.operator().get(&format!("/v1/records/{record}?purpose=support")).send().expect(200);
    assert_eq!(read["fields"]["full_name"], "Ada Lovelace");
    browser.click("Who has looked");
    assert!(browser.text().contains("by you"), "{}", browser.text());
    choose(&browser);
    let choice = format!("/v1/subjects/{ada}/choices/purposes.marketing");
    assert_eq!(text(&server.operator().get(&choice).send().expect(200)["state"]), "denied");
    take_along(&browser, &server);
    be_erased(&browser, &server, &mail);
    let gone = server.operator().get(&format!("/v1/subjects/{ada}/records?purpose=support")).send();
    assert!(matches!(gone.status, 404 | 410), "erased, and perhaps purged: {}", gone.everything());
}

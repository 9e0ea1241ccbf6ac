//! The privacy center in the language that a browser asks for.

use stories::Chromium;

use super::{LINK, come_in, customer, mailed, with_mail};

const ADA: &str = "ada@example.com";

#[test]
fn a_person_is_answered_in_german_where_their_browser_asks_for_it() {
    let Some((server, mail)) = with_mail() else { return };
    customer(&server.operator(), "Ada Lovelace", ADA);
    let Some(browser) = Chromium::in_language(server.address(), "de-AT,de") else { return };
    browser.open("/privacy");
    browser.fill("Ihre E-Mail-Adresse", ADA);
    browser.click("Link zusenden");
    browser.open(&mailed(&mail, ADA, LINK, 0));
    browser.click("Eintreten");
    let mut pages = vec![browser.text()];
    for way in [
        "Wer hineingesehen hat",
        "Ihre Entscheidungen",
        "Anträge",
        "Beschwerden",
        "Die Datenschutzerklärung",
        "Sitzungen",
    ] {
        browser.click(way);
        assert_eq!(browser.ask("return document.documentElement.lang"), "de", "{way}");
        browser.is_accessible();
        pages.push(browser.text());
    }
    for english in ["Sign out", "Requests", "What ", "You ", "Nothing", "your data", "Questions"] {
        let found = pages.iter().find(|page| page.contains(english));
        assert!(found.is_none(), "“{english}” stands in {found:?}");
    }
    browser.click("Ihre Entscheidungen");
    browser.click("Nein zu telling people about services they may want");
    assert!(browser.text().contains("Sie haben Nein gesagt."), "{}", browser.text());
    let (_, receipt) = browser.keep("Beleg über telling people about services they may want");
    let receipt = String::from_utf8(receipt).unwrap();
    assert!(receipt.contains("Darf Influxis Ihre Daten verwenden"), "what was asked is kept: {receipt}");
    browser.open("/privacy/requests/req_00000000000000000000000000000000");
    assert!(browser.text().contains("Das gibt es nicht"), "{}", browser.text());
    let Some(english) = Chromium::start(server.address()) else { return };
    come_in(&english, &mail, ADA);
    assert_eq!(english.ask("return document.documentElement.lang"), "en");
}

//! What people click: in a real browser, with what it does by itself. Each page is looked at for whoever needs contrast, labels
//! or a keyboard.

mod auditor;
mod choices_of_visitors;
mod client;
mod counting;
mod custodian;
mod every_page;
mod front;
mod items;
mod language;
mod owner;
mod passkeys;
mod person;
mod provider;
mod scripts;
mod visits;
mod withstand;

use serde_json::{Value, json};
use stories::{Actor, Chromium, MailServer, Server, Setup, TakenMail, eventually};

const PASSWORD: &str = "four plain little words";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A server that sends its mail to a mail server; none where there is no program for one.
fn with_mail() -> Option<(Server, MailServer)> {
    let mail = MailServer::start()?;
    Some((Server::with(Setup { mail: mail.section(), ..Setup::default() }), mail))
}

/// The link in the newest mail to somebody whose subject says this, once there is one that was not followed before.
fn mailed(mail: &MailServer, to: &str, subject: &str, followed: usize) -> String {
    let is_it = |one: &TakenMail| one.to() == to && one.header("subject").contains(subject);
    let found = eventually("a mail with a link", || mail.mails().into_iter().filter(is_it).nth(followed))
        .text()
        .to_owned();
    let word = found.split_whitespace().find(|word| word.contains("link=")).unwrap_or_default();
    word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric()).to_owned()
}

/// Somebody of the operator's, who was invited and sets a password, in the console with a browser of their own.
fn member_of_staff(server: &Server, role: &str) -> Option<Chromium> {
    let email = format!("{role}@staff.example");
    let new = json!({ "email": email, "name": "Grace Hopper", "role": role });
    let invited = server.operator().post("/v1/staff", &new).send().expect(201);
    let browser = Chromium::start(server.address())?;
    browser.open(invited["link"].as_str().unwrap());
    browser.fill("Password", PASSWORD);
    browser.click("Set the password");
    sign_in(&browser, &email, PASSWORD);
    assert_eq!(browser.path(), "/console", "{}", browser.text());
    Some(browser)
}

fn sign_in(browser: &Chromium, email: &str, password: &str) {
    browser.fill("E-mail address", email);
    browser.fill("Password", password);
    browser.click("Sign in");
}

/// A customer of the operator's, who gave what is held of them; the subject and the record.
fn customer(operator: &Actor, name: &str, email: &str) -> (String, String) {
    let subject = text(&operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201)["id"]);
    let target = format!("/v1/subjects/{subject}/records/client_profile?purpose=orders");
    let fields = json!({ "full_name": name, "email": email });
    let new = json!({ "fields": fields, "source": "subject", "collected_for": ["orders", "support"] });
    let record = operator.post(&target, &new).send().expect(201);
    (subject, text(&record["id"]))
}

/// Somebody comes in to the privacy center, by the link that they are mailed.
fn come_in(browser: &Chromium, mail: &MailServer, email: &str) {
    browser.open("/privacy");
    let followed = mail.mails().iter().filter(|one| one.to() == email && is_link(one)).count();
    browser.fill("Your e-mail address", email);
    browser.click("Send me a link");
    assert!(browser.text().contains("If we know this address"), "{}", browser.text());
    browser.open(&mailed(mail, email, LINK, followed));
    browser.click("Come in");
    assert_eq!(browser.path(), "/privacy/data", "{}", browser.text());
}

const LINK: &str = "Your link to";

fn is_link(mail: &TakenMail) -> bool {
    mail.header("subject").contains(LINK)
}

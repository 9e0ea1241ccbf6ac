//! People in the privacy center, with a browser and a mailbox: in by a link, what is theirs, and nothing of anyone else.

mod end_users;
mod entrance;
mod journey;
mod linked;
mod others;

use serde_json::{Value, json};
use stories::{Actor, Browser, MailServer, Reply, Server, Setup, TakenMail, eventually};

/// A server of which people are told by mail; none where there is no program for that.
fn with_mail() -> Option<(Server, MailServer)> {
    let mail = MailServer::start()?;
    Some((Server::with(Setup { mail: mail.section(), ..Setup::default() }), mail))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A customer of the operator's, and the record of who they are.
fn customer(operator: &Actor, name: &str, email: &str) -> (String, String) {
    let subject = operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201);
    let subject = text(&subject["id"]);
    let record = store(operator, &subject, "client_profile", &json!({ "full_name": name, "email": email }));
    (subject, record)
}

/// Stores a record that the person gave themselves.
fn store(operator: &Actor, subject: &str, record_type: &str, fields: &Value) -> String {
    let target = format!("/v1/subjects/{subject}/records/{record_type}?purpose=support");
    let new = json!({ "fields": fields, "source": "subject" });
    text(&operator.post(&target, &new).send().expect(201)["id"])
}

/// Asks for a link at an entrance; what is answered.
fn ask(browser: &mut Browser, entrance: &str, email: &str) -> Reply {
    browser.send_exactly(entrance, &[("email", email)])
}

/// The links that were mailed to an address, in order, once there are so many.
fn links(mail: &MailServer, email: &str, count: usize) -> Vec<String> {
    eventually("a link", || {
        let is_it = |one: &TakenMail| one.to() == email && one.header("subject").contains("Your link to");
        let links: Vec<String> =
            mail.mails().iter().filter(|one| is_it(one)).map(|one| link_in(one.text())).collect();
        (links.len() >= count).then_some(links)
    })
}

/// The path of the link that a mail tells.
fn link_in(text: &str) -> String {
    let word = text.split_whitespace().find(|word| word.contains("/privacy/")).unwrap();
    format!("/privacy/{}", word.split("/privacy/").nth(1).unwrap())
}

fn secret(link: &str) -> &str {
    link.split('=').nth(1).unwrap()
}

/// Opens a link with its button.
fn open(browser: &mut Browser, link: &str, who: &str) -> Reply {
    browser.send_exactly("/privacy/open", &[("link", secret(link)), ("who", who)])
}

/// Somebody who came in by a link, with their browser.
fn signed_in(server: &Server, mail: &MailServer, entrance: &str, email: &str) -> Browser {
    let mut browser = Browser::new(server.address().clone());
    let before = mail.mails().iter().filter(|one| one.to() == email && one.text().contains("/open?")).count();
    assert_eq!(ask(&mut browser, entrance, email).status, 200);
    let link = links(mail, email, before + 1).pop().unwrap();
    let opened = open(&mut browser, &link, "0");
    assert_eq!(
        (opened.status, opened.header("location")),
        (303, Some("/privacy/data")),
        "{}",
        opened.everything()
    );
    browser
}

/// What stands between two pieces of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let rest = page.split(before).nth(1).unwrap_or_else(|| unreachable!("{before} is missing in {page}"));
    rest.split(after).next().unwrap()
}

/// Where a form that was taken leads.
fn led_to(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.everything());
    reply.header("location").unwrap().to_owned()
}

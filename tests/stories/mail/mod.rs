//! What is told by mail, with a real mail server.

mod codes;
mod encrypted;
mod notices;
mod troubles;

use serde_json::{Value, json};
use stories::{Actor, MailServer, Server, Setup};

/// A server that sends its mail to a mail server; none where there is no program for one.
fn with_mail() -> Option<(Server, MailServer)> {
    let mail = MailServer::start()?;
    Some((Server::with(Setup { mail: mail.section(), ..Setup::default() }), mail))
}

/// A request of whoever is known by an e-mail address.
fn asks(actor: &Actor, right: &str, email: &str) -> Value {
    let body = json!({ "right": right, "identifiers": [{ "field": "email", "value": email }] });
    actor.post("/v1/requests", &body).send().expect(201)
}

fn target(request: &Value, step: &str) -> String {
    format!("/v1/requests/{}/{step}", request["id"].as_str().unwrap())
}

/// Has a code mailed.
fn mail_code(actor: &Actor, request: &Value) -> Value {
    actor.post(&target(request, "codes"), &json!({ "identifier": 0, "send": "email" })).send().expect(201)
}

/// Proves an identifier by the code that is mailed to it.
fn prove(client: &Actor, mail: &MailServer, request: &Value, email: &str) -> Value {
    mail_code(client, request);
    let reference = request["id"].as_str().unwrap();
    let is_it = |one: &stories::TakenMail| {
        one.to() == email && one.text().contains("Your code is") && one.text().contains(reference)
    };
    let taken = stories::eventually("a code", || mail.mails().into_iter().find(is_it));
    verify(client, request, &code_in(taken.text())).expect(200)
}

/// The messages of an account, those that wait or the others.
fn outbox(actor: &Actor, is_closed: bool) -> Vec<Value> {
    let page = actor.get(&format!("/v1/outbox?closed={is_closed}")).send().expect(200);
    page["items"].as_array().unwrap().clone()
}

/// The message with a template, once it stands somewhere.
fn message(actor: &Actor, template: &str, state: &str, why: &str) -> Value {
    let is_it = |one: &Value| {
        one["template"] == template && one["state"] == state && (why.is_empty() || one["why"] == why)
    };
    stories::eventually(&format!("`{template}` that is {state} {why}"), || {
        outbox(actor, state != "waiting").into_iter().find(is_it)
    })
}

/// The code that a mail tells.
fn code_in(text: &str) -> String {
    let (_, after) = text.split_once("Your code is:").unwrap();
    after.split_whitespace().next().unwrap().to_owned()
}

fn verify(actor: &Actor, request: &Value, code: &str) -> stories::Reply {
    actor.post(&target(request, "verify"), &json!({ "identifier": 0, "code": code })).send()
}

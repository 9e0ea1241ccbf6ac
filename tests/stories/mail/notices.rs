//! People are told what becomes of their requests, and nobody else is.

use serde_json::{Value, json};
use stories::{Actor, eventually};

use super::{asks, message, outbox, prove, target, with_mail};
use crate::changes::{day, wider};

#[test]
fn whoever_proved_to_be_the_person_is_told_what_becomes_of_their_request() {
    let Some((server, mail)) = with_mail() else { return };
    let client = server.client();
    client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let request = asks(&client, "access", "ada@example.com");
    let receipt = mail.mail("ada@example.com", "was received");
    let reference = request["id"].as_str().unwrap();
    assert!(receipt.text().contains(reference), "{}", receipt.text());
    prove(&client, &mail, &request, "ada@example.com");
    let why = json!({ "because": "Die Akten sind im Archiv (größer als gedacht)." });
    let extended = client.post(&target(&request, "extend"), &why).send().expect(200);
    let told = mail.mail("ada@example.com", "takes longer");
    assert!(
        told.text().contains("größer als gedacht") && told.text().contains("complain"),
        "{}",
        told.text()
    );
    assert!(extended["due_at"].is_string());
    client.post(&target(&request, "pause"), &json!({ "because": "Which account?" })).send().expect(200);
    assert!(mail.mail("ada@example.com", "Something is needed").text().contains("Which account?"));
    client.post(&target(&request, "resume"), &json!({})).send().expect(200);
    client.post(&target(&request, "fulfil"), &json!({ "because": "as asked" })).send().expect(200);
    let done = mail.mail("ada@example.com", "was fulfilled");
    assert!(done.text().contains("It can be fetched once, until"), "{}", done.text());
    let refused = asks(&client, "portability", "ada@example.com");
    prove(&client, &mail, &refused, "ada@example.com");
    client.post(&target(&refused, "deny"), &json!({ "because": "Thrice this week." })).send().expect(200);
    let told = mail.mail("ada@example.com", "was refused");
    assert!(
        told.text().contains("Thrice this week.") && told.text().contains("supervisory"),
        "{}",
        told.text()
    );
    let ids: Vec<_> = mail.mails().iter().map(|one| one.header("message-id").to_owned()).collect();
    let different: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), different.len(), "each is sent once: {ids:?}");
    let printed = server.printed();
    assert!(!printed.contains("example.com") && !printed.contains("Thrice"), "{printed}");
}

#[test]
fn an_address_that_nobody_proved_gets_a_receipt_and_a_code_and_nothing_else() {
    let Some((server, mail)) = with_mail() else { return };
    let client = server.client();
    client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let known = asks(&client, "access", "ada@example.com");
    let unknown = asks(&client, "access", "eve@example.com");
    let why = json!({ "because": "we look into it" });
    for request in [&known, &unknown] {
        super::mail_code(&client, request);
        for step in ["extend", "pause", "deny"] {
            client.post(&target(request, step), &why).send().expect(200);
        }
    }
    eventually("an empty outbox", || outbox(&client, false).is_empty().then_some(()));
    let told_of = |request: &Value| {
        let mut all = outbox(&client, true);
        all.retain(|message| message["about"] == request["id"]);
        let mut templates: Vec<_> = all.iter().map(|one| one["template"].to_string()).collect();
        templates.sort();
        templates
    };
    assert_eq!(told_of(&known), told_of(&unknown), "whoever exists");
    assert_eq!(told_of(&known).len(), 2);
    mail.mail("eve@example.com", "was received");
    for told in mail.mails() {
        let subject = told.header("subject");
        assert!(subject.contains("Your code") || subject.contains("was received"), "{subject}");
    }
}

/// A Client that is written to at an address.
fn client_at(operator: &Actor, email: &str) -> Actor {
    let client = operator.open_client("Client");
    let person = operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201);
    let target =
        format!("/v1/subjects/{}/records/client_profile?purpose=orders", person["id"].as_str().unwrap());
    let fields = json!({ "fields": { "full_name": "Cyd", "email": email } });
    let record = operator.post(&target, &fields).send().expect(201);
    let contact = json!({ "record": record["id"], "field": "email" });
    let target = format!("/v1/accounts/{}/contact", client.account);
    let named = operator.put(&target, &contact).send().expect(200);
    assert_eq!(named["contact"], record["id"]);
    client
}

#[test]
fn a_client_is_told_of_what_is_passed_on_to_it() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let client = client_at(&operator, "cyd@client.example");
    let body = json!({
        "right": "access", "client": client.account,
        "identifiers": [{ "field": "email", "value": "ada@example.com" }],
    });
    operator.post("/v1/requests", &body).send().expect(201);
    let told = mail.mail("cyd@client.example", "passed on to you");
    assert!(!told.everything().contains("ada@example.com"), "{}", told.everything());
    // The person's receipt stands in the Client's outbox, and what the Client was told in the operator's.
    message(&client, "received", "sent", "");
    message(&operator, "passed_on", "sent", "");
}

#[test]
fn a_client_is_told_what_a_new_policy_changes_and_once() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let client = client_at(&operator, "cyd@client.example");
    let (day, changed) = (day(40), wider(day(40)));
    let publish = || {
        let call = operator.call("POST", "/v1/policy/versions").header("Idempotency-Key", "once");
        call.body("application/toml", changed.clone()).send().expect(201)
    };
    assert_eq!((publish()["number"].clone(), publish()["number"].clone()), (json!(2), json!(2)));
    let told = mail.mail("cyd@client.example", "The privacy policy changes");
    for part in
        ["9 years instead of 7 years", "You can accept it now", &day.strftime("%-d %B %Y").to_string()]
    {
        assert!(told.text().contains(part), "{part} is missing in {}", told.text());
    }
    message(&operator, "policy_change", "sent", "");
    // An assessment may be telling those whom it made up something meanwhile.
    let mut waiting = outbox(&operator, false);
    waiting.retain(|message| message["template"] != "received");
    assert_eq!((waiting.len(), &waiting[0]["template"]), (1, &json!("must_accept")), "a week before");
    assert!(outbox(&client, false).is_empty(), "it is the operator's");
    assert_eq!(mail.mails().len(), 1);
}

//! Choices and their receipts.

use serde_json::{Value, json};
use stories::{Actor, Server, eventually};

const MAILING: &str = "purposes.mailing_for_client";

fn path(subject: &str) -> String {
    format!("/v1/subjects/{subject}/choices/{MAILING}")
}

fn say(client: &Actor, subject: &str, state: &str) -> Value {
    let said =
        json!({ "state": state, "method": "click", "text": "Shall we write to you?", "language": "en-GB" });
    client.put(&path(subject), &said).send().expect(200)
}

/// Why the profile may not be read for a mailing; none when it may.
fn refusal(client: &Actor, record: &str) -> Option<Value> {
    let reply = client.get(&format!("/v1/records/{record}?purpose=mailing_for_client")).send();
    (reply.status != 200).then(|| reply.problem(403, "refused")["reason"].clone())
}

/// Who is found by an address for a mailing.
fn found(client: &Actor) -> Value {
    let asked = json!({ "field": "email", "value": "ada@example.com" });
    client.post("/v1/subjects/lookup?purpose=mailing_for_client", &asked).send().expect(200)["subjects"]
        .clone()
}

#[test]
fn nothing_happens_before_a_yes_nor_after_a_no() {
    let server = Server::start();
    let client = server.client();
    let ada = client.end_user();
    let store = || {
        let target = format!("/v1/subjects/{ada}/records/end_user_profile?purpose=mailing_for_client");
        client.post(&target, &json!({ "fields": { "email": "ada@example.com" } })).send()
    };
    assert_eq!(client.get(&path(&ada)).send().expect(200)["state"], "not_chosen");
    assert_eq!(store().problem(403, "refused")["reason"], "choice_needed");

    assert_eq!(say(&client, &ada, "granted")["state"], "granted");
    let record = store().expect(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(refusal(&client, &record), None);
    assert_eq!(found(&client), json!([ada]));
    assert_eq!(say(&client, &ada, "denied")["state"], "withdrawn");
    assert_eq!(refusal(&client, &record), Some(json!("choice_denied")));
    assert_eq!(found(&client), json!([]));
    assert_eq!(client.get(&path(&ada)).send().expect(200)["state"], "withdrawn");

    let history = client.get(&format!("/v1/subjects/{ada}/choices")).send().expect(200);
    let states: Vec<&Value> =
        history["items"].as_array().unwrap().iter().map(|choice| &choice["state"]).collect();
    assert_eq!(states, [&json!("withdrawn"), &json!("granted")]);
}

#[test]
fn a_receipt_is_verified_without_the_server() {
    let mut server = Server::start();
    let client = server.client();
    let ada = client.end_user();
    let id = say(&client, &ada, "granted")["id"].as_str().unwrap().to_owned();
    let target = format!("/v1/choices/{id}/receipt");
    let receipt = eventually("the proof of a receipt", || {
        let receipt = client.get(&target).send().expect(200);
        (receipt["proof"]["state"] == "proved").then_some(receipt)
    });
    assert_eq!(receipt["statement"]["dpv:hasConsentStatus"]["@id"], "dpv:ConsentGiven");
    assert_eq!(receipt["statement"]["dpv:hasNotice"]["dct:description"], "Shall we write to you?");
    let key = server.call("GET", "/audit/key").send().text().trim().to_owned();
    server.stop();

    let file = server.data().join("receipt.json");
    let check = |receipt: &str| {
        std::fs::write(&file, receipt).unwrap();
        server.run(&["audit", "receipt", "--json", "--key", &key, file.to_str().unwrap()])
    };
    let holds = check(&receipt.to_string());
    assert!(holds.status.success(), "{holds:?}");
    let said: Value = serde_json::from_slice(&holds.stdout).unwrap();
    assert_eq!((&said["holds"], &said["choice"]), (&json!(true), &json!(id)));

    let altered = check(&receipt.to_string().replace("Shall we write", "Shall we call"));
    assert_eq!(altered.status.code(), Some(1), "{altered:?}");
}

#[test]
fn what_cannot_be_said_is_told_and_changes_nothing() {
    let server = Server::start();
    let client = server.client();
    let ada = client.end_user();
    let said = |target: &str, body: &Value| client.put(target, body).send().status;
    let yes = json!({ "state": "granted", "method": "click", "text": "Yes?" });
    let of = |about: &str| format!("/v1/subjects/{ada}/choices/{about}");
    assert_eq!(said(&of("purposes.conquest"), &yes), 404);
    assert_eq!(said(&of("cookies.session"), &yes), 404);
    assert_eq!(said(&of("purposes.support"), &yes), 400, "the policy leaves no choice about it");
    assert_eq!(said(&path(&ada), &json!({ "state": "granted", "method": "click" })), 400, "without a text");
    assert_eq!(said(&path(&ada), &json!({ "state": "maybe", "method": "click", "text": "?" })), 400);
    let language = json!({ "state": "denied", "method": "click", "language": "not a language" });
    assert_eq!(said(&path(&ada), &language), 400);
    assert_eq!(client.get(&path(&ada)).send().expect(200)["state"], "not_chosen");
    let another = server.client();
    assert_eq!(another.put(&path(&ada), &yes).send().status, 404);
}

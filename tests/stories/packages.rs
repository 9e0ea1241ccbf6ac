//! `GET /v1/requests/{id}/package`

use std::io::{Cursor, Read};

use serde_json::{Value, json};
use stories::{Actor, Profile, Reply, Server};
use zip::ZipArchive;

/// A request for access of someone whom the account vouches for.
fn asks(client: &Actor, ada: &Profile) -> String {
    let verified = json!({ "because": "signed in" });
    let body = json!({ "right": "access", "subject": ada.subject, "verified": verified });
    client.post("/v1/requests", &body).send().expect(201)["id"].as_str().unwrap().to_owned()
}

fn fulfil(client: &Actor, request: &str) -> Value {
    client
        .post(&format!("/v1/requests/{request}/fulfil"), &json!({ "because": "as asked" }))
        .send()
        .expect(200)
}

fn package(client: &Actor, request: &str) -> Reply {
    client.get(&format!("/v1/requests/{request}/package")).send()
}

/// A file of a zip, as text.
fn file(reply: &Reply, name: &str) -> String {
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("application/zip")),
        "{}",
        reply.everything()
    );
    let mut archive = ZipArchive::new(Cursor::new(&reply.body)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn access() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada <Lovelace>", "email": "ada@example.com" }));
    let bob = client.profile(&json!({ "full_name": "Bob", "email": "bob@example.com" }));
    client.read(&ada.record).expect(200);
    let choice = json!({ "state": "granted", "method": "click", "text": "Write to me.", "language": "en" });
    client
        .put(&format!("/v1/subjects/{}/choices/purposes.mailing_for_client", ada.subject), &choice)
        .send()
        .expect(200);
    let request = asks(&client, &ada);
    assert!(fulfil(&client, &request)["package_until"].is_string());
    let zipped = package(&client, &request);
    // What is held, why, since when, until when, from where; for a person to read.
    let page = file(&zipped, "index.html");
    let since = format!("Since {}", crate::changes::day(0).strftime("%-d %B %Y"));
    for wanted in [
        "Ada &#60;Lovelace&#62;",
        "ada@example.com",
        &since,
        "You gave it",
        "Shared with nobody",
        "a record was read",
        "storing and transmitting data for a Client",
        "Custodian of Records",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(!page.contains("http"), "it opens offline");
    let records: Value = serde_json::from_str(&file(&zipped, "records.json")).unwrap();
    assert_eq!(records[0]["fields"]["full_name"], "Ada <Lovelace>", "{records}");
    let table = file(&zipped, "records.csv");
    assert!(table.contains("full_name,Ada <Lovelace>,20"), "{table}");
    let readings: Value = serde_json::from_str(&file(&zipped, "readings.json")).unwrap();
    let read = readings
        .as_array()
        .unwrap()
        .iter()
        .any(|one| one["action"] == "record.read" && one["purpose"] == "service_for_client");
    assert!(read, "{readings}");
    assert!(file(&zipped, "choices.json").contains("purposes.mailing_for_client"));
    // And of nobody else.
    for name in ["index.html", "records.json", "records.csv", "readings.json", "choices.json", "request.json"]
    {
        let text = file(&zipped, name);
        assert!(!text.contains("Bob") && !text.contains(&bob.subject), "{name}: {text}");
    }
}

#[test]
fn a_package_is_fetched_once_and_issued_again_for_a_reason() {
    let server = Server::start();
    let (client, other) = (server.client(), server.client());
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let request = asks(&client, &ada);
    package(&client, &request).problem(409, "not-now");
    fulfil(&client, &request);
    package(&other, &request).problem(404, "not-found");
    assert_eq!(package(&client, &request).status, 200);
    package(&client, &request).problem(409, "not-now");
    let again = json!({ "by": "Bob", "because": "the line broke" });
    let reissued = client.post(&format!("/v1/requests/{request}/package"), &again).send().expect(200);
    assert!(reissued["package_until"].is_string(), "{reissued}");
    assert_eq!(package(&client, &request).status, 200);
}

#[test]
fn what_is_about_others_is_left_out_before_release() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada", "phone": "+49 30 901820" }));
    let target = format!("/v1/subjects/{}/records/end_user_content?purpose=service_for_client", ada.subject);
    let content = |text: &str| {
        let stored = client.post(&target, &json!({ "fields": { "content": text } })).send().expect(201);
        stored["id"].as_str().unwrap().to_owned()
    };
    let (hers, his) = (content("my diary"), content("Bob told me about his illness"));
    let request = asks(&client, &ada);
    let preview = client.get(&format!("/v1/requests/{request}/package/preview")).send();
    assert!(file(&preview, "records.json").contains("illness"));
    let redactions = json!({
        "redactions": [{ "record": his }, { "record": ada.record, "field": "phone" }],
        "by": "Carol", "because": "about Bob",
    });
    let (target, bob) =
        (format!("/v1/requests/{request}/redactions"), client.profile(&json!({ "full_name": "Bob" })));
    for wrong in
        [json!([{ "record": bob.record }]), json!([{ "record": ada.record, "field": "what Bob said" }])]
    {
        let body = json!({ "redactions": wrong, "because": "x" });
        client.post(&target, &body).send().problem(404, "not-found");
    }
    client.post(&target, &redactions).send().expect(200);
    fulfil(&client, &request);
    let zipped = package(&client, &request);
    for name in ["index.html", "records.json", "records.csv"] {
        let text = file(&zipped, name);
        assert!(
            text.contains("my diary") && text.contains("left out, as it is about someone else"),
            "{name}: {text}"
        );
        assert!(!text.contains("illness") && !text.contains("901820"), "{name}: {text}");
    }
    assert!(file(&zipped, "records.json").contains(&hers));
    client.get(&format!("/v1/requests/{request}/package/preview")).send().problem(409, "not-now");
}

#[test]
fn nothing_held_is_an_answer_too() {
    let server = Server::start();
    let client = server.client();
    let named =
        json!({ "right": "access", "identifiers": [{ "field": "email", "value": "nobody@example.com" }] });
    let request = client.post("/v1/requests", &named).send().expect(201)["id"].as_str().unwrap().to_owned();
    let proof = json!({ "identifier": 0, "by_hand": { "because": "wrote from that address" } });
    client.post(&format!("/v1/requests/{request}/verify"), &proof).send().expect(200);
    fulfil(&client, &request);
    let zipped = package(&client, &request);
    assert!(file(&zipped, "index.html").contains("Nothing is held"));
    assert_eq!(file(&zipped, "records.json").trim(), "[]");
}

#[test]
fn many_records_come_whole() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let lines: Vec<String> = (0..450)
        .map(|number| {
            let fields = json!({ "content": format!("note {number}") });
            json!({ "subject": ada.subject, "type": "end_user_content", "record": { "fields": fields } })
                .to_string()
        })
        .collect();
    let bulk = client
        .call("POST", "/v1/bulk?purpose=service_for_client")
        .body("application/x-ndjson", lines.join("\n"));
    assert!(bulk.send().lines().iter().all(|line| line["record"]["id"].is_string()));
    let request = asks(&client, &ada);
    fulfil(&client, &request);
    let records: Value = serde_json::from_str(&file(&package(&client, &request), "records.json")).unwrap();
    assert_eq!(records.as_array().map(Vec::len), Some(451));
}

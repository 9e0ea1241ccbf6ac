//! `POST /v1/bulk`

use std::{io::Write, net::TcpStream};

use serde_json::{Value, json};
use stories::{Actor, Call, Server, eventually};

fn bulk(client: &Actor, lines: &[Value]) -> Call {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    client.call("POST", "/v1/bulk?purpose=service_for_client").body("application/x-ndjson", body)
}

fn person(name: &str) -> Value {
    json!({ "create": { "role": "end_user" }, "type": "end_user_profile", "record": { "fields": { "full_name": name } } })
}

#[test]
fn each_line_is_answered_in_its_order() {
    let server = Server::start();
    let client = server.client();
    let lines: Vec<Value> = (0..300).map(|number| person(&format!("Person {number}"))).collect();
    let answers = bulk(&client, &lines).send().lines();
    let places: Vec<_> = answers.iter().map(|answer| answer["line"].as_u64().unwrap()).collect();
    assert_eq!(places, (1..=300).collect::<Vec<_>>());
    assert!(answers.iter().all(|answer| answer["problem"].is_null()), "{answers:?}");
    let record = answers[41]["record"]["id"].as_str().unwrap();
    assert_eq!(client.read(record).expect(200)["fields"]["full_name"], "Person 41");
}

#[test]
fn a_bad_line_fails_alone() {
    let server = Server::start();
    let client = server.client();
    let strange = json!({ "create": { "role": "end_user" }, "surprise": 1 });
    let unknown = json!({ "subject": "sub_00000000000080008000000000000000", "type": "end_user_profile", "record": { "fields": { "full_name": "Nobody" } } });
    let no_such_field = json!({ "create": { "role": "end_user" }, "type": "end_user_profile", "record": { "fields": { "shoe_size": 44 } } });
    let answers =
        bulk(&client, &[person("Ada"), strange, unknown, no_such_field, person("Grace")]).send().lines();
    let kinds: Vec<_> =
        answers.iter().map(|answer| answer["problem"]["type"].as_str().unwrap_or("stored")).collect();
    let expected = ["stored", "/problems/malformed", "/problems/not-found", "/problems/invalid", "stored"];
    assert_eq!(kinds, expected);
}

#[test]
fn a_repeated_upload_stores_everything_once() {
    let server = Server::start();
    let client = server.client();
    let lines: Vec<Value> = (0..20).map(|number| person(&format!("Person {number}"))).collect();
    let send = |lines: &[Value]| bulk(&client, lines).header("Idempotency-Key", "upload").send().lines();
    // The first upload broke off after half; the second is whole.
    let half = send(&lines[..10]);
    let whole = send(&lines);
    for (first, second) in half.iter().zip(&whole) {
        assert_eq!(
            (&first["subject"]["id"], &first["record"]["id"]),
            (&second["subject"]["id"], &second["record"]["id"])
        );
    }
    assert_eq!(client.get("/v1/subjects").send().expect(200)["items"].as_array().unwrap().len(), 20);
}

#[test]
fn an_upload_that_breaks_off_keeps_whole_lines_only() {
    let server = Server::start();
    let client = server.client();
    let text = format!("{}\n{}", person("Ada"), &person("Grace").to_string()[..40]);
    let call = client.call("POST", "/v1/bulk?purpose=service_for_client");
    let mut bytes = call.body("application/x-ndjson", text.clone()).into_bytes();
    let promised = format!("Content-Length: {}", text.len());
    let longer = String::from_utf8(bytes).unwrap().replace(&promised, "Content-Length: 100000");
    bytes = longer.into_bytes();
    let mut stream = TcpStream::connect(server.address().socket()).unwrap();
    stream.write_all(&bytes).unwrap();
    let count = || client.get("/v1/subjects").send().expect(200)["items"].as_array().unwrap().len();
    eventually("the whole line", || (count() == 1).then_some(()));
    drop(stream);
    server.client().end_user();
    assert_eq!(count(), 1, "the half line is not stored");
}

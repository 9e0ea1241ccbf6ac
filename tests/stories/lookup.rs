//! `POST /v1/subjects/lookup`

use serde_json::json;
use stories::{Server, Setup};

#[test]
fn a_person_is_found_by_an_address_however_it_is_written() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "email": "Ada@Example.com" }));
    assert_eq!(client.find_by_email("ada@example.COM"), [ada.subject]);
    assert_eq!(client.find_by_email("someone@example.com"), Vec::<String>::new());
}

#[test]
fn another_account_finds_no_one() {
    let server = Server::start();
    server.client().profile(&json!({ "email": "ada@example.com" }));
    assert_eq!(server.client().find_by_email("ada@example.com"), Vec::<String>::new());
}

#[test]
fn a_purpose_that_may_not_look_is_refused_whether_or_not_there_is_someone() {
    let server = Server::start();
    let client = server.client();
    client.profile(&json!({ "email": "ada@example.com" }));
    let ask = |email: &str| {
        let body = json!({ "field": "email", "value": email });
        client.post("/v1/subjects/lookup?purpose=conquest", &body).send().problem(403, "refused")
    };
    let (mut there, mut not_there) = (ask("ada@example.com"), ask("no.one@example.com"));
    there["entry"].take();
    not_there["entry"].take();
    assert_eq!(there, not_there, "the answer must not tell who exists");
}

#[test]
fn look_ups_are_limited_for_each_key() {
    let server = Server::with(Setup { limits: "lookups_per_second = 5", ..Setup::default() });
    let (client, other) = (server.client(), server.client());
    let ask = |actor: &stories::Actor| {
        let body = json!({ "field": "email", "value": "ada@example.com" });
        actor.post("/v1/subjects/lookup?purpose=support", &body).send()
    };
    let refused = (0..200).map(|_| ask(&client)).find(|reply| reply.status != 200);
    let refused = refused.expect("two hundred look-ups at once are too many");
    refused.problem(429, "too-many");
    assert!(refused.header("retry-after").is_some());
    ask(&other).expect(200);
}

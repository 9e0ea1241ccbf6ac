//! `/v1/accounts`

use serde_json::{Value, json};
use stories::{Actor, Server};

const SCOPES: [&str; 3] = ["data:read", "data:write", "accounts:write"];

fn open(operator: &Actor) -> String {
    let opened = operator.post("/v1/accounts", &json!({ "name": "Fan club" })).send().expect(201);
    assert_eq!((&opened["kind"], &opened["accepted_policy"]), (&json!("client"), &Value::Null));
    opened["id"].as_str().unwrap().to_owned()
}

#[test]
fn no_key_of_an_account_works_before_it_accepted_the_policy() {
    let server = Server::start();
    let operator = server.operator();
    let account = open(&operator);
    let client = operator.key_for(&account, &SCOPES);
    let create = || client.post("/v1/subjects", &json!({ "role": "end_user" })).send();
    create().problem(403, "not-accepted");
    client.get("/v1/policy").send().problem(403, "not-accepted");

    let target = format!("/v1/accounts/{account}/acceptance");
    client.post(&target, &json!({ "informs_end_users": false })).send().problem(400, "malformed");
    create().problem(403, "not-accepted");
    let accepted = client.post(&target, &json!({ "informs_end_users": true })).send().expect(200);
    assert_eq!(accepted["accepted_policy"], 1);
    create().expect(201);
}

#[test]
fn a_client_sees_its_own_account_and_opens_none() {
    let server = Server::start();
    let operator = server.operator();
    let (client, other) = (server.client(), server.client());
    let all = operator.get("/v1/accounts").send().expect(200);
    assert_eq!(all.as_array().unwrap().len(), 3);
    let own = client.get("/v1/accounts").send().expect(200);
    assert_eq!((own.as_array().unwrap().len(), &own[0]["id"]), (1, &json!(client.account)));
    client.post("/v1/accounts", &json!({ "name": "Mine" })).send().problem(404, "not-found");
    let target = format!("/v1/accounts/{}/acceptance", other.account);
    client.post(&target, &json!({ "informs_end_users": true })).send().problem(404, "not-found");
}

#[test]
fn an_acceptance_outlives_a_restart() {
    let mut server = Server::start();
    let client = server.client();
    server.stop();
    server.serve();
    client.end_user();
}

#[test]
fn a_name_is_a_line_that_can_be_seen() {
    let server = Server::start();
    let operator = server.operator();
    for name in ["", " ", "a\u{0}b", "a\nb"] {
        operator.post("/v1/accounts", &json!({ "name": name })).send().problem(400, "malformed");
        let key = json!({ "name": name, "scopes": ["data:read"] });
        operator.post("/v1/keys", &key).send().problem(400, "malformed");
    }
}

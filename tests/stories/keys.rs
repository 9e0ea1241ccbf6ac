//! `/v1/keys`

use serde_json::json;
use stories::{Server, eventually};

#[test]
fn a_key_is_shown_once_and_works_until_it_is_revoked() {
    let server = Server::start();
    let client = server.client();
    let made = client.post("/v1/keys", &json!({ "name": "till", "scopes": ["data:read"] })).send();
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let made = made.expect(201);
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let ask = || server.call("GET", "/v1/policy").key(secret).send();
    ask().expect(200);
    let listed = client.get("/v1/keys").send();
    assert!(!listed.text().contains(secret) && listed.text().contains(id));

    client.delete(&format!("/v1/keys/{id}")).send().expect(204);
    ask().problem(401, "unauthenticated");
}

#[test]
fn a_key_stops_working_when_it_expires() {
    let server = Server::start();
    let client = server.client();
    let past = json!({ "name": "old", "scopes": ["data:read"], "expires_at": "2020-01-01T00:00:00Z" });
    let dead = client.post("/v1/keys", &past).send().expect(201);
    server
        .call("GET", "/v1/policy")
        .key(dead["secret"].as_str().unwrap())
        .send()
        .problem(401, "unauthenticated");

    let soon = jiff_in_two_seconds(&client);
    let mortal = json!({ "name": "short", "scopes": ["data:read"], "expires_at": soon });
    let mortal = client.post("/v1/keys", &mortal).send().expect(201);
    let ask = || server.call("GET", "/v1/policy").key(mortal["secret"].as_str().unwrap()).send();
    ask().expect(200);
    eventually("the key's end", || Some(ask()).filter(|reply| reply.status == 401));
}

/// Two seconds after the server's own present, which it tells in what it makes.
fn jiff_in_two_seconds(client: &stories::Actor) -> String {
    let made = client.post("/v1/subjects", &json!({ "role": "end_user" })).send().expect(201);
    let now: jiff::Timestamp = made["created_at"].as_str().unwrap().parse().unwrap();
    (now + jiff::SignedDuration::from_secs(2)).to_string()
}

#[test]
fn a_key_grants_no_more_than_the_one_that_makes_it() {
    let server = Server::start();
    let operator = server.operator();
    let clerk = operator.key_for(&server.client().account, &["accounts:write"]);
    let greedy = json!({ "name": "more", "scopes": ["accounts:write", "data:read"] });
    clerk.post("/v1/keys", &greedy).send().problem(403, "scope");
    let elsewhere = json!({ "name": "theirs", "scopes": ["accounts:write"], "account": operator.account });
    clerk.post("/v1/keys", &elsewhere).send().problem(404, "not-found");
}

#[test]
fn another_account_cannot_revoke_a_key() {
    let server = Server::start();
    let (client, other) = (server.client(), server.client());
    let keys = client.get("/v1/keys").send().expect(200);
    let target = format!("/v1/keys/{}", keys[0]["id"].as_str().unwrap());
    other.delete(&target).send().problem(404, "not-found");
    client.get("/v1/keys").send().expect(200);
}

#[test]
fn the_command_line_makes_and_revokes_keys_while_the_server_rests() {
    let mut server = Server::start();
    server.stop();
    let made = server.run(&["keys", "create", "--name", "till", "--scopes", "data:read", "--json"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert!(server.run(&["keys", "revoke", made["id"].as_str().unwrap()]).status.success());
    server.serve();
    let ask = server.call("GET", "/v1/policy").key(made["secret"].as_str().unwrap());
    ask.send().problem(401, "unauthenticated");
}

//! A client that hangs up before the answer: what it asked for is done whole or not at all, and nothing is left
//! that the server believes and its store does not.

use std::{io::Write, net::TcpStream};

use serde_json::json;
use stories::{Call, Server, eventually};

/// Sends a request and hangs up.
fn cut(call: Call, server: &Server) {
    let mut stream = TcpStream::connect(server.address().socket()).unwrap();
    stream.write_all(&call.into_bytes()).unwrap();
}

#[test]
fn a_revoked_key_is_dead_though_nobody_waited_for_the_answer() {
    let server = Server::start();
    let client = server.client();
    for _ in 0..20 {
        let made =
            client.post("/v1/keys", &json!({ "name": "till", "scopes": ["data:read"] })).send().expect(201);
        let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
        cut(client.delete(&format!("/v1/keys/{id}")), &server);
        // Whether the server read it in time or not: what the list says is what the door does.
        let revoked = eventually("the key's fate", || {
            let listed = client.get("/v1/keys").send().expect(200);
            let key = listed.as_array()?.iter().find(|key| key["id"] == id)?.clone();
            (!key["revoked_at"].is_null()).then_some(true).or(Some(false))
        });
        let status = server.call("GET", "/v1/policy").key(secret).send().status;
        if revoked {
            assert_eq!(status, 401);
        }
    }
}

#[test]
fn a_policy_published_by_a_client_that_hung_up_leaves_the_server_at_work() {
    let server = Server::start();
    let operator = server.operator();
    let source = std::fs::read_to_string(stories::policy("influxis-2018.toml")).unwrap();
    for _ in 0..5 {
        cut(operator.call("POST", "/v1/policy/versions").body("application/toml", source.clone()), &server);
    }
    // Those that were cut may still be at work and overtake this one, which then says: try again.
    eventually("a version of one's own", || {
        Some(operator.publish(&source)).filter(|reply| reply.status == 201)
    });
    let client = server.client();
    client.profile(&json!({ "full_name": "Ada" }));
}

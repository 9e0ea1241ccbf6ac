//! Too much, too slow, too often.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::json;
use stories::{Server, Setup, promptly};

const AT_ONCE: Duration = Duration::from_secs(5);

#[test]
fn twenty_megabytes_are_refused_at_once() {
    let server = Server::start();
    let client = server.client();
    let body = format!("{{\"role\":\"{}\"}}", "x".repeat(20 * 1024 * 1024));
    let policy = client.call("POST", "/v1/policy/versions").body("application/toml", body.clone());
    promptly(AT_ONCE, || policy.send()).problem(413, "too-large");
    let subject = client.call("POST", "/v1/subjects").body("application/json", body);
    promptly(AT_ONCE, || subject.send()).problem(413, "too-large");
}

#[test]
fn a_million_fields_are_refused_at_once() {
    let server = Server::start();
    let client = server.client();
    let fields: Vec<String> = (0..1_000_000).map(|number| format!("\"f{number}\":1")).collect();
    let fields = format!("{{{}}}", fields.join(","));
    let target = format!("/v1/subjects/{}/records/end_user_profile?purpose=support", client.end_user());
    let record = client.call("POST", &target).body("application/json", format!("{{\"fields\":{fields}}}"));
    promptly(AT_ONCE, || record.send()).problem(413, "too-large");
    let line = format!(
        "{{\"create\":{{\"role\":\"end_user\"}},\"type\":\"end_user_profile\",\"record\":{{\"fields\":{fields}}}}}\n"
    );
    let bulk = client.call("POST", "/v1/bulk?purpose=support").body("application/x-ndjson", line);
    let answers = promptly(AT_ONCE, || bulk.send()).lines();
    assert_eq!(answers[0]["problem"]["type"], "/problems/too-large");
    assert_eq!(client.get("/v1/subjects").send().expect(200)["items"].as_array().unwrap().len(), 1);
}

#[test]
fn too_many_requests_without_a_key_are_told_to_wait() {
    let server = Server::with(Setup { limits: "open_per_second = 4", ..Setup::default() });
    let client = server.client();
    let refused = (0..200).map(|_| server.call("GET", "/healthz").send()).find(|reply| reply.status != 200);
    let refused = refused.expect("two hundred requests at once are too many");
    refused.problem(429, "too-many");
    assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
    // Guessing keys is limited by the same count, and whoever has one is not kept waiting.
    let guesses = (0..100).map(|_| server.call("GET", "/v1/subjects").key("bailee_0").send());
    assert!(guesses.into_iter().any(|reply| reply.status == 429));
    client.get("/v1/subjects").send().expect(200);
}

#[test]
fn a_slow_head_is_given_up_and_keeps_no_one_waiting() {
    let server = Server::start();
    let client = server.client();
    let slow: Vec<TcpStream> = (0..64)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address().socket()).unwrap();
            stream.write_all(b"GET /v1/subjects HTTP/1.1\r\nHost: bai").unwrap();
            stream
        })
        .collect();
    promptly(AT_ONCE, || client.get("/v1/subjects").send()).expect(200);
    // Ten seconds are a head's time; after it the server hangs up.
    promptly(Duration::from_secs(20), || {
        for mut stream in slow {
            stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            drop(stream.read_to_end(&mut Vec::new()));
        }
    });
}

#[test]
fn a_head_too_long_is_refused() {
    let server = Server::start();
    let reply = server.call("GET", "/healthz").header("X-Long", "x".repeat(100_000)).attempt();
    assert!(reply.is_none_or(|reply| reply.status == 431), "a head has a longest length");
    server.call("GET", "/healthz").send().expect(200);
}

#[test]
fn a_body_that_never_ends_is_given_up() {
    let server = Server::with(Setup { limits: "request_seconds = 1", ..Setup::default() });
    let client = server.client();
    let bytes = client.post("/v1/subjects", &json!({ "role": "end_user" })).into_bytes();
    let text = String::from_utf8(bytes).unwrap().replace("Content-Length: 19", "Content-Length: 1900");
    assert!(text.contains("1900"), "{text}");
    let reply = promptly(Duration::from_secs(10), || stories::exchange(server.address(), text.as_bytes()));
    reply.expect("the server answers").problem(503, "timeout");
}

//! A database that has fewer connections than the server may open.

use std::thread;

use serde_json::json;
use stories::Server;

use super::{on, postgres};

#[test]
fn too_few_connections_make_it_slower_and_nothing_else() {
    // Six for everyone: less than one server wants, for two databases.
    let postgres = postgres(&[
        ("max_connections", "9"),
        ("superuser_reserved_connections", "0"),
        ("max_wal_senders", "0"),
    ]);
    let server = Server::with(on(&postgres, "connections = 16\npatience_seconds = 3"));
    let client = server.client();
    let answered = thread::scope(|scope| {
        let asking = |number: usize| {
            let client = &client;
            scope.spawn(move || (0..10).filter(|turn| is_right(client, number * 10 + turn)).count())
        };
        let all: Vec<_> = (0..32).map(asking).collect();
        all.into_iter().map(|one| one.join().unwrap()).sum::<usize>()
    });
    assert!(answered > 0, "nobody was served");
    client.profile(&json!({ "full_name": "Ada" }));
}

/// Whether it was answered rightly, or else was told to come back: nothing else is an answer.
fn is_right(client: &stories::Actor, number: usize) -> bool {
    let reply = client.post("/v1/subjects", &json!({ "role": "end_user" })).send();
    if reply.status == 503 {
        assert!(reply.header("retry-after").is_some(), "{}", reply.everything());
        return false;
    }
    let subject = reply.expect(201);
    let name = format!("Person {number}");
    let stored = client.profile_call(subject["id"].as_str().unwrap(), &json!({ "full_name": name })).send();
    if stored.status == 503 {
        return false;
    }
    let read = client.read(stored.expect(201)["id"].as_str().unwrap());
    if read.status == 503 {
        return false;
    }
    assert_eq!(read.expect(200)["fields"]["full_name"], name);
    true
}

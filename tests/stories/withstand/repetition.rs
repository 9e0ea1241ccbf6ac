//! Repeated requests: the same key is the same request, or refused.

use serde_json::json;
use stories::Server;

#[test]
fn a_repeated_key_with_another_body_or_path_is_refused() {
    let server = Server::start();
    let client = server.client();
    let (ada, grace) = (client.end_user(), client.end_user());
    let store = |subject: &str, name: &str| {
        client.profile_call(subject, &json!({ "full_name": name })).header("Idempotency-Key", "one").send()
    };
    store(&ada, "Ada").expect(201);
    let reply = store(&ada, "Mallory");
    reply.problem(409, "idempotency-key");
    assert!(!reply.text().contains("Mallory"));
    store(&grace, "Ada").problem(409, "idempotency-key");
    let held =
        client.get(&format!("/v1/subjects/{ada}/records?purpose=service_for_client")).send().expect(200);
    assert_eq!(held["items"][0]["fields"], json!({ "full_name": "Ada" }));
    assert_eq!(held["items"].as_array().unwrap().len(), 1);
}

#[test]
fn another_accounts_key_is_another_key() {
    let server = Server::start();
    let create = |client: &stories::Actor| {
        client
            .post("/v1/subjects", &json!({ "role": "end_user" }))
            .header("Idempotency-Key", "one")
            .send()
            .expect(201)
    };
    let (one, other) = (create(&server.client()), create(&server.client()));
    assert_ne!(one["id"], other["id"]);
}

#[test]
fn repetitions_at_the_same_moment_make_one_record() {
    let server = Server::start();
    let client = server.client();
    let subject = client.end_user();
    let store = || {
        client.profile_call(&subject, &json!({ "full_name": "Ada" })).header("Idempotency-Key", "one").send()
    };
    let ids: Vec<_> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..16).map(|_| scope.spawn(store)).collect();
        calls.into_iter().map(|call| call.join().unwrap().expect(201)["id"].clone()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

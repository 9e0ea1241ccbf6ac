//! A Client that reaches for another's data learns not even whether it is there.

use serde_json::json;
use stories::{Actor, Reply, Server};

type Ask = fn(&Actor, &str) -> Reply;

/// All that could tell.
fn told(reply: &Reply) -> (u16, String) {
    (reply.status, reply.text())
}

#[test]
fn what_is_anothers_answers_as_what_does_not_exist() {
    let server = Server::start();
    let (owner, stranger) = (server.client(), server.client());
    let ada = owner.profile(&json!({ "full_name": "Ada" }));
    let nobody = |kind: &str| format!("{kind}_01a20b8a6cbf86c0b2d1adb3f94e6216");
    let asks: [(&str, Ask); 5] = [
        ("sub", |actor, id| actor.get(&format!("/v1/subjects/{id}")).send()),
        ("sub", |actor, id| actor.get(&format!("/v1/subjects/{id}/records?purpose=support")).send()),
        ("sub", |actor, id| actor.erase(id)),
        ("rec", |actor, id| actor.read(id)),
        ("rec", |actor, id| actor.delete(&format!("/v1/records/{id}")).send()),
    ];
    for (kind, ask) in asks {
        let theirs = if kind == "sub" { &ada.subject } else { &ada.record };
        assert_eq!(told(&ask(&stranger, theirs)), told(&ask(&stranger, &nobody(kind))));
    }
    assert_eq!(owner.read(&ada.record).expect(200)["fields"], json!({ "full_name": "Ada" }));
}

#[test]
fn a_record_cannot_be_added_to_anothers_subject_line_by_line() {
    let server = Server::start();
    let (owner, stranger) = (server.client(), server.client());
    let subject = owner.end_user();
    let line = json!({ "subject": subject, "type": "end_user_profile", "record": { "fields": { "full_name": "Eve" } } });
    let call = stranger.call("POST", "/v1/bulk?purpose=support");
    let answers = call.body("application/x-ndjson", line.to_string()).send().lines();
    assert_eq!(answers[0]["problem"]["type"], "/problems/not-found");
    let held = owner.get(&format!("/v1/subjects/{subject}/records?purpose=support")).send().expect(200);
    assert_eq!(held["items"], json!([]));
}

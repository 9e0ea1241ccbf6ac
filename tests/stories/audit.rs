//! `/audit` and `/v1/audit/entries`

use audit_log::{consistency_proof, verify_consistency};
use serde_json::json;
use stories::{PublishedLog, Server, proof_of};

#[test]
fn every_acknowledged_entry_is_proved_offline() {
    let server = Server::start();
    let (client, log) = (server.client(), PublishedLog::of(&server));
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let read = client.read(&ada.record).expect(200);
    for entry in ada.entries.iter().map(String::as_str).chain(read["entry"].as_str()) {
        proof_of(&client, entry).verify(&log.key).unwrap();
    }
}

#[test]
fn the_private_side_opens_for_the_account_concerned_only() {
    let server = Server::start();
    let (client, other) = (server.client(), server.client());
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let target = format!("/v1/audit/entries/{}?subject={}", ada.entries[1], ada.subject);
    assert_eq!(client.get(&target).send().expect(200)["detail"]["action"], "record.created");
    assert!(other.get(&target).send().expect(200)["detail"].is_null());
    client.erase(&ada.subject).expect(200);
    assert!(client.get(&target).send().expect(200)["detail"].is_null(), "after erasure it points at no one");
}

#[test]
fn a_later_checkpoint_extends_an_earlier_one() {
    let server = Server::start();
    let (client, log) = (server.client(), PublishedLog::of(&server));
    client.profile(&json!({ "full_name": "Ada" }));
    let old = log.checkpoint_beyond(1);
    for _ in 0..5 {
        client.end_user();
    }
    let new = log.checkpoint_beyond(old.size);
    let proof = consistency_proof(&log, old.size, new.size).unwrap();
    verify_consistency(old.size, old.root, new.size, new.root, &proof).unwrap();
    assert!(verify_consistency(old.size, new.root, new.size, new.root, &proof).is_err());
}

#[test]
fn the_whole_log_verifies_as_published_over_several_tiles() {
    let server = Server::start();
    let (client, log) = (server.client(), PublishedLog::of(&server));
    let early = log.checkpoint_beyond(0);
    let line = json!({ "create": { "role": "end_user" } });
    let body: String = (0..600).map(|_| format!("{line}\n")).collect();
    client.call("POST", "/v1/bulk?purpose=support").body("application/x-ndjson", body).send().lines();
    log.checkpoint_beyond(600);
    let verified = log.verify(Some(&early)).unwrap();
    assert!(verified.entries > 600);
}

#[test]
fn tiles_that_are_not_there_are_not_found() {
    let server = Server::start();
    for path in [
        "0/999",
        "0/000.p/255",
        "7/000",
        "entries/x999/999",
        "entries/x018/446/744/073/709/551/615",
        "0/../0",
        "99999/000",
    ] {
        server.call("GET", &format!("/audit/tile/{path}")).send().problem(404, "not-found");
    }
}

#[test]
fn a_subjects_entries_come_newest_first_in_pages() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    client.read(&ada.record).expect(200);
    let (mut actions, mut target) = (Vec::new(), format!("/v1/subjects/{}/entries?limit=1", ada.subject));
    loop {
        let page = client.get(&target).send().expect(200);
        actions.extend(page["items"].as_array().unwrap().iter().map(|one| one["detail"]["action"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        target = format!("/v1/subjects/{}/entries?limit=1&after={next}", ada.subject);
    }
    assert_eq!(actions, ["record.read", "record.created", "subject.created"]);
}

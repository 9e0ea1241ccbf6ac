//! `POST /v1/subjects/{id}/erasure` and `GET /v1/erasures/{id}`

use serde_json::{Value, json};
use stories::{Actor, PublishedLog, Server, eventually, proof_in};

/// Waits until the certificate's entry is in the log.
fn proved(client: &Actor, erasure: &str) -> Value {
    eventually("the proof of a certificate", || {
        let read = client.get(&format!("/v1/erasures/{erasure}")).send().expect(200);
        (read["proof"]["state"] == "proved").then_some(read)
    })
}

#[test]
fn an_erased_person_is_gone_from_every_way_to_them() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "email": "ada@example.com", "full_name": "Ada" }));
    let erased = client.erase(&ada.subject).expect(200);
    assert!(erased["state"] == "shredded" || erased["state"] == "purged", "{erased}");
    client.read(&ada.record).problem(410, "gone");
    client.get(&format!("/v1/subjects/{}/records?purpose=support", ada.subject)).send().problem(410, "gone");
    client.get(&format!("/v1/subjects/{}/entries", ada.subject)).send().problem(410, "gone");
    client.profile_call(&ada.subject, &json!({ "full_name": "Ada" })).send().problem(410, "gone");
    assert_eq!(client.find_by_email("ada@example.com"), Vec::<String>::new());
    let subject = client.get(&format!("/v1/subjects/{}", ada.subject)).send().expect(200);
    assert_eq!(subject["state"], "erased");
}

#[test]
fn erasing_again_answers_with_the_same_erasure() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let (first, second) = (client.erase(&ada.subject).expect(200), client.erase(&ada.subject).expect(200));
    assert_eq!((&first["id"], &first["certificate"]), (&second["id"], &second["certificate"]));
}

#[test]
fn the_certificate_is_proved_offline_by_whoever_holds_it() {
    let server = Server::start();
    let (client, log) = (server.client(), PublishedLog::of(&server));
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let erased = client.erase(&ada.subject).expect(200);
    let held = proved(&client, erased["id"].as_str().unwrap());
    let mut proof = proof_in(&held["proof"]).unwrap();
    proof.verify(&log.key).unwrap();
    proof.leaf.commitment[0] ^= 1;
    assert!(proof.verify(&log.key).is_err(), "a changed leaf must not verify");
    let certificate = &held["certificate"];
    assert_eq!(certificate["keys_destroyed"], 2, "the audit key and that of the profile: {certificate}");
    assert!(certificate["irrecoverable_by"].is_string() && certificate["clause"].is_u64(), "{certificate}");
}

#[test]
fn what_an_exception_keeps_stands_on_the_certificate_with_its_term() {
    let server = Server::start();
    let operator = server.operator();
    let subject = operator.post("/v1/subjects", &json!({ "role": "visitor" })).send().expect(201);
    let subject = subject["id"].as_str().unwrap();
    let target = format!("/v1/subjects/{subject}/records/access_log?purpose=service_diagnosis");
    operator.post(&target, &json!({ "fields": { "ip_address": "192.0.2.7" } })).send().expect(201);
    let erased = operator.erase(subject).expect(200);
    let kept = &erased["certificate"]["kept"][0];
    assert_eq!((&kept["exception"], &kept["records"]), (&json!("access_logs"), &json!(1)), "{erased}");
    assert!(kept["until"].is_string(), "{kept}");
}

#[test]
fn the_rows_are_purged_soon_after() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let erased = client.erase(&ada.subject).expect(200);
    let target = format!("/v1/erasures/{}", erased["id"].as_str().unwrap());
    eventually("the purge", || {
        let read = client.get(&target).send().expect(200);
        (read["state"] == "purged" && read["purged_at"].is_string()).then_some(())
    });
}

//! `/v1/attestations`, and the bundles of assessments

use std::fs;

use serde_json::{Value, json};
use stories::{Actor, PublishedLog, Reply, Server, eventually};

fn attest(operator: &Actor, measure: &str) -> Reply {
    let attested = json!({
        "measure": measure, "document_sha256": "5e".repeat(32), "by": "Ms Porter", "because": "inspection 12 of the doors"
    });
    operator.post("/v1/attestations", &attested).send()
}

fn assessed(operator: &Actor) -> Value {
    operator.call("POST", "/v1/assessments").send().expect(201)
}

fn found(assessment: &Value, promise: &str) -> (String, String) {
    let all = assessment["promises"].as_array().unwrap();
    let one = all.iter().find(|finding| finding["id"] == promise).unwrap();
    (one["status"].as_str().unwrap().to_owned(), one["evidence"].as_str().unwrap().to_owned())
}

#[test]
fn a_promise_rests_on_what_was_attested_and_on_nothing_that_was_taken_back() {
    let server = Server::start();
    let operator = server.operator();
    let (status, evidence) = found(&assessed(&operator), "security");
    assert!(status == "unchecked" && evidence.contains("nobody has attested yet"), "{evidence}");
    let premises = attest(&operator, "premises").expect(201);
    attest(&operator, "staff").expect(201);
    assert_eq!(found(&assessed(&operator), "security").0, "kept");
    // Who said so, and what the document is, is in the entry and nowhere else.
    let entry = premises["entry"].as_str().unwrap();
    let read = operator.get(&format!("/v1/audit/entries/{entry}")).send().expect(200);
    assert_eq!(read["detail"]["case"]["by"], "Ms Porter", "{read}");
    let listed = operator.get("/v1/attestations").send();
    assert!(!listed.everything().contains("Porter"), "{}", listed.everything());
    let listed = listed.expect(200);
    assert_eq!(
        (&listed[0]["measure"], &listed[0]["attestation"]["state"]),
        (&json!("premises"), &json!("holds"))
    );
    assert_eq!((&listed[2]["measure"], &listed[2]["attestation"]), (&json!("conformity"), &Value::Null));
    let target = format!("/v1/attestations/{}/withdraw", premises["id"].as_str().unwrap());
    let why = json!({ "because": "a door stood open" });
    assert_eq!(operator.post(&target, &why).send().expect(200)["state"], "withdrawn");
    operator.post(&target, &why).send().expect(410);
    let (status, evidence) = found(&assessed(&operator), "security");
    assert!(status == "broken" && evidence.contains("taken back"), "{evidence}");
}

#[test]
fn an_attestation_is_of_what_the_policy_declares_and_no_longer_than_that() {
    let server = Server::start();
    let operator = server.operator();
    attest(&operator, "weather").expect(404);
    let too_long = json!({
        "measure": "premises", "document_sha256": "5e".repeat(32), "by": "P", "because": "i", "until": "2199-01-01T00:00:00Z"
    });
    operator.post("/v1/attestations", &too_long).send().expect(400);
    let no_digest = json!({ "measure": "premises", "document_sha256": "5E", "by": "P", "because": "i" });
    operator.post("/v1/attestations", &no_digest).send().expect(400);
    let listed = operator.get("/v1/attestations").send().expect(200);
    assert!(listed.as_array().unwrap().iter().all(|one| one["attestation"].is_null()), "{listed}");
}

#[test]
fn a_bundle_holds_offline_and_an_altered_one_does_not() {
    let server = Server::start();
    let operator = server.operator();
    let key = PublishedLog::of(&server).key.to_string();
    attest(&operator, "premises").expect(201);
    let assessment = assessed(&operator);
    let target = format!("/v1/assessments/{}", assessment["id"].as_str().unwrap());
    let mut again = operator.get(&target).send().expect(200);
    again["promises"][0]["checked_at"] = assessment["promises"][0]["checked_at"].clone();
    assert_eq!(again, assessment);
    let zip = eventually("a bundle whose entry has its place", || {
        let reply = operator.get(&format!("{target}/bundle")).send();
        (reply.status == 200).then_some(reply.body)
    });
    let file = server.data().join("../bundle.zip");
    let verify = || server.run(&["audit", "assessment", file.to_str().unwrap(), "--key", &key]);
    fs::write(&file, &zip).unwrap();
    let held = verify();
    let said = String::from_utf8([held.stdout, held.stderr].concat()).unwrap();
    assert_eq!(held.status.code(), Some(0), "{said}");
    assert!(said.contains("the bundle holds"), "{said}");
    assert!(said.contains(assessment["headline"].as_str().unwrap()), "{said}");
    // What is deflated no longer reads when a byte of it is another.
    let place = zip.len() / 2;
    let mut altered = zip;
    altered[place] ^= 1;
    fs::write(&file, altered).unwrap();
    assert_ne!(verify().status.code(), Some(0));
    let history = operator.get("/v1/assessments/history?limit=100").send().expect(200);
    assert!(
        history["items"].as_array().unwrap().iter().any(|one| one["id"] == assessment["id"]),
        "{history}"
    );
}

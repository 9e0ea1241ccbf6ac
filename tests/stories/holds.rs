//! `/v1/holds`

use serde_json::{Value, json};
use stories::{Actor, Server, eventually};

/// Someone who signed up, with their account details: `(subject, record)`.
fn direct(operator: &Actor) -> (String, String) {
    let subject = operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201);
    let subject = subject["id"].as_str().unwrap().to_owned();
    let target = format!("/v1/subjects/{subject}/records/client_profile?purpose=orders");
    let fields = json!({ "full_name": "Mallory", "email": "mallory@example.com" });
    let record = operator.post(&target, &json!({ "fields": fields })).send().expect(201);
    (subject, record["id"].as_str().unwrap().to_owned())
}

fn hold_on(operator: &Actor, subject: &str) -> Value {
    let hold = json!({
        "subject": subject, "exception": "fraud", "determined_by": "Ms Chief", "evidence": "chargebacks 1 to 9"
    });
    operator.post("/v1/holds", &hold).send().expect(201)
}

fn release(operator: &Actor, hold: &Value) -> Value {
    let target = format!("/v1/holds/{}/release", hold["id"].as_str().unwrap());
    let why = json!({ "determined_by": "Ms Chief", "evidence": "the bank was wrong" });
    operator.post(&target, &why).send().expect(200)
}

#[test]
fn a_refusal_to_delete_says_what_why_and_until_when() {
    let server = Server::start();
    let operator = server.operator();
    let (subject, record) = direct(&operator);
    let hold = hold_on(&operator, &subject);
    assert!(hold["record_types"].as_array().unwrap().contains(&json!("client_profile")), "{hold}");
    let problem = operator.delete(&format!("/v1/records/{record}")).send().problem(409, "frozen");
    assert_eq!((&problem["frozen_by"], &problem["until"]), (&hold["id"], &hold["review_at"]), "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("fraud") && detail.contains("investigating fraud"), "{detail}");
    // The refusal is in the log, and the words of whoever determined it are nowhere else.
    let entries = operator.get(&format!("/v1/subjects/{subject}/entries")).send().expect(200);
    let of = |action: &str| {
        let all = entries["items"].as_array().unwrap();
        all.iter().find(|entry| entry["detail"]["action"] == action).unwrap()["detail"].clone()
    };
    assert_eq!(of("deletion.refused")["outcome"], "refused", "{entries}");
    assert_eq!(of("hold.placed")["case"]["because"], "chargebacks 1 to 9", "{entries}");
    let read = operator.get(&format!("/v1/holds/{}", hold["id"].as_str().unwrap())).send();
    assert!(!read.everything().contains("chargebacks"), "{}", read.everything());
    // What is kept is not overwritten either; it can still be read.
    let target = format!("/v1/records/{record}?purpose=orders");
    operator.get(&target).send().expect(200);
    operator.patch(&target, &json!({ "full_name": "Alice" })).send().problem(409, "frozen");
    release(&operator, &hold);
    operator.delete(&format!("/v1/records/{record}")).send().expect(200);
}

#[test]
fn what_a_hold_does_not_name_goes() {
    let server = Server::start();
    let operator = server.operator();
    let (subject, _) = direct(&operator);
    let target = format!("/v1/subjects/{subject}/records/support_message?purpose=support");
    let message = operator.post(&target, &json!({ "fields": { "body": "Hello" } })).send().expect(201);
    hold_on(&operator, &subject);
    operator.delete(&format!("/v1/records/{}", message["id"].as_str().unwrap())).send().expect(200);
}

#[test]
fn an_erasure_keeps_what_is_held_until_it_is_released() {
    let server = Server::start();
    let operator = server.operator();
    let (subject, record) = direct(&operator);
    let hold = hold_on(&operator, &subject);
    let erased = operator.erase(&subject).expect(200);
    let kept = &erased["certificate"]["kept"];
    assert_eq!(kept.as_array().unwrap().len(), 1, "only what is there: {kept}");
    assert_eq!((&kept[0]["exception"], &kept[0]["record_type"]), (&json!("fraud"), &json!("client_profile")));
    assert_eq!(kept[0]["determined"]["hold"], hold["id"], "{kept}");
    assert_eq!(kept[0]["determined"]["review_at"], hold["review_at"], "{kept}");
    assert!(kept[0]["determined"]["by"].as_str().unwrap().contains("law enforcement"), "{kept}");
    assert!(!erased.to_string().contains("chargebacks"), "the evidence stays sealed");
    operator.get(&format!("/v1/records/{record}?purpose=fraud_prevention")).send().problem(410, "gone");
    let held = || operator.get(&format!("/v1/subjects/{subject}")).send();
    assert_eq!(held().expect(200)["state"], "erased");
    release(&operator, &hold);
    eventually("nothing left of them", || (held().status == 404).then_some(()));
    let released = operator.get("/v1/holds?closed=true").send().expect(200);
    assert_eq!(released["items"][0]["state"], "released", "{released}");
}

#[test]
fn what_cannot_be_determined_is_not_held() {
    let server = Server::start();
    let operator = server.operator();
    let (subject, _) = direct(&operator);
    let hold = |subject: &str, exception: &str, evidence: &str| {
        let body = json!({
            "subject": subject, "exception": exception, "determined_by": "Me", "evidence": evidence
        });
        operator.post("/v1/holds", &body).send()
    };
    hold(&subject, "whatever", "x").problem(404, "not-found");
    let automatic = hold(&subject, "access_logs", "x").problem(400, "malformed");
    assert!(automatic["detail"].as_str().unwrap().contains("by itself"), "{automatic}");
    hold(&subject, "fraud", " ").problem(400, "malformed");
    let other = server.client();
    hold(&other.end_user(), "fraud", "x").problem(404, "not-found");
    operator.erase(&subject).expect(200);
    // Purged or not yet.
    assert!(matches!(hold(&subject, "fraud", "too late").status, 404 | 410));
    assert_eq!(operator.get("/v1/holds").send().expect(200)["items"], json!([]));
}

#[test]
fn a_hold_is_reviewed_and_released_once() {
    let server = Server::start();
    let operator = server.operator();
    let (subject, _) = direct(&operator);
    let hold = hold_on(&operator, &subject);
    let target = format!("/v1/holds/{}/review", hold["id"].as_str().unwrap());
    let again = json!({ "determined_by": "Ms Chief", "evidence": "still open" });
    let reviewed = operator.post(&target, &again).send().expect(200);
    assert_eq!((&reviewed["state"], &reviewed["placed_at"]), (&json!("placed"), &hold["placed_at"]));
    release(&operator, &hold);
    operator.post(&target, &again).send().problem(410, "gone");
    let target = format!("/v1/holds/{}/release", hold["id"].as_str().unwrap());
    operator.post(&target, &again).send().problem(410, "gone");
}

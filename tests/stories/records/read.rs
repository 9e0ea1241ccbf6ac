//! `GET /v1/records/{id}`

use serde_json::json;
use stories::Server;

#[test]
fn what_the_purpose_does_not_cover_is_withheld_with_its_reason() {
    let server = Server::start();
    let operator = server.operator();
    let subject = operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201);
    let target =
        format!("/v1/subjects/{}/records/support_message?purpose=support", subject["id"].as_str().unwrap());
    let fields = json!({ "full_name": "Ada", "phone": "+49 30 123456", "body": "Hello" });
    let stored = operator.post(&target, &json!({ "fields": fields })).send().expect(201);
    // Zendesk receives a name and an e-mail, nothing else.
    let target = format!("/v1/records/{}?purpose=support&recipient=zendesk", stored["id"].as_str().unwrap());
    let reply = operator.get(&target).send();
    let read = reply.expect(200);
    assert_eq!(read["fields"], json!({ "full_name": "Ada" }));
    let withheld = read["withheld"].as_array().unwrap();
    let fields: Vec<_> = withheld.iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["phone", "body"], "{read}");
    assert!(withheld.iter().all(|one| one["clause"].is_u64() && one["text"].is_string()), "{read}");
    assert!(!reply.text().contains("123456") && !reply.text().contains("Hello"));
}

#[test]
fn a_purpose_that_opens_nothing_is_refused_with_its_clause() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let reply = client.get(&format!("/v1/records/{}?purpose=marketing", ada.record)).send();
    let problem = reply.problem(403, "refused");
    assert!(problem["clause"].is_u64() && problem["sentence"].is_string(), "{problem}");
    assert!(!reply.text().contains("Ada"));
}

#[test]
fn every_reading_is_recorded_with_its_purpose() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let read = client.read(&ada.record).expect(200);
    let entries = client.get(&format!("/v1/subjects/{}/entries", ada.subject)).send().expect(200);
    let newest = &entries["items"][0];
    assert_eq!(newest["entry"], read["entry"]);
    let detail = &newest["detail"];
    assert_eq!(
        (&detail["action"], &detail["purpose"]),
        (&json!("record.read"), &json!("service_for_client"))
    );
    assert_eq!(detail["categories"], json!(["full_name"]));
}

#[test]
fn a_reply_with_personal_data_is_not_to_be_cached() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    assert_eq!(client.read(&ada.record).header("cache-control"), Some("no-store"));
}

//! `POST /v1/subjects/{id}/records/{type}`

use serde_json::json;
use stories::Server;

#[test]
fn a_record_is_stored_with_its_expiry_and_read_back() {
    let server = Server::start();
    let operator = server.operator();
    let subject = operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201);
    let subject = subject["id"].as_str().unwrap();
    let target = format!("/v1/subjects/{subject}/records/support_message?purpose=support");
    let reply = operator.post(&target, &json!({ "fields": { "body": "Hello" }, "source": "subject" })).send();
    let stored = reply.expect(201);
    assert_eq!(reply.header("etag"), Some("\"1\""));
    assert_eq!(stored["collected_for"], json!(["support"]));
    assert!(stored["expires_at"].is_string(), "a support message is kept for three years: {stored}");

    let record = stored["id"].as_str().unwrap();
    let read = operator.get(&format!("/v1/records/{record}?purpose=support")).send().expect(200);
    assert_eq!(read["fields"], json!({ "body": "Hello" }));
}

#[test]
fn while_the_account_lives_a_record_has_no_expiry() {
    let server = Server::start();
    let client = server.client();
    let subject = client.end_user();
    let stored = client.profile_call(&subject, &json!({ "email": "ada@example.com" })).send().expect(201);
    assert!(stored["expires_at"].is_null(), "{stored}");
}

#[test]
fn a_purpose_that_the_record_type_is_not_for_is_refused_and_recorded() {
    let server = Server::start();
    let client = server.client();
    let subject = client.end_user();
    let target = format!("/v1/subjects/{subject}/records/end_user_profile?purpose=marketing");
    let problem =
        client.post(&target, &json!({ "fields": { "full_name": "Ada" } })).send().problem(403, "refused");
    assert!(problem["clause"].is_u64() && problem["reason"].is_string(), "{problem}");
    let entries = client.get(&format!("/v1/subjects/{subject}/entries")).send().expect(200);
    assert_eq!(entries["items"][0]["entry"], problem["entry"]);
    assert_eq!(entries["items"][0]["detail"]["outcome"], "refused");
}

#[test]
fn a_purpose_that_needs_a_choice_is_refused_without_one() {
    let server = Server::start();
    let client = server.client();
    let subject = client.end_user();
    let target = format!("/v1/subjects/{subject}/records/end_user_profile?purpose=mailing_for_client");
    client.post(&target, &json!({ "fields": { "full_name": "Ada" } })).send().problem(403, "refused");
}

#[test]
fn a_card_number_is_refused_wherever_it_hides() {
    let server = Server::start();
    let client = server.client();
    let subject = client.end_user();
    let target = format!("/v1/subjects/{subject}/records/end_user_content?purpose=service_for_client");
    let hidden = json!({ "fields": { "content": "please use 4111 1111 1111 1111 for it" } });
    let reply = client.post(&target, &hidden).send();
    let problem = reply.problem(422, "invalid");
    assert_eq!(problem["fields"][0]["field"], "content");
    assert!(!reply.everything().contains("4111"), "a refused value is not repeated");
}

#[test]
fn a_repeated_request_makes_one_record() {
    let server = Server::start();
    let client = server.client();
    let subject = client.end_user();
    let call =
        || client.profile_call(&subject, &json!({ "full_name": "Ada" })).header("Idempotency-Key", "one");
    let (first, second) = (call().send().expect(201), call().send().expect(201));
    assert_eq!((&first["id"], &first["entry"]), (&second["id"], &second["entry"]));
    let held =
        client.get(&format!("/v1/subjects/{subject}/records?purpose=service_for_client")).send().expect(200);
    assert_eq!(held["items"].as_array().unwrap().len(), 1);
}

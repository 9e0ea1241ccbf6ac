//! `/v1/requests`

use domain::{Clock, ambient::SystemClock};
use jiff::SignedDuration;
use serde_json::{Value, json};
use stories::{Actor, Server};

/// A request that names an e-mail address.
fn asks(actor: &Actor, right: &str, email: &str) -> Value {
    let body = json!({
        "right": right, "channel": "email", "message": "Please.",
        "identifiers": [{ "field": "email", "value": email }],
    });
    actor.post("/v1/requests", &body).send().expect(201)
}

fn target(request: &Value, step: &str) -> String {
    format!("/v1/requests/{}/{step}", request["id"].as_str().unwrap())
}

fn code(actor: &Actor, request: &Value) -> String {
    let made = actor.post(&target(request, "codes"), &json!({ "identifier": 0 })).send().expect(201);
    made["code"].as_str().unwrap().to_owned()
}

fn verify(actor: &Actor, request: &Value) -> Value {
    let code = code(actor, request);
    actor.post(&target(request, "verify"), &json!({ "identifier": 0, "code": code })).send().expect(200)
}

fn fulfil(actor: &Actor, request: &Value) -> Value {
    actor.post(&target(request, "fulfil"), &json!({ "because": "as asked" })).send().expect(200)
}

#[test]
fn nobody_is_answered_who_did_not_prove_to_be_the_person() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let request = asks(&client, "erasure", "ada@example.com");
    assert_eq!((&request["state"], &request["subjects"]), (&json!("verifying"), &json!([])), "{request}");
    let early = client.post(&target(&request, "fulfil"), &json!({ "because": "x" })).send();
    assert!(early.problem(409, "not-now")["detail"].as_str().unwrap().contains("verify"), "{request}");
    let wrong = json!({ "identifier": 0, "code": "0000000000" });
    code(&client, &request);
    client.post(&target(&request, "verify"), &wrong).send().problem(403, "code");
    client.read(&ada.record).expect(200);
    let verified = verify(&client, &request);
    assert_eq!((&verified["state"], &verified["subjects"]), (&json!("open"), &json!([ada.subject])));
    let done = fulfil(&client, &request);
    assert_eq!((&done["state"], done["erasures"].as_array().map(Vec::len)), (&json!("fulfilled"), Some(1)));
    client.read(&ada.record).problem(410, "gone");
    client.post(&target(&request, "fulfil"), &json!({ "because": "again" })).send().problem(409, "not-now");
}

#[test]
fn whether_anyone_is_known_shows_only_to_who_proved_to_be_them() {
    let server = Server::start();
    let client = server.client();
    client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let shape = |email: &str| {
        let mut request = asks(&client, "access", email);
        for personal in ["id", "received_at", "due_at", "record", "entry", "steps"] {
            request[personal] = Value::Null;
        }
        request
    };
    assert_eq!(shape("ada@example.com"), shape("nobody@example.com"));
    let request = asks(&client, "access", "nobody@example.com");
    assert_eq!(verify(&client, &request)["subjects"], json!([]));
}

#[test]
fn what_is_not_proved_finds_no_one() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "email": "ada@example.com" }));
    client.profile(&json!({ "phone": "+49 30 901820" }));
    let body = json!({
        "right": "erasure",
        "identifiers": [
            { "field": "email", "value": "ada@example.com" }, { "field": "phone", "value": "+49 30 901820" }
        ],
    });
    let request = client.post("/v1/requests", &body).send().expect(201);
    let verified = verify(&client, &request);
    assert_eq!(verified["subjects"], json!([ada.subject]), "{verified}");
    assert_eq!(verified["identifiers"][1]["is_proved"], false);
    let by_hand = json!({ "identifier": 1, "by_hand": { "by": "Bob", "because": "called the number back" } });
    let both = client.post(&target(&request, "verify"), &by_hand).send().expect(200);
    assert_eq!(both["subjects"].as_array().map(Vec::len), Some(2), "{both}");
}

#[test]
fn a_code_is_tried_five_times_and_good_once() {
    let server = Server::start();
    let client = server.client();
    let request = asks(&client, "access", "ada@example.com");
    let attempt = |code: &str| {
        client.post(&target(&request, "verify"), &json!({ "identifier": 0, "code": code })).send()
    };
    let first = code(&client, &request);
    for _ in 0..5 {
        attempt("WRONGWRONG").problem(403, "code");
    }
    attempt(&first).problem(403, "code");
    let second = code(&client, &request);
    attempt(&first).problem(403, "code");
    attempt(&second.to_lowercase()).expect(200);
    attempt(&second).problem(409, "not-now");
    let last = asks(&client, "access", "ada@example.com");
    for _ in 0..3 {
        code(&client, &last);
    }
    client.post(&target(&last, "codes"), &json!({ "identifier": 0 })).send().problem(409, "not-now");
}

#[test]
fn an_end_users_request_is_passed_on_and_tells_the_operator_nothing() {
    let server = Server::start();
    let (operator, client, other) = (server.operator(), server.client(), server.client());
    let ada = client.profile(&json!({ "email": "ada@example.com" }));
    let body = json!({
        "right": "erasure", "channel": "post", "client": client.account, "message": "Delete me",
        "identifiers": [{ "field": "email", "value": "ada@example.com" }],
    });
    let passed_on = operator.post("/v1/requests", &body).send().expect(201);
    assert_eq!(passed_on["subjects"], Value::Null, "{passed_on}");
    let queue = client.get("/v1/requests").send().expect(200);
    assert_eq!(queue["items"][0]["id"], passed_on["id"], "{queue}");
    assert_eq!(operator.get("/v1/requests").send().expect(200)["items"], json!([]));
    // The operator sees it move and nothing of whom it is about; it cannot answer in the Client's place.
    verify(&client, &passed_on);
    let seen = operator.get(&format!("/v1/requests/{}", passed_on["id"].as_str().unwrap())).send();
    assert!(!seen.everything().contains(&ada.subject), "{}", seen.everything());
    assert_eq!(seen.expect(200)["state"], "open");
    operator.post(&target(&passed_on, "fulfil"), &json!({ "because": "x" })).send().problem(404, "not-found");
    let stranger = format!("/v1/requests/{}", passed_on["id"].as_str().unwrap());
    other.get(&stranger).send().problem(404, "not-found");
    fulfil(&client, &passed_on);
    client.read(&ada.record).problem(410, "gone");
    // Only the operator passes requests on.
    other.post("/v1/requests", &body).send().problem(404, "not-found");
}

#[test]
fn the_same_person_asking_for_the_same_is_one_request() {
    let server = Server::start();
    let client = server.client();
    client.profile(&json!({ "email": "ada@example.com" }));
    let (first, second) =
        (asks(&client, "access", "ada@example.com"), asks(&client, "access", "ada@example.com"));
    verify(&client, &first);
    let doubled = verify(&client, &second);
    assert_eq!((&doubled["state"], &doubled["duplicate_of"]), (&json!("duplicate"), &first["id"]));
}

#[test]
fn what_an_open_request_needs_stays_until_it_is_answered() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let vouched = json!({
        "right": "access", "subject": ada.subject, "verified": { "because": "signed in with a passkey" }
    });
    let request = client.post("/v1/requests", &vouched).send().expect(201);
    assert_eq!(request["state"], "open", "{request}");
    let kept = client.delete(&format!("/v1/records/{}", ada.record)).send().problem(409, "frozen");
    assert_eq!((&kept["frozen_by"], &kept["until"]), (&request["id"], &request["due_at"]), "{kept}");
    client.erase(&ada.subject).problem(409, "frozen");
    client.post(&target(&request, "withdraw"), &json!({})).send().expect(200);
    client.delete(&format!("/v1/records/{}", ada.record)).send().expect(200);
}

#[test]
fn a_restriction_and_an_objection_bind_at_the_next_decision() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let vouched = |right: &str| {
        let verified = json!({ "because": "signed in" });
        let body = json!({ "right": right, "subject": ada.subject, "verified": verified });
        client.post("/v1/requests", &body).send().expect(201)
    };
    let objection = vouched("objection");
    client
        .post(&target(&objection, "fulfil"), &json!({ "because": "none named" }))
        .send()
        .problem(400, "malformed");
    let body = json!({ "because": "as asked", "objections": ["purposes.support"] });
    client.post(&target(&objection, "fulfil"), &body).send().expect(200);
    let for_support = client.get(&format!("/v1/records/{}?purpose=support", ada.record)).send();
    assert_eq!(for_support.problem(403, "refused")["reason"], "objected");
    client.read(&ada.record).expect(200);
    fulfil(&client, &vouched("restriction"));
    assert_eq!(client.read(&ada.record).problem(403, "refused")["reason"], "restricted");
    client.get(&format!("/v1/records/{}?purpose=requests", ada.record)).send().expect(200);
}

#[test]
fn a_correction_reaches_only_the_person_who_asked() {
    let server = Server::start();
    let client = server.client();
    let (ada, bob) =
        (client.profile(&json!({ "full_name": "Ada" })), client.profile(&json!({ "full_name": "Bob" })));
    let verified = json!({ "because": "signed in" });
    let body = json!({ "right": "rectification", "subject": ada.subject, "verified": verified });
    let request = client.post("/v1/requests", &body).send().expect(201);
    let correct = |record: &str| {
        let corrections = json!([{ "record": record, "fields": { "full_name": "Ada Lovelace" } }]);
        let body = json!({ "because": "her passport", "corrections": corrections });
        client.post(&target(&request, "fulfil"), &body).send()
    };
    // A system outside has its part in it, and until it is done nothing is.
    let early = correct(&ada.record).problem(409, "not-now");
    assert!(early["detail"].as_str().unwrap().contains("system"), "{early}");
    let done = json!({ "by": "the archive", "because": "page 3 replaced" });
    client.post(&target(&request, "tasks/crm"), &done).send().problem(409, "not-now");
    let tasks = &client.post(&target(&request, "tasks/paper_files"), &done).send().expect(200)["tasks"];
    assert!(tasks[0]["done_at"].is_string(), "{tasks}");
    correct(&bob.record).problem(404, "not-found");
    correct(&ada.record).expect(200);
    assert_eq!(client.read(&ada.record).expect(200)["fields"]["full_name"], "Ada Lovelace");
    assert_eq!(client.read(&bob.record).expect(200)["fields"]["full_name"], "Bob");
}

#[test]
fn the_clock_runs_from_receipt_and_every_step_is_seen_and_logged() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let verified = json!({ "because": "knew her voice" });
    let received = day(-3);
    let body = json!({
        "right": "portability", "channel": "voice", "received_on": received, "subject": ada.subject,
        "verified": verified,
    });
    let request = client.post("/v1/requests", &body).send().expect(201);
    assert!(request["received_at"].as_str().unwrap().starts_with(&received), "{request}");
    let why = json!({ "by": "Bob", "because": "we asked which account she means" });
    let paused = client.post(&target(&request, "pause"), &why).send().expect(200);
    assert!(paused["paused_since"].is_string());
    client.post(&target(&request, "fulfil"), &why).send().problem(409, "not-now");
    client.post(&target(&request, "resume"), &json!({})).send().expect(200);
    let extended = client.post(&target(&request, "extend"), &why).send().expect(200);
    assert!(extended["due_at"].as_str() > request["due_at"].as_str(), "{extended}");
    client.post(&target(&request, "extend"), &why).send().problem(409, "not-now");
    let denied = json!({ "because": "asked three times this week", "by": "Bob" });
    let done = client.post(&target(&request, "deny"), &denied).send().expect(200);
    let steps: Vec<&str> =
        done["steps"].as_array().unwrap().iter().filter_map(|step| step["what"].as_str()).collect();
    assert_eq!(steps, ["received", "verified", "paused", "resumed", "extended", "refused"]);
    let entries = client.get(&format!("/v1/subjects/{}/entries", ada.subject)).send().expect(200);
    for action in ["opened", "paused", "resumed", "extended", "refused"] {
        let action = format!("request.{action}");
        let logged = entries["items"].as_array().unwrap().iter().any(|one| one["detail"]["action"] == action);
        assert!(logged, "{action}: {entries}");
    }
    let tomorrow = json!({ "right": "access", "received_on": day(2), "subject": ada.subject, "verified": { "because": "x" } });
    client.post("/v1/requests", &tomorrow).send().problem(400, "malformed");
}

/// The day that lies so many days after today, as it is written.
fn day(days: i64) -> String {
    let then = SystemClock.now() + SignedDuration::from_hours(24 * days);
    then.to_string()[..10].to_owned()
}

#[test]
fn bad_requests_change_nothing() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    for body in [
        json!({ "right": "access" }),
        json!({ "right": "access", "subject": ada.subject }),
        json!({ "right": "everything", "subject": ada.subject, "verified": { "because": "x" } }),
        json!({ "right": "access", "verified": { "because": "x" } }),
        json!({ "right": "access", "subject": ada.subject, "verified": { "because": " " } }),
        json!({ "right": "access", "identifiers": [
            { "field": "email", "value": "a@example.com" }, { "field": "email", "value": "b@example.com" } ] }),
    ] {
        client.post("/v1/requests", &body).send().problem(400, "malformed");
    }
    let undeclared = json!({ "right": "access", "identifiers": [{ "field": "shoe_size", "value": "43" }] });
    client.post("/v1/requests", &undeclared).send().problem(422, "invalid");
    let malformed =
        json!({ "right": "access", "identifiers": [{ "field": "email", "value": "not an address" }] });
    client.post("/v1/requests", &malformed).send().problem(422, "invalid");
    assert_eq!(client.get("/v1/requests").send().expect(200)["items"], json!([]));
}

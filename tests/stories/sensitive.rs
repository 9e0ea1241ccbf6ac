//! The promise `sensitive`: what free text says of health, origin, politics and belief is flagged or refused on its way in.

use serde_json::{Value, json};
use stories::{Actor, Reply, Server, policy};

const ILL: &str = "I was diagnosed with it in May";

/// A visitor of the operator's.
fn visitor(operator: &Actor) -> String {
    let made = operator.post("/v1/subjects", &json!({ "role": "visitor" })).send().expect(201);
    made["id"].as_str().unwrap().to_owned()
}

fn write(operator: &Actor, subject: &str, body: &str) -> Reply {
    let target = format!("/v1/subjects/{subject}/records/support_message?purpose=support");
    operator.post(&target, &json!({ "fields": { "body": body } })).send()
}

fn flagged(actor: &Actor) -> Vec<Value> {
    let query = json!({ "select": { "flagged": true } });
    let found = actor.post("/v1/records/metadata/query?purpose=support", &query).send().expect(200);
    found["items"].as_array().unwrap().clone()
}

/// The reference policy, to be changed.
fn reference() -> String {
    std::fs::read_to_string(policy("influxis-2018.toml")).unwrap()
}

#[test]
fn sensitive() {
    let server = Server::start();
    let operator = server.operator();
    let ada = visitor(&operator);
    let plain = write(&operator, &ada, "Where is my invoice?").expect(201);
    assert_eq!(plain["flags"], json!([]));
    let mut marked = Vec::new();
    for (body, flag) in [
        (ILL, "sensitive:health"),
        ("Ich bin seit Mai krankgeschrieben", "sensitive:health"),
        ("Ma religion est mon affaire", "sensitive:religion"),
        ("Mi ideologia política", "sensitive:political_opinion"),
        ("I am 11 years old", "children:stated_age"),
    ] {
        let stored = write(&operator, &ada, body).expect(201);
        assert_eq!(stored["flags"], json!([flag]), "{body}");
        marked.push(stored["id"].clone());
    }
    let line = json!({ "subject": ada, "type": "support_message", "record": { "fields": { "body": ILL } } });
    let bulk =
        operator.call("POST", "/v1/bulk?purpose=support").body("application/x-ndjson", line.to_string());
    let answer: Value = serde_json::from_str(bulk.send().text().trim()).unwrap();
    assert_eq!(answer["record"]["flags"], json!(["sensitive:health"]));
    marked.push(answer["record"]["id"].clone());

    let listed = flagged(&operator);
    let mut found: Vec<Value> = listed.iter().map(|item| item["id"].clone()).collect();
    (found, marked) = (sorted(found), sorted(marked));
    assert_eq!(found, marked, "the custodian finds what was flagged");
    assert_eq!(flagged(&server.client()), Vec::<Value>::new(), "and no one else");
    assert!(!json!(listed).to_string().contains("diagnosed"));

    let ill = format!("/v1/records/{}?purpose=support", marked[0].as_str().unwrap());
    let mended = operator.patch(&ill, &json!({ "body": "never mind" })).send().expect(200);
    assert_eq!(mended["flags"], json!([]));
    assert_eq!(flagged(&operator).len(), marked.len() - 1);
}

#[test]
fn what_the_policy_refuses_names_class_and_field_and_repeats_nothing() {
    let server = Server::start();
    let operator = server.operator();
    operator.publish(&reference().replace("free_text = \"flag\"", "free_text = \"refuse\"")).expect(201);
    let ada = visitor(&operator);
    let stored = write(&operator, &ada, "Where is my invoice?").expect(201);
    let target = format!("/v1/records/{}?purpose=support", stored["id"].as_str().unwrap());
    for refused in [write(&operator, &ada, ILL), operator.patch(&target, &json!({ "body": ILL })).send()] {
        assert!(!refused.text().contains("diagnosed"), "{}", refused.text());
        let problem = refused.problem(403, "refused");
        let said = (&problem["clause"], &problem["promise"], &problem["reason"]);
        assert_eq!(said, (&json!(10), &json!("sensitive"), &json!("sensitive_text")), "{problem}");
        assert_eq!(problem["fields"][0]["field"], "body");
        assert!(problem["fields"][0]["detail"].as_str().unwrap().contains("sensitive:health"));
        assert!(problem["entry"].is_string());
    }
    let child = write(&operator, &ada, "I am 11 years old").problem(403, "refused");
    assert_eq!((&child["promise"], &child["reason"]), (&json!("children"), &json!("stated_age")));
    assert_eq!(flagged(&operator), Vec::<Value>::new());
    // A right does not depend on how it is asked for.
    let asks = json!({
        "right": "access", "channel": "email", "message": ILL,
        "identifiers": [{ "field": "email", "value": "ada@example.com" }],
    });
    operator.post("/v1/requests", &asks).send().expect(201);
    let words = flagged(&operator);
    assert_eq!((words.len(), &words[0]["flags"]), (1, &json!(["sensitive:health"])), "{words:?}");
    for select in [json!({ "flagged": false }), json!({ "flagged": true, "subject": ada })] {
        let query = json!({ "select": select });
        operator.post("/v1/records/metadata/query?purpose=support", &query).send().problem(400, "malformed");
    }
}

fn sorted(mut all: Vec<Value>) -> Vec<Value> {
    all.sort_by_key(Value::to_string);
    all
}

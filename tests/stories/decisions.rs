//! `POST /v1/decisions`

use serde_json::json;
use stories::Server;

#[test]
fn a_question_is_answered_with_the_clause_and_recorded() {
    let server = Server::start();
    let client = server.client();
    let subject = client.end_user();
    let ask = |purpose: &str| {
        let question = json!({ "subject": subject, "category": "email", "purpose": purpose });
        client.post("/v1/decisions", &question).send().expect(200)
    };
    let (yes, no) = (ask("support"), ask("marketing"));
    assert_eq!((&yes["allowed"], &no["allowed"]), (&json!(true), &json!(false)));
    assert_eq!(yes["reasons"], json!([]));
    assert!(
        no["clause"].is_u64() && no["sentence"].is_string() && !no["reasons"].as_array().unwrap().is_empty(),
        "{no}"
    );

    let entries = client.get(&format!("/v1/subjects/{subject}/entries")).send().expect(200);
    let recorded: Vec<_> = entries["items"].as_array().unwrap().iter().map(|one| &one["entry"]).collect();
    assert!(recorded.contains(&&yes["entry"]) && recorded.contains(&&no["entry"]), "{entries}");
}

#[test]
fn names_that_nobody_declared_are_refused_and_not_repeated() {
    let server = Server::start();
    let client = server.client();
    let question = json!({ "subject": client.end_user(), "category": "email", "purpose": "conquest" });
    let reply = client.post("/v1/decisions", &question).send();
    let answer = reply.expect(200);
    assert_eq!(
        (&answer["allowed"], &answer["reasons"][0]["reason"]),
        (&json!(false), &json!("unknown_purpose"))
    );
    assert!(!reply.text().contains("conquest"));
}

//! Every operation that changes something, or opens something, leaves an audit entry; refused by the policy, too.

use serde_json::{Value, json};
use stories::{Actor, Server, Setup, eventually, operations};

use super::table::{Fixture, rows};

/// Records a question, so that what lies between two marks in the log is known.
fn mark(client: &Actor, subject: &str) -> String {
    let question = json!({ "subject": subject, "category": "email", "purpose": "support" });
    client.post("/v1/decisions", &question).send().expect(200)["entry"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The place of an entry in the log.
fn place(client: &Actor, entry: &str) -> u64 {
    eventually("the place of an entry", || {
        client.get(&format!("/v1/audit/entries/{entry}")).send().expect(200)["index"].as_u64()
    })
}

#[test]
fn every_mutating_operation_leaves_an_entry() {
    let server = Server::with(Setup { limits: "choices_per_minute = 1000", ..Setup::default() });
    let operator = server.operator();
    let watcher = server.client();
    let watched = watcher.end_user();
    let mutating: Vec<String> =
        operations(&server).into_iter().filter(|one| one.is_mutating()).map(|one| one.id).collect();
    let mut between = Vec::new();
    for operation in &mutating {
        // Fresh for each, since the operations destroy or narrow what they are about.
        let client = server.client();
        let about = Fixture::of(&client, &operator);
        let row = rows(&about).into_iter().find(|row| row.operation == operation).unwrap();
        let caller = if row.is_operators { &operator } else { &client };
        let before = mark(&watcher, &watched);
        let reply = row.call(&server).key(caller.key()).send();
        assert!(reply.status < 300, "{operation}: {}", reply.everything());
        let after = mark(&watcher, &watched);
        between.push((operation.as_str(), before, after));
    }
    for (operation, before, after) in between {
        let entries = place(&watcher, &after) - place(&watcher, &before) - 1;
        // A look-up that finds no one stores nothing about what was asked.
        let expected = u64::from(operation != "lookupSubject");
        assert!(entries >= expected, "{operation} left no entry");
    }
}

#[test]
fn every_refusal_of_the_policy_leaves_an_entry_with_its_reason() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let (subject, record) = (&ada.subject, &ada.record);
    let fields = json!({ "fields": { "full_name": "Ada" } });
    let create = format!("/v1/subjects/{subject}/records/end_user_profile?purpose=marketing");
    let refused = [
        client.post("/v1/subjects", &json!({ "role": "end_user", "age": "child" })),
        client.post(&create, &fields),
        client.get(&format!("/v1/records/{record}?purpose=marketing")),
        client.patch(&format!("/v1/records/{record}?purpose=marketing"), &fields["fields"]),
        client.post(
            "/v1/subjects/lookup?purpose=conquest",
            &json!({ "field": "email", "value": "a@example.com" }),
        ),
    ];
    for call in refused {
        let problem = call.clone().send().problem(403, "refused");
        let entry =
            problem["entry"].as_str().unwrap_or_else(|| unreachable!("{call:?} left no entry: {problem}"));
        let read = client.get(&format!("/v1/audit/entries/{entry}?subject={subject}")).send().expect(200);
        let detail = &read["detail"];
        assert_eq!(
            (&detail["outcome"], &detail["reason"]),
            (&json!("refused"), &problem["reason"]),
            "{call:?}"
        );
        assert_ne!(detail["actor"], Value::Null);
    }
}

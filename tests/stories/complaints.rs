//! `/v1/complaints`

use domain::{Clock, ambient::SystemClock};
use jiff::SignedDuration;
use serde_json::{Value, json};
use stories::{Actor, Server};

fn target(complaint: &Value, step: &str) -> String {
    format!("/v1/complaints/{}/{step}", complaint["id"].as_str().unwrap())
}

/// What Ada complains of, about Eve.
fn complains(actor: &Actor, subject: &str) -> Value {
    let body = json!({
        "kind": "complaint", "channel": "email", "subject": subject, "about": [{ "staff": "Eve Adams" }],
        "message": "Eve read my file and told my neighbour.",
    });
    actor.post("/v1/complaints", &body).send().expect(201)
}

fn step(actor: &Actor, complaint: &Value, name: &str, body: &Value) -> Value {
    actor.post(&target(complaint, name), body).send().expect(200)
}

fn assign(to: &str) -> Value {
    json!({ "to": to, "by": "Ann", "because": "has nothing to do with it" })
}

/// Acknowledged and owned by Bob.
fn owned(actor: &Actor, subject: &str) -> Value {
    let complaint = complains(actor, subject);
    step(actor, &complaint, "acknowledge", &json!({ "by": "Ann", "because": "we look into it" }));
    step(actor, &complaint, "assign", &assign("Bob"))
}

fn decision(outcome: &str, by: &str) -> Value {
    json!({ "outcome": outcome, "by": by, "findings": "The log shows it.", "clauses": [13] })
}

/// The day that lies so many days after today, as it is written.
fn day(days: i64) -> String {
    let then = SystemClock.now() + SignedDuration::from_hours(24 * days);
    then.to_string()[..10].to_owned()
}

#[test]
fn a_complaint_goes_from_receipt_to_its_last_remedy_and_every_step_is_seen() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let owned = owned(&client, &ada.subject);
    let mut upheld = decision("partly", "Bob");
    upheld["entries"] = json!([ada.entries[1]]);
    let decided = step(&client, &owned, "decide", &upheld);
    assert_eq!((&decided["state"], &decided["is_owned"]), (&json!("decided"), &json!(true)), "{decided}");
    assert_eq!(decided["decisions"][0]["entries"], json!([ada.entries[1]]));
    // She finds that too little; somebody else looks anew.
    let appealed = step(&client, &owned, "appeal", &json!({ "because": "All of it is so." }));
    assert_eq!((&appealed["state"], &appealed["is_owned"]), (&json!("appealed"), &json!(false)));
    step(&client, &owned, "assign", &assign("Cyd"));
    let anew = step(&client, &owned, "decide", &decision("upheld", "Cyd"));
    assert_eq!((&anew["state"], anew["decisions"].as_array().unwrap().len()), (&json!("settled"), 2));
    let remedy =
        json!({ "what": "tell her what was told", "owner": "Eve Adams", "due_on": day(5), "by": "Cyd" });
    let due = step(&client, &owned, "remedy", &remedy);
    assert!(due["remedies"][0]["due_at"].as_str().unwrap().starts_with(&day(6)), "{due}");
    let closed = step(&client, &owned, "remedy/done", &json!({ "proof": "her reply", "by": "Cyd" }));
    assert_eq!((&closed["state"], &closed["due_at"]), (&json!("closed"), &Value::Null));
    let steps: Vec<&str> =
        closed["steps"].as_array().unwrap().iter().filter_map(|step| step["what"].as_str()).collect();
    let expected = [
        "received",
        "acknowledged",
        "assigned",
        "decided",
        "appealed",
        "assigned",
        "decided",
        "remedy_due",
        "remedied",
    ];
    assert_eq!(steps, expected);
    // All of it is in her part of the log, with what was found; and no name stands anywhere else.
    let entries = client.get(&format!("/v1/subjects/{}/entries", ada.subject)).send();
    let logged = entries.everything();
    for word in ["opened", "acknowledged", "assigned", "decided", "appealed", "remedy_due", "remedied"] {
        assert!(logged.contains(&format!("complaint.{word}")), "{word}: {logged}");
    }
    assert!(logged.contains("The log shows it.") && logged.contains("to Cyd"), "{logged}");
    for name in ["Eve", "Bob", "Cyd", "Ann"] {
        assert!(!closed.to_string().contains(name), "{closed}");
    }
    let told = stories::eventually("the events", || {
        let events = client.get("/v1/events").send().expect(200);
        let all = events["items"].as_array().unwrap().iter();
        let of_it: Vec<Value> = all.filter(|one| one["data"]["complaint"] == owned["id"]).cloned().collect();
        of_it.last().is_some_and(|last| last["type"] == "complaint.closed").then_some(of_it)
    });
    let kinds: Vec<&str> = told.iter().filter_map(|one| one["type"].as_str()).collect();
    let expected = ["opened", "acknowledged", "decided", "appealed", "decided", "closed"];
    assert_eq!(kinds, expected.map(|word| format!("complaint.{word}")));
    assert_eq!(
        (&told[0]["data"]["subject"], &told[5]["data"]["state"]),
        (&json!(ada.subject), &json!("closed"))
    );
    let queue = |which: &str| client.get(&format!("/v1/complaints{which}")).send().expect(200);
    assert_eq!((&queue("")["items"], &queue("?closed=true")["items"][0]["id"]), (&json!([]), &owned["id"]));
}

#[test]
fn nobody_judges_in_their_own_cause_and_trying_is_in_the_log() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let complaint = owned(&client, &ada.subject);
    let try_it = |step: &str, body: &Value| client.post(&target(&complaint, step), body).send();
    // However she writes her name.
    let problem = try_it("assign", &assign("  eve   ADAMS ")).problem(403, "own-cause");
    let entry = problem["entry"].as_str().unwrap();
    let read = client.get(&format!("/v1/audit/entries/{entry}?subject={}", ada.subject)).send().expect(200);
    assert_eq!(
        (&read["detail"]["outcome"], &read["detail"]["reason"]),
        (&json!("refused"), &json!("in_own_cause"))
    );
    try_it("decide", &decision("rejected", "Eve Adams")).problem(403, "own-cause");
    step(&client, &complaint, "decide", &decision("rejected", "Bob"));
    step(&client, &complaint, "appeal", &json!({ "because": "It is so." }));
    try_it("assign", &assign("Bob")).problem(403, "own-cause");
    step(&client, &complaint, "assign", &assign("Cyd"));
    try_it("decide", &decision("rejected", "Bob")).problem(403, "own-cause");
    let closed = step(&client, &complaint, "decide", &decision("rejected", "Cyd"));
    assert_eq!(closed["state"], "closed");
    try_it("appeal", &json!({ "because": "Again." })).problem(409, "complaint-not-now");
}

#[test]
fn a_key_that_a_complaint_is_about_decides_nothing() {
    let server = Server::start();
    let client = server.client();
    let made = client
        .post("/v1/keys", &json!({ "name": "desk", "scopes": ["requests:write", "data:read"] }))
        .send()
        .expect(201);
    let body =
        json!({ "kind": "complaint", "message": "The desk is rude.", "about": [{ "key": made["id"] }] });
    let complaint = client.post("/v1/complaints", &body).send().expect(201);
    assert_eq!(complaint["about"], json!({ "staff": 0, "keys": [made["id"]], "accounts": [] }));
    let call = server.call("POST", &target(&complaint, "assign")).json(&assign("Bob"));
    call.key(made["secret"].as_str().unwrap()).send().problem(403, "own-cause");
    step(&client, &complaint, "assign", &assign("Bob"));
    let other = server.client();
    let theirs =
        other.post("/v1/keys", &json!({ "name": "desk", "scopes": ["data:read"] })).send().expect(201);
    let stranger = json!({ "kind": "complaint", "message": "x", "about": [{ "key": theirs["id"] }] });
    client.post("/v1/complaints", &stranger).send().problem(404, "not-found");
}

#[test]
fn findings_rest_on_what_there_is() {
    let server = Server::start();
    let (client, other) = (server.client(), server.client());
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let theirs = other.profile(&json!({ "full_name": "Bob" }));
    let complaint = owned(&client, &ada.subject);
    let citing = |entries: Value, clauses: Value| {
        let body = json!({
            "outcome": "upheld", "by": "Bob", "findings": "x", "entries": entries, "clauses": clauses
        });
        client.post(&target(&complaint, "decide"), &body).send()
    };
    citing(json!([theirs.entries[0]]), json!([])).problem(404, "not-found");
    citing(json!(["ent_00000000ffffffff00000000"]), json!([])).problem(404, "not-found");
    citing(json!([]), json!([99])).problem(404, "not-found");
    citing(json!([ada.entries[0], complaint["entry"]]), json!([13, 14])).expect(200);
}

#[test]
fn a_question_is_answered_and_an_allegation_opens_an_incident() {
    let server = Server::start();
    let client = server.client();
    let sent = |kind: &str| {
        let contact = json!([{ "field": "email", "value": "ada@example.com" }]);
        let body = json!({ "kind": kind, "message": "Who has read my file?", "contact": contact });
        client.post("/v1/complaints", &body).send().expect(201)
    };
    let question = sent("question");
    let upheld = client.post(&target(&question, "decide"), &decision("upheld", "Bob")).send();
    upheld.problem(409, "complaint-not-now");
    let answered = step(&client, &question, "decide", &decision("answered", "Bob"));
    assert_eq!((&answered["state"], &answered["appeal_until"]), (&json!("closed"), &Value::Null));
    // Whoever writes and is not known becomes somebody of whom only this is known.
    let record = format!("/v1/records/{}?purpose=complaints", question["record"].as_str().unwrap());
    assert_eq!(client.get(&record).send().expect(200)["fields"]["email"], "ada@example.com");
    let said = json!({ "by": "Bob", "because": "The log shows readings at night." });
    client.post(&target(&question, "incident"), &said).send().problem(409, "complaint-not-now");
    let allegation = sent("allegation");
    let escalated = step(&client, &allegation, "incident", &said);
    let incident = escalated["incident"].as_str().unwrap();
    let read = client.get(&format!("/v1/incidents/{incident}")).send().expect(200);
    assert_eq!(read["what_happened"], said["because"]);
    client.post(&target(&allegation, "incident"), &said).send().problem(409, "complaint-not-now");
}

#[test]
fn its_clocks_run_from_receipt_and_its_words_stay_while_it_is_open() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let body = json!({
        "kind": "complaint", "channel": "post", "received_on": day(-3), "subject": ada.subject,
        "message": "A letter.", "scan": "aGVsbG8=",
    });
    let complaint = client.post("/v1/complaints", &body).send().expect(201);
    for (term, days) in [("received_at", -3), ("acknowledge_by", 4), ("answer_by", 27), ("due_at", 4)] {
        assert!(complaint[term].as_str().unwrap().starts_with(&day(days)), "{term}: {complaint}");
    }
    let words = format!("/v1/records/{}", complaint["record"].as_str().unwrap());
    let kept = client.delete(&words).send().problem(409, "frozen");
    assert_eq!((&kept["frozen_by"], &kept["clause"]), (&complaint["id"], &json!(13)), "{kept}");
    // Nothing else of hers is.
    client.delete(&format!("/v1/records/{}", ada.record)).send().expect(200);
    step(&client, &complaint, "withdraw", &json!({}));
    client.delete(&words).send().expect(200);
}

#[test]
fn another_account_is_complained_of_at_the_operator_only() {
    let server = Server::start();
    let (operator, client, other) = (server.operator(), server.client(), server.client());
    let about = |account: &str| json!({ "kind": "complaint", "message": "They sell it.", "about": [{ "account": account }] });
    let taken = operator.post("/v1/complaints", &about(&client.account)).send().expect(201);
    assert_eq!(taken["about"]["accounts"], json!([client.account]));
    // Whom it is about sees nothing of it.
    let seen = format!("/v1/complaints/{}", taken["id"].as_str().unwrap());
    client.get(&seen).send().problem(404, "not-found");
    client.post("/v1/complaints", &about(&other.account)).send().problem(404, "not-found");
    client.post("/v1/complaints", &about(&client.account)).send().problem(400, "malformed");
}

#[test]
fn repeating_takes_in_one_and_bad_ones_change_nothing() {
    let server = Server::start();
    let client = server.client();
    let body = json!({ "kind": "complaint", "message": "Once." });
    let send = || {
        let call = client.post("/v1/complaints", &body).header("Idempotency-Key", "once");
        call.send().expect(201)["id"].clone()
    };
    assert_eq!(send(), send());
    for body in [
        json!({ "kind": "rant", "message": "x" }),
        json!({ "kind": "complaint", "message": " " }),
        json!({ "kind": "complaint" }),
        json!({ "kind": "complaint", "message": "x", "about": [{}] }),
        json!({ "kind": "complaint", "message": "x", "about": [{ "staff": "Eve", "key": "key_1" }] }),
        json!({ "kind": "complaint", "message": "x", "received_on": day(2) }),
        json!({ "kind": "complaint", "message": "x", "contact": [{ "field": "message", "value": "y" }] }),
    ] {
        client.post("/v1/complaints", &body).send().problem(400, "malformed");
    }
    let undeclared =
        json!({ "kind": "complaint", "message": "x", "contact": [{ "field": "shoe_size", "value": "43" }] });
    client.post("/v1/complaints", &undeclared).send().problem(422, "invalid");
    assert_eq!(client.get("/v1/complaints").send().expect(200)["items"].as_array().unwrap().len(), 1);
    let complaint = json!({ "id": send() });
    for (step, body) in [
        ("decide", json!({ "outcome": "rejected", "findings": "x" })),
        ("assign", json!({ "to": "\u{7}", "by": "Ann", "because": "x" })),
        ("remedy", json!({ "what": "x", "owner": "Bob", "due_on": day(-2), "by": "Bob" })),
    ] {
        client.post(&target(&complaint, step), &body).send().problem(400, "malformed");
    }
}

//! `/v1/incidents`: misuse is reported, the log says how far it reaches, and whoever must be told is told.

use serde_json::{Value, json};
use stories::{Actor, Server, eventually};

const WHAT: &str = "Somebody in a hurry left a key on a screen";

fn open(actor: &Actor, more: &Value) -> Value {
    let mut report = json!({ "what_happened": WHAT, "reported_by": "Grace from the second floor" });
    report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    actor.post("/v1/incidents", &report).send().expect(201)
}

fn path(incident: &Value, more: &str) -> String {
    format!("/v1/incidents/{}{more}", incident["id"].as_str().unwrap())
}

/// The id of a key that is no other actor's.
fn key_of(client: &Actor, known: &[String]) -> String {
    let keys = client.get("/v1/keys").send().expect(200);
    let mut ids = keys.as_array().unwrap().iter().map(|key| key["id"].as_str().unwrap().to_owned());
    ids.find(|id| !known.contains(id)).unwrap()
}

/// A question about a key, for all of this century.
fn asking(key: &str) -> Value {
    json!({ "key": key, "from": "2001-01-01T00:00:00Z", "until": "2101-01-01T00:00:00Z" })
}

fn people(answer: &Value) -> Vec<&str> {
    answer["people"].as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap()).collect()
}

#[test]
fn the_log_says_whom_a_stolen_key_has_touched() {
    let server = Server::start();
    let client = server.client();
    let first = key_of(&client, &[]);
    let thief = client.key_for(&client.account, &["data:read", "data:write"]);
    let stolen = key_of(&client, std::slice::from_ref(&first));
    let profile =
        |name: &str| client.profile(&json!({ "full_name": name, "email": format!("{name}@example.com") }));
    let (ada, bob, cyd) = (profile("ada"), profile("bob"), profile("cyd"));
    thief.read(&ada.record).expect(200);
    thief.read(&bob.record).expect(200);
    thief.get(&format!("/v1/records/{}?purpose=marketing", cyd.record)).send().problem(403, "refused");
    client.read(&cyd.record).expect(200);

    let incident = open(&client, &json!({}));
    assert_eq!((&incident["state"], &incident["clock"]["standing"]), (&json!("open"), &json!("running")));
    let answer = client.post(&path(&incident, "/scope"), &asking(&stolen)).send();
    let text = answer.everything();
    assert!(!text.contains("ada@") && !text.contains("full_name\":\"ada"), "never what is held: {text}");
    let answer = answer.expect(200);
    let mut expected = [ada.subject.as_str(), bob.subject.as_str()];
    expected.sort_unstable();
    assert_eq!(people(&answer), expected);
    let reach = &answer["reach"];
    assert_eq!(
        (&reach["done"], &reach["refused"], &reach["people"], &reach["records"]),
        (&json!(2), &json!(1), &json!(2), &json!(2))
    );
    assert_eq!(reach["categories"], json!({ "email": 2, "full_name": 2 }));
    assert_eq!(reach["purposes"], json!({ "service_for_client": 2 }));
    let entry = format!("/v1/audit/entries/{}", answer["entry"].as_str().unwrap());
    assert_eq!(client.get(&entry).send().expect(200)["detail"]["action"], "incident.scoped");

    client.erase(&bob.subject).expect(200);
    let again = client.post(&path(&incident, "/scope"), &asking(&stolen)).send().expect(200);
    assert_eq!(people(&again), [ada.subject.as_str()]);
    assert!(again["reach"]["unopenable"].as_u64().unwrap() >= 1, "{again}");
    assert_eq!(client.get(&path(&incident, "")).send().expect(200)["scopes"].as_array().unwrap().len(), 2);
}

#[test]
fn nobody_else_learns_of_an_incident_and_its_report_is_sealed() {
    let server = Server::start();
    let client = server.client();
    let incident = open(&client, &json!({}));
    let read = client.get(&path(&incident, "")).send().expect(200);
    assert_eq!(
        (&read["what_happened"], &read["reported_by"]),
        (&json!(WHAT), &json!("Grace from the second floor"))
    );
    let entry = format!("/v1/audit/entries/{}", read["read"].as_str().unwrap());
    assert_eq!(client.get(&entry).send().expect(200)["detail"]["action"], "incident.read");
    let listed = client.get("/v1/incidents").send();
    assert!(!listed.everything().contains("hurry"), "a list opens nothing");
    assert_eq!(listed.expect(200)["items"][0]["id"], incident["id"]);
    for stranger in [server.operator(), server.client()] {
        stranger.get(&path(&incident, "")).send().problem(404, "not-found");
        stranger.get(&path(&incident, "/drafts/authority")).send().problem(404, "not-found");
        assert_eq!(stranger.get("/v1/incidents").send().expect(200)["items"], json!([]));
    }
    let foreign = asking(&key_of(&server.client(), &[]));
    client.post(&path(&incident, "/scope"), &foreign).send().problem(404, "not-found");
    let nobody = format!("sub_{}", "0".repeat(32));
    for (kind, value, status, why) in [
        ("member", "mem_grace", 404, "not-found"),
        ("member", nobody.as_str(), 404, "not-found"),
        ("address", "192.0.2.7", 400, "malformed"),
    ] {
        let unanswerable =
            json!({ kind: value, "from": "2001-01-01T00:00:00Z", "until": "2101-01-01T00:00:00Z" });
        let problem = client.post(&path(&incident, "/scope"), &unanswerable).send().problem(status, why);
        assert!(!problem.to_string().contains(value), "{problem}");
    }
    for folder in server.folders() {
        let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        for file in files.filter(|path| path.is_file()) {
            let bytes = std::fs::read(&file).unwrap_or_default();
            let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!holds("in a hurry") && !holds("second floor"), "{}", file.display());
        }
    }
}

#[test]
fn whoever_must_be_told_is_told_before_it_is_closed() {
    let server = Server::start();
    let (operator, client) =
        (server.operator(), server.operator().open_client("Fans *of* [Ada](https://x.example)"));
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    client.read(&ada.record).expect(200);
    let incident = open(&operator, &json!({ "aware_at": "2026-01-01T10:20:00Z" }));
    assert_eq!(
        (&incident["due_at"], &incident["clock"]["standing"]),
        (&json!("2026-01-04T10:20:00Z"), &json!("overdue"))
    );
    let gauge = "bailee_incident_clocks{standing=\"overdue\"} 1";
    eventually("the count of overdue incidents", || {
        server.call("GET", "/metrics").send().text().contains(gauge).then_some(())
    });

    operator.post(&path(&incident, "/closure"), &json!({})).send().problem(409, "state");
    let every_key =
        json!({ "account": client.account, "from": "2001-01-01T00:00:00Z", "until": "2101-01-01T00:00:00Z" });
    let answer = operator.post(&path(&incident, "/scope"), &every_key).send().expect(200);
    assert_eq!((&answer["people"], &answer["reach"]["people"]), (&json!([]), &json!(1)), "how many, not who");
    let assess = |risk: &str| {
        operator.post(&path(&incident, "/assessment"), &json!({ "risk": risk })).send().expect(200)
    };
    assert_eq!(assess("high")["owed"], json!(["authority", "clients", "persons"]));

    let drafts = |part: &str| operator.get(&path(&incident, &format!("/drafts/{part}"))).send().expect(200);
    let authority = &drafts("authority")[0];
    let markdown = authority["markdown"].as_str().unwrap();
    for expected in [
        "article 33(3)(a)",
        "article 33(3)(b)",
        "article 33(3)(c)",
        "article 33(3)(d)",
        "1 person touched",
        "privacy@influxis.com",
        "Reasons for the delay",
        "To be written:",
    ] {
        assert!(markdown.contains(expected), "{expected} is missing:\n{markdown}");
    }
    assert!(authority["blanks"].as_u64().unwrap() >= 3);
    let of_client = &drafts("clients")[0];
    assert_eq!(of_client["account"], json!(client.account));
    assert!(!of_client["markdown"].as_str().unwrap().contains("[Ada](https"), "a name is text: {of_client}");
    assert!(drafts("persons")[0]["markdown"].as_str().unwrap().contains("article 34(2)"));

    let tell = |body: &Value| operator.post(&path(&incident, "/notices"), body).send();
    tell(&json!({ "part": "authority", "how": "averted" })).problem(409, "state");
    tell(&json!({ "part": "authority", "at": "2026-01-01T00:00:00Z" })).problem(409, "state");
    assert_eq!(tell(&json!({ "part": "authority" })).expect(200)["clock"]["standing"], "late");
    tell(&json!({ "part": "clients" })).expect(200);
    tell(&json!({ "part": "clients" })).problem(409, "state");
    operator.post(&path(&incident, "/closure"), &json!({})).send().problem(409, "state");
    assert_eq!(tell(&json!({ "part": "persons", "how": "unintelligible" })).expect(200)["owed"], json!([]));
    let closed = operator.post(&path(&incident, "/closure"), &json!({})).send().expect(200);
    assert_eq!(closed["state"], "closed");
    let reopened = operator.post(&path(&incident, "/reopening"), &json!({})).send().expect(200);
    assert_eq!(
        (&reopened["state"], &reopened["told"]["persons"]["how"]),
        (&json!("open"), &json!("unintelligible"))
    );
}

#[test]
fn a_report_that_is_repeated_opens_one_incident() {
    let server = Server::start();
    let client = server.client();
    let report = json!({ "what_happened": WHAT });
    let send = || client.post("/v1/incidents", &report).header("Idempotency-Key", "one").send().expect(201);
    assert_eq!(send()["id"], send()["id"]);
    for (body, why) in [
        (json!({ "what_happened": " " }), "an empty report"),
        (json!({ "what_happened": "a".repeat(10_001) }), "one that is too long"),
        (json!({ "what_happened": WHAT, "aware_at": "2101-01-01T00:00:00Z" }), "one from the future"),
        (json!({ "what_happened": WHAT, "risk": "high" }), "one with something else"),
    ] {
        assert_eq!(client.post("/v1/incidents", &body).send().status, 400, "{why}");
    }
    assert_eq!(client.get("/v1/incidents").send().expect(200)["items"].as_array().unwrap().len(), 1);
}

use serde_json::{Value, json};
use stories::{Actor, Server, eventually};

/// The events of an account, once there are so many.
pub(super) fn events(actor: &Actor, least: usize) -> Vec<Value> {
    eventually("the events", || {
        let page = actor.get("/v1/events").send().expect(200);
        let items = page["items"].as_array().unwrap().clone();
        (items.len() >= least).then_some(items)
    })
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

fn chooses(client: &Actor, subject: &str) -> Value {
    let target = format!("/v1/subjects/{subject}/choices/purposes.mailing_for_client");
    client.put(&target, &json!({ "state": "denied", "method": "api" })).send().expect(200)
}

#[test]
fn what_happens_is_told_in_order_and_to_the_account_alone() {
    let server = Server::start();
    let (client, other) = (server.client(), server.client());
    let ada = client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let choice = chooses(&client, &ada.subject);
    let vouched = json!({
        "right": "rectification", "subject": ada.subject, "verified": { "because": "signed in" }
    });
    let request = client.post("/v1/requests", &vouched).send().expect(201);
    let step = |name: &str, body: Value| {
        let target = format!("/v1/requests/{}/{name}", request["id"].as_str().unwrap());
        client.post(&target, &body).send().expect(200)
    };
    let why = json!({ "because": "a letter is awaited" });
    step("pause", why.clone());
    step("resume", json!({}));
    step("extend", why.clone());
    step("deny", why);
    let hold = json!({
        "subject": ada.subject, "exception": "fraud", "determined_by": "Bob", "evidence": "Ticket 4711"
    });
    let hold = client.post("/v1/holds", &hold).send().expect(201);
    let release = format!("/v1/holds/{}/release", hold["id"].as_str().unwrap());
    client.post(&release, &json!({ "determined_by": "Bob", "evidence": "closed" })).send().expect(200);
    let incident = client.post("/v1/incidents", &json!({ "what_happened": "Something" })).send().expect(201);
    let erasure = client.erase(&ada.subject).expect(200);
    let told = events(&client, 11);
    let expected = [
        "choice.changed",
        "request.opened",
        "request.task",
        "request.paused",
        "request.resumed",
        "request.extended",
        "request.refused",
        "hold.placed",
        "hold.released",
        "incident.opened",
        "subject.erased",
    ];
    assert_eq!(kinds(&told), expected);
    let data = |place: usize| &told[place]["data"];
    let chosen = json!({
        "subject": ada.subject, "choice": choice["id"], "about": "purposes.mailing_for_client", "said": "denied",
    });
    assert_eq!(*data(0), chosen);
    let opened = json!({
        "subjects": [ada.subject], "request": request["id"], "right": "rectification", "state": "open",
        "due_at": request["due_at"],
    });
    assert_eq!(*data(1), opened);
    assert_eq!((&data(2)["system"], &data(2)["request"]), (&json!("paper_files"), &request["id"]));
    assert_eq!(data(6)["state"], "refused");
    assert_eq!((&data(7)["hold"], &data(7)["exception"]), (&hold["id"], &json!("fraud")));
    assert_eq!(data(9)["incident"], incident["id"]);
    assert_eq!(*data(10), json!({ "subject": ada.subject, "erasure": erasure["id"] }));
    assert_eq!(events(&other, 0), Vec::<Value>::new());
    let all = serde_json::to_string(&told).unwrap();
    for personal in ["ada@example.com", "Ada", "a letter is awaited", "Bob", "4711", "Something"] {
        assert!(!all.contains(personal), "{personal} is told to everyone");
    }
}

#[test]
fn events_are_read_on_from_any_of_them() {
    let server = Server::start();
    let client = server.client();
    let subject = client.end_user();
    for _ in 0..5 {
        chooses(&client, &subject);
    }
    let all = events(&client, 5);
    let (mut read, mut target) = (Vec::new(), "/v1/events?limit=2".to_owned());
    loop {
        let page = client.get(&target).send().expect(200);
        read.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        target = format!("/v1/events?limit=2&after={next}");
    }
    assert_eq!(read, all);
    let last = all[4]["id"].as_str().unwrap();
    let after = client.get(&format!("/v1/events?after={last}")).send().expect(200);
    assert_eq!(after["items"], json!([]));
    for unknown in ["evt_00", "evt_00000000000000000000000000000000", "evt_ffffffffffffffffffffffffffffffff"]
    {
        client.get(&format!("/v1/events?after={unknown}")).send().problem(404, "not-found");
    }
}

#[test]
fn a_request_that_is_passed_on_is_told_to_the_client_and_not_to_the_operator() {
    let server = Server::start();
    let (operator, client) = (server.operator(), server.client());
    let ada = client.profile(&json!({ "email": "ada@example.com" }));
    let body = json!({
        "right": "access", "channel": "post", "client": client.account,
        "identifiers": [{ "field": "email", "value": "ada@example.com" }],
    });
    let request = operator.post("/v1/requests", &body).send().expect(201);
    let verify = format!("/v1/requests/{}/verify", request["id"].as_str().unwrap());
    let by_hand = json!({ "identifier": 0, "by_hand": { "by": "Bob", "because": "called back" } });
    client.post(&verify, &by_hand).send().expect(200);
    let told = events(&client, 2);
    assert_eq!(kinds(&told), ["request.opened", "request.verified"]);
    assert_eq!((&told[0]["data"]["request"], &told[0]["data"]["subjects"]), (&request["id"], &Value::Null));
    assert_eq!(told[1]["data"]["subjects"], json!([ada.subject]));
    // What it is told of by itself is the made-up person of its assessments.
    let operators = serde_json::to_string(&events(&operator, 0)).unwrap();
    for others in [&ada.subject, request["id"].as_str().unwrap()] {
        assert!(!operators.contains(others), "{operators}");
    }
}

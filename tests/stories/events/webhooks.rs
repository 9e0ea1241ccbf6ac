use serde_json::{Value, json};
use stories::{Actor, Answers, Receiver, Server, Setup, eventually};

use super::listed::events;

/// What only happens when somebody tries a webhook. Whatever else the operator is told may be of the made-up people of its
/// assessments.
const TESTS: &[&str] = &["webhook.test"];

/// Somebody tries a webhook: the one thing that it is told.
fn tries(actor: &Actor, target: &str) {
    actor.call("POST", &format!("{target}/test")).send().expect(202);
}

/// The events of webhooks that were tried, once there are so many.
fn tests(actor: &Actor, least: usize) -> Vec<Value> {
    eventually("the tests", || {
        let mut told = events(actor, 0);
        told.retain(|event| event["type"] == "webhook.test");
        (told.len() >= least).then_some(told)
    })
}

/// A server whose operator may send to these receivers.
fn server_for(receivers: &[&Receiver]) -> Server {
    let allow = receivers.iter().map(|receiver| receiver.place()).collect();
    Server::with(Setup { allow, ..Setup::default() })
}

/// Makes a webhook; the secret and where it is asked about.
fn webhook(actor: &Actor, url: &str, kinds: &[&str]) -> (String, String) {
    let made = actor.post("/v1/webhooks", &json!({ "url": url, "events": kinds })).send().expect(201);
    let target = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    (made["secret"].as_str().unwrap().to_owned(), target)
}

fn last_result(actor: &Actor, target: &str) -> Option<String> {
    let seen = actor.get(target).send().expect(200);
    seen["last_attempt"]["result"].as_str().map(str::to_owned)
}

fn result(actor: &Actor, target: &str, awaited: &str) -> Value {
    eventually(awaited, || (last_result(actor, target)? == awaited).then_some(()));
    actor.get(target).send().expect(200)
}

#[test]
fn events_are_delivered_in_order_signed_and_to_whom_they_are_for_alone() {
    let (receiver, others) = (Receiver::start(), Receiver::start());
    let server = server_for(&[&receiver, &others]);
    let operator = server.operator();
    let (secret, target) = webhook(&operator, &receiver.url(), TESTS);
    let (_, named) = webhook(&operator, &others.url(), &["incident.opened"]);
    for _ in 0..5 {
        tries(&operator, &target);
    }
    let got = receiver.got(5);
    let told = tests(&operator, 5);
    let bodies: Vec<Value> = got.iter().map(stories::Delivered::body).collect();
    assert_eq!(bodies, told, "what is delivered is what is listed");
    for (delivered, event) in got.iter().zip(&told) {
        assert_eq!(delivered.header("webhook-id"), event["id"].as_str().unwrap());
        assert!(delivered.is_signed_with(&secret));
        assert!(!delivered.is_signed_with("whsec_AAAA"));
    }
    let seen = result(&operator, &target, "delivered");
    assert_eq!((&seen["failures"], &seen["secret"]), (&json!(0), &Value::Null), "{seen}");
    // What is wanted is what is named, and of another account nothing is.
    let opens = |actor: &Actor| -> Value {
        let body = json!({ "what_happened": "Something" });
        actor.post("/v1/incidents", &body).send().expect(201)["id"].clone()
    };
    let of_client = opens(&server.client());
    let incident = opens(&operator);
    let is_it = |got: &stories::Delivered| got.body()["data"]["incident"] == incident;
    eventually("the incident", || others.all().iter().any(is_it).then_some(()));
    for delivered in others.all() {
        let body = delivered.body();
        assert!(body["type"] == "incident.opened" && body["data"]["incident"] != of_client, "{body}");
    }
    operator.delete(&named).send();
    operator.get(&named).send().problem(404, "not-found");
}

#[test]
fn a_receiver_that_was_down_gets_everything_once_it_is_up() {
    let port = Receiver::nobodys_port();
    let place = format!("127.0.0.1:{port}");
    let mut server = Server::with(Setup { allow: vec![place.clone()], ..Setup::default() });
    let operator = server.operator();
    let (secret, target) = webhook(&operator, &format!("http://{place}/hook"), TESTS);
    tries(&operator, &target);
    let failed = result(&operator, &target, "no_connection");
    assert!(failed["next_attempt_at"].is_string(), "{failed}");
    tries(&operator, &target);
    server.kill();
    let receiver = Receiver::at(port);
    receiver.answer(Answers::With(503));
    server.serve();
    let operator = server.operator();
    let first = receiver.got(1)[0].clone();
    receiver.answer(Answers::With(200));
    eventually("the last event", || {
        let last = tests(&operator, 2)[1]["id"].as_str()?.to_owned();
        receiver.all().iter().any(|got| got.header("webhook-id") == last).then_some(())
    });
    let mut got: Vec<String> = receiver.all().iter().map(|got| got.header("webhook-id").to_owned()).collect();
    assert!(
        first.is_signed_with(&secret) && got[0] == got[1],
        "the same is sent again under the same id: {got:?}"
    );
    got.dedup();
    let told: Vec<Value> = tests(&operator, 2).iter().map(|event| event["id"].clone()).collect();
    assert_eq!(json!(got), json!(told), "in order, and none is left out");
}

#[test]
fn what_was_delivered_is_delivered_again_from_any_event_on() {
    let receiver = Receiver::start();
    let server = server_for(&[&receiver]);
    let operator = server.operator();
    let (_, target) = webhook(&operator, &receiver.url(), TESTS);
    for _ in 0..3 {
        tries(&operator, &target);
    }
    receiver.got(3);
    let told = tests(&operator, 3);
    let replay = |body: Value| operator.post(&format!("{target}/replay"), &body).send();
    replay(json!({ "after": told[0]["id"] })).expect(200);
    let ids = |got: Vec<stories::Delivered>| -> Vec<Value> {
        got.iter().map(|got| got.body()["id"].clone()).collect()
    };
    let again = ids(receiver.got(5));
    assert_eq!(again[3..], [told[1]["id"].clone(), told[2]["id"].clone()]);
    replay(json!({})).expect(200);
    assert_eq!(ids(receiver.got(8))[5..], ids(receiver.got(8))[..3]);
    replay(json!({ "after": "evt_ffffffffffffffffffffffffffffffff" })).problem(404, "not-found");
}

#[test]
fn two_secrets_sign_after_a_change_and_neither_is_shown_again() {
    let receiver = Receiver::start();
    let server = server_for(&[&receiver]);
    let client = server.operator();
    let call = || {
        let body = json!({ "url": receiver.url(), "events": TESTS });
        client.post("/v1/webhooks", &body).header("Idempotency-Key", "hook").send().expect(201)
    };
    let (made, repeated) = (call(), call());
    assert_eq!((&made["id"], &repeated["secret"]), (&repeated["id"], &Value::Null));
    let target = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    let rotated = client.call("POST", &format!("{target}/secret")).send().expect(200);
    assert!(rotated["former_secret_until"].is_string() && rotated["secret"] != made["secret"]);
    client.call("POST", &format!("{target}/test")).send().expect(202);
    let got = &receiver.got(1)[0];
    for secret in [&made["secret"], &rotated["secret"]] {
        assert!(got.is_signed_with(secret.as_str().unwrap()));
    }
    let listed = client.get("/v1/webhooks").send();
    assert!(!listed.everything().contains("whsec_"), "{}", listed.everything());
}

#[test]
fn nothing_is_sent_inside_the_network_or_wherever_a_receiver_points() {
    let (receiver, inside) = (Receiver::start(), Receiver::start());
    let server = server_for(&[&receiver]);
    let client = server.client();
    let port = inside.place().rsplit(':').next().unwrap().to_owned();
    for url in [
        inside.url(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "http://example.com/".to_owned(),
        "https://ada@example.com/".to_owned(),
        "https://example.com/?who=ada@example.com".to_owned(),
        "ftp://example.com/".to_owned(),
        "/hook".to_owned(),
    ] {
        let problem = client.post("/v1/webhooks", &json!({ "url": url })).send().problem(400, "malformed");
        assert!(!problem.to_string().contains("ada"), "{problem}");
    }
    // Places that are named are the operator's.
    client.post("/v1/webhooks", &json!({ "url": receiver.url() })).send().problem(400, "malformed");
    // A name that leads inside is found out when it is asked for; only the operator learns that it does.
    let operator = server.operator();
    for (actor, awaited) in [(&operator, "inside_address"), (&client, "no_address")] {
        let (_, named) = webhook(actor, &format!("https://localhost:{port}/hook"), TESTS);
        tries(actor, &named);
        result(actor, &named, awaited);
    }
    let (_, redirected) = webhook(&operator, &receiver.url(), TESTS);
    receiver.answer(Answers::Elsewhere(inside.url()));
    tries(&operator, &redirected);
    result(&operator, &redirected, "redirect");
    assert!(inside.all().is_empty(), "{:?}", inside.all());
}

#[test]
fn one_that_is_gone_is_given_up_and_one_that_is_silent_holds_up_nobody() {
    let (gone, silent, receiver) = (Receiver::start(), Receiver::start(), Receiver::start());
    let server = server_for(&[&gone, &silent, &receiver]);
    let operator = server.operator();
    gone.answer(Answers::With(410));
    silent.answer(Answers::Never);
    let (_, given_up) = webhook(&operator, &gone.url(), TESTS);
    let (_, unheard) = webhook(&operator, &silent.url(), TESTS);
    let (_, heard) = webhook(&operator, &receiver.url(), &["webhook.test", "webhook.disabled"]);
    tries(&operator, &unheard);
    tries(&operator, &unheard);
    tries(&operator, &given_up);
    let seen = result(&operator, &given_up, "gone");
    assert_eq!(seen["state"], "disabled", "{seen}");
    assert_eq!(receiver.got(1)[0].body()["type"], "webhook.disabled");
    assert!(silent.all().len() <= 1, "one event at a time");
    tries(&operator, &given_up);
    tries(&operator, &heard);
    receiver.got(2);
    assert_eq!(gone.all().len(), 1, "nothing more is sent to who is given up");
    gone.answer(Answers::With(200));
    operator.post(&format!("{given_up}/replay"), &json!({})).send().expect(200);
    gone.got(3);
    assert_eq!(result(&operator, &given_up, "delivered")["state"], "active");
    let metrics = server.call("GET", "/metrics").send().text();
    assert!(metrics.contains("bailee_webhook_deliveries_total{result=\"gone\"} 1"), "{metrics}");
}

#[test]
fn a_request_that_is_passed_on_reaches_the_client_by_its_events() {
    let server = Server::start();
    let (operator, client) = (server.operator(), server.client());
    let body = json!({
        "right": "rectification", "channel": "post", "client": client.account,
        "identifiers": [{ "field": "email", "value": "ada@example.com" }],
    });
    let request = operator.post("/v1/requests", &body).send().expect(201);
    let told =
        |kind: &str| eventually(kind, || events(&client, 1).into_iter().find(|event| event["type"] == kind));
    assert_eq!(told("request.opened")["data"]["request"], request["id"]);
    // Nobody outside has anything to do before it is known whom it is about.
    let target = |step: &str| format!("/v1/requests/{}/{step}", request["id"].as_str().unwrap());
    let by_hand = json!({ "identifier": 0, "by_hand": { "by": "Bob", "because": "called back" } });
    client.post(&target("verify"), &by_hand).send().expect(200);
    assert_eq!(told("request.task")["data"]["system"], "paper_files");
    let done = json!({ "by": "the archive", "because": "page 3 replaced" });
    client.post(&target("tasks/paper_files"), &done).send().expect(200);
}

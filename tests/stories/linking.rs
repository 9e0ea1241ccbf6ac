//! Linking: the visits of a browser are tied to a person while both say yes to it.

use serde_json::{Value, json};
use stories::{Actor, Reply, Server, Setup, SiteVisitor};

const YES: [(&str, bool); 2] = [("statistics", true), ("linking", true)];

fn person(operator: &Actor) -> String {
    let made = operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201);
    made["id"].as_str().unwrap_or_default().to_owned()
}

fn says(operator: &Actor, person: &str, state: &str) {
    let said = json!({ "state": state, "method": "click", "text": "May we tie your visits to you?" });
    let choice = format!("/v1/subjects/{person}/choices/purposes.linking");
    operator.put(&choice, &said).send().expect(200);
}

fn link(operator: &Actor, person: &str, visitor: &str) -> Reply {
    let body = json!({ "subject": person, "visitor": visitor });
    operator.post("/v1/sites/website/links", &body).send()
}

fn links(operator: &Actor, person: &str) -> Vec<Value> {
    let found = operator.get(&format!("/v1/subjects/{person}/links?purpose=linking")).send().expect(200);
    found["items"].as_array().unwrap().clone()
}

/// A person and a browser that are tied.
fn tied(server: &Server, operator: &Actor) -> (String, SiteVisitor, Value) {
    let mut ada = SiteVisitor::at(server.address());
    ada.says(&YES);
    let person = person(operator);
    says(operator, &person, "granted");
    let made = link(operator, &person, &ada.token().unwrap()).expect(201);
    (person, ada, made)
}

#[test]
fn a_visit_is_tied_to_a_person_under_a_yes_of_both_and_read_for_that_alone() {
    let server = Server::with(Setup { limits: "open_per_second = 1000", ..Setup::default() });
    let operator = server.operator();
    let mut ada = SiteVisitor::at(server.address());
    let person = person(&operator);
    assert_eq!(ada.token(), None, "nobody is recognised");
    ada.says(&[("statistics", true)]);
    assert_eq!(ada.token(), None, "and nobody is handed on who did not say yes to it");
    let cookie = ada.cookie.clone().unwrap();
    let cookie = cookie.split_once('=').unwrap().1;
    link(&operator, &person, cookie).problem(403, "refused");
    ada.says(&YES);
    let refused = link(&operator, &person, &ada.token().unwrap()).problem(403, "refused");
    assert_eq!(refused["reason"], "choice_needed", "{refused}");
    says(&operator, &person, "granted");
    let made = link(&operator, &person, &ada.token().unwrap()).expect(201);
    assert!(made["visitor"].is_null(), "whoever makes a link learns of nobody: {made}");
    link(&operator, &person, cookie).problem(409, "exists");

    assert_eq!(links(&operator, &person).len(), 1);
    let entry = made["entry"].as_str().unwrap();
    let entry = operator.get(&format!("/v1/audit/entries/{entry}?subject={person}")).send().expect(200);
    assert_eq!(entry["detail"]["action"], "record.created");
    operator.get(&format!("/v1/subjects/{person}/links?purpose=marketing")).send().problem(403, "refused");
    let target = format!("/v1/subjects/{person}/visits?purpose=linking");
    assert_eq!(operator.get(&target).send().expect(200)["items"], json!([]));
    ada.refuses = true;
    assert_eq!(ada.token(), None, "a browser that says no for its user is not handed on");
    for garbage in ["", "[]", "{}", r#"{"s":"other"}"#, r#"{"s":"website","x":1}"#] {
        let reply = ada.call("POST", "/collect/visitor").body("text/plain", garbage).send();
        assert!(matches!(reply.status, 400 | 404), "{garbage}: {}", reply.everything());
    }
    let from = server.call("POST", "/collect/visitor").header("origin", "https://evil.example");
    from.body("text/plain", r#"{"s":"website"}"#).send().problem(404, "not-found");
}

#[test]
fn a_link_ends_with_the_yes_of_either_and_leaves_nothing_that_ties_the_two() {
    let server = Server::with(Setup { limits: "open_per_second = 1000", ..Setup::default() });
    let operator = server.operator();
    for end in ["person", "visitor", "visitor forgets", "erasure", "deleted"] {
        let (person, mut ada, made) = tied(&server, &operator);
        let id = made["id"].as_str().unwrap();
        let visitor = links(&operator, &person)[0]["visitor"].as_str().unwrap().to_owned();
        match end {
            "person" => says(&operator, &person, "withdrawn"),
            "visitor" => ada.says(&[("statistics", true), ("linking", false)]),
            "visitor forgets" => ada.says(&[("statistics", false)]),
            "erasure" => drop(operator.erase(&visitor).expect(200)),
            _ => assert_eq!(operator.delete(&format!("/v1/links/{id}")).send().status, 204),
        }
        operator.get(&format!("/v1/records/{id}?purpose=linking")).send().problem(404, "not-found");
        assert_eq!(links(&operator, &person), Vec::<Value>::new(), "{end}");
        let visits = operator.get(&format!("/v1/subjects/{person}/visits?purpose=linking")).send();
        assert_eq!(visits.expect(200)["items"], json!([]), "{end}");
        let held = operator.get(&format!("/v1/subjects/{person}/records?purpose=requests")).send();
        assert!(!held.text().contains(&visitor), "{end}: {}", held.text());
        let entries = operator.get(&format!("/v1/subjects/{person}/entries?limit=100")).send().text();
        assert!(!entries.contains(&visitor), "{end}: {entries}");
        operator.delete(&format!("/v1/links/{id}")).send().problem(404, "not-found");
    }
}

#[test]
fn nobody_ties_or_unties_what_is_anothers() {
    let server = Server::with(Setup { limits: "open_per_second = 1000", ..Setup::default() });
    let (operator, client) = (server.operator(), server.client());
    let (person, ada, made) = tied(&server, &operator);
    let token = ada.token().unwrap();
    let theirs = json!({ "subject": client.end_user(), "visitor": token });
    client.post("/v1/sites/website/links", &theirs).send().problem(404, "not-found");
    operator.post("/v1/sites/website/links", &theirs).send().problem(404, "not-found");
    client.delete(&format!("/v1/links/{}", made["id"].as_str().unwrap())).send().problem(404, "not-found");
    client.get(&format!("/v1/subjects/{person}/links?purpose=linking")).send().problem(404, "not-found");
    let visitor = links(&operator, &person)[0]["visitor"].clone();
    for forged in [visitor.as_str().unwrap(), "x", &"A".repeat(75), &token.replace('A', "B")] {
        if forged != token {
            link(&operator, &person, forged).problem(404, "not-found");
        }
    }
    let sent = json!({ "fields": { "visitor_identifier": visitor } });
    let target = format!("/v1/subjects/{person}/records/visit_link?purpose=linking");
    operator.post(&target, &sent).send().problem(400, "malformed");
}

//! Tailoring: what a site shows next, under consent by visitor, and without it by nothing that is known of anybody.

use serde_json::{Value, json};
use stories::{Actor, Server, Setup, SiteVisitor};

const YES: [(&str, bool); 2] = [("statistics", true), ("tailoring", true)];

fn put(operator: &Actor, name: &str, item: &Value) -> Value {
    operator.put(&format!("/v1/sites/website/items/{name}"), item).send().expect(200)
}

/// What a page's script is answered.
fn next(visitor: &SiteVisitor) -> Value {
    visitor.tells("/collect/next-item", &json!({ "s": "website", "slot": "top" })).expect(200)
}

fn agreed(server: &Server) -> SiteVisitor {
    let mut ada = SiteVisitor::at(server.address());
    ada.says(&YES);
    ada
}

#[test]
fn without_a_yes_everybody_is_told_the_same_and_the_browser_counts() {
    let server = Server::with(Setup { limits: "open_per_second = 1000", ..Setup::default() });
    let operator = server.operator();
    put(&operator, "spring", &json!({ "slot": "top", "weight": 3, "cap": { "times": 2, "hours": 24 } }));
    put(&operator, "autumn", &json!({ "slot": "top", "tags": ["streaming"] }));
    put(&operator, "elsewhere", &json!({ "slot": "foot" }));
    put(&operator, "over", &json!({ "slot": "top", "until": "2020-01-01T00:00:00Z" }));
    let stranger = SiteVisitor::at(server.address());
    let first = next(&stranger);
    let names: Vec<&Value> = first["candidates"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(names, ["autumn", "spring"], "{first}");
    assert_eq!(first["candidates"][1]["cap"], json!({ "times": 2, "hours": 24 }));
    assert!(first["item"].is_null());
    let mut said_no = SiteVisitor::at(server.address());
    said_no.says(&[("statistics", true), ("tailoring", false)]);
    let mut refusing = agreed(&server);
    refusing.refuses = true;
    let mut forged = SiteVisitor::at(server.address());
    forged.cookie = Some("visitor=AAAA".to_owned());
    for visitor in [&stranger, &said_no, &refusing, &forged] {
        for _ in 0..3 {
            assert_eq!(next(visitor), first, "it is the same for everybody, however often");
        }
    }
    let reply = stranger.tells("/collect/next-item", &json!({ "s": "website", "slot": "top" }));
    assert!(reply.header("set-cookie").is_none());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[test]
fn under_a_yes_it_is_picked_here_and_no_more_often_than_its_cap() {
    let server = Server::with(Setup { limits: "open_per_second = 1000", ..Setup::default() });
    let operator = server.operator();
    put(&operator, "spring", &json!({ "slot": "top", "cap": { "times": 2, "hours": 24 } }));
    let mut ada = agreed(&server);
    let cookie = ada.cookie.clone().unwrap();
    let cookie = cookie.split_once('=').unwrap().1;
    assert_eq!(next(&ada)["item"]["id"], "spring");
    // The account's own server asks for the same visitor.
    let ask = json!({ "site": "website", "slot": "top", "visitor": cookie });
    assert_eq!(operator.post("/v1/next-item", &ask).send().expect(200)["item"]["id"], "spring");
    assert_eq!(next(&ada), json!({}), "twice in a day is enough");
    let subjects = operator.get("/v1/subjects").send().expect(200);
    let profile = |subject: &Value| {
        let id = subject["id"].as_str().unwrap();
        let held = operator.get(&format!("/v1/subjects/{id}/records?purpose=requests")).send();
        let held = if held.status == 200 { held.json() } else { json!({ "items": [] }) };
        held["items"].as_array().unwrap().iter().find(|one| one["type"] == "visit_profile").cloned()
    };
    let visitors = subjects["items"].as_array().unwrap().iter().filter(|one| one["role"] == "visitor");
    let known: Vec<Value> = visitors.filter_map(profile).collect();
    let [known] = known.as_slice() else { panic!("{known:?}") };
    let shown = known["fields"]["shown"].as_str().unwrap();
    assert!(shown.starts_with("spring: 20") && shown.matches(", ").count() == 1, "{shown}");
    let id = known["id"].as_str().unwrap();
    operator.get(&format!("/v1/records/{id}?purpose=marketing")).send().problem(403, "refused");
    ada.says(&[("statistics", true), ("tailoring", false)]);
    operator.get(&format!("/v1/records/{id}?purpose=tailoring")).send().problem(404, "not-found");
    assert!(next(&ada)["candidates"].is_array(), "and from then on as of anybody else");
}

#[test]
fn what_is_shown_and_clicked_is_counted_with_its_campaign() {
    let server = Server::with(Setup { limits: "open_per_second = 1000", ..Setup::default() });
    let ada = SiteVisitor::at(server.address());
    assert_eq!(ada.opens(0xaa, "/?utm_campaign=spring").status, 204);
    let event = |name: &str, told: Value| {
        let page = format!("{}/", stories::SITE);
        let event =
            json!({ "s": "website", "v": "00000000000000aa", "k": "event", "u": page, "n": name, "p": told });
        ada.tells("/collect", &event)
    };
    assert_eq!(event("item_shown", json!({ "item": "spring-sale" })).status, 204);
    assert_eq!(event("item_clicked", json!({ "item": "spring-sale" })).status, 204);
    event("item_shown", json!({ "item": "<script>" })).problem(400, "malformed");
    event("item_shown", json!({ "item": "a", "who": "ada" })).problem(400, "malformed");
    event("item_shown", json!({})).problem(400, "malformed");
    let target = "/v1/sites/website/stats?by=property&filter=campaign:spring";
    let found = server.operator().get(target).send().expect(200);
    let values: Vec<&Value> =
        found["by"]["property"].as_array().unwrap().iter().map(|one| &one["value"]).collect();
    assert!(values.contains(&&json!("item_shown.item=spring-sale")), "{found}");
    assert!(values.contains(&&json!("item_clicked.item=spring-sale")), "{found}");
}

#[test]
fn what_is_sent_wrongly_is_refused_and_nothing_of_anothers_is_reached() {
    let server = Server::with(Setup { limits: "open_per_second = 1000", ..Setup::default() });
    let (operator, client) = (server.operator(), server.client());
    let ada = SiteVisitor::at(server.address());
    let next = |body: &str| ada.call("POST", "/collect/next-item").body("text/plain", body).send();
    for garbage in ["", "[]", "{}", "\u{0}", r#"{"s":"website"}"#, r#"{"s":"website","slot":"<a>"}"#] {
        next(garbage).problem(400, "malformed");
    }
    next(r#"{"s":"website","slot":"top","seen":{"spring":2}}"#).problem(400, "malformed");
    next(&format!(r#"{{"s":"website","slot":"{}"}}"#, "a".repeat(100_000))).problem(400, "malformed");
    next(r#"{"s":"other","slot":"top"}"#).problem(404, "not-found");
    let from = server.call("POST", "/collect/next-item").header("origin", "https://evil.example");
    from.body("text/plain", r#"{"s":"website","slot":"top"}"#).send().problem(404, "not-found");
    let target = "/v1/sites/website/items/spring";
    for wrong in [
        json!({ "slot": "Top" }),
        json!({ "slot": "top", "weight": 0 }),
        json!({ "slot": "top", "tags": ["shoe_size"] }),
        json!({ "slot": "top", "cap": { "times": 0, "hours": 1 } }),
        json!({ "slot": "top", "from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z" }),
        json!({ "slot": "top", "to": "everybody" }),
    ] {
        operator.put(target, &wrong).send().problem(400, "malformed");
    }
    put(&operator, "spring", &json!({ "slot": "top" }));
    let listed = operator.get("/v1/sites/website/items").send().expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    client.get(target).send().problem(404, "not-found");
    client.put(target, &json!({ "slot": "top" })).send().problem(404, "not-found");
    client.delete(target).send().problem(404, "not-found");
    assert_eq!(operator.delete(target).send().status, 204);
    operator.get(target).send().problem(404, "not-found");
}

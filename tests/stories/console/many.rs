//! A thousand rows: no page of a list is large, and each row is on one of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stories::{Actor, Browser, Server};

use super::{signed_in, text};

/// The most bytes of a page.
const PAGE_BYTES: usize = 100_000;

/// Sends many bodies, so many at a time; the ids that came of it.
fn posted(actor: &Actor, target: &str, at_once: usize, bodies: &[Value]) -> BTreeSet<String> {
    std::thread::scope(|scope| {
        let parts = bodies.chunks(bodies.len().div_ceil(at_once)).map(|part| {
            let post = |body| text(&actor.post(target, body).send().expect(201)["id"]);
            scope.spawn(move || part.iter().map(post).collect::<Vec<_>>())
        });
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

/// The ids that a list has rows for, on all of its pages.
fn listed(browser: &mut Browser, place: &str) -> BTreeSet<String> {
    let (mut seen, mut next) = (BTreeSet::new(), Some(place.to_owned()));
    while let Some(page) = next {
        let reply = browser.open(&page);
        let html = reply.text();
        assert!(reply.status == 200 && html.len() < PAGE_BYTES, "{page} has {} bytes", html.len());
        let rows = html.split("<th scope=\"row\">").skip(1).filter_map(|row| row.split("href=\"").nth(1));
        for row in rows {
            let id = row.split('"').next().unwrap().rsplit('/').next().unwrap().to_owned();
            assert!(seen.insert(id.clone()), "{id} is on two pages");
        }
        let more = html
            .split("<a href=\"")
            .skip(1)
            .find(|way| way.split("</a>").next().is_some_and(|way| way.contains(">More")));
        next = more.map(|way| way.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"));
    }
    seen
}

#[test]
fn a_thousand_rows_are_shown_in_pages_that_are_small() {
    let server = Server::start();
    let operator = server.operator();
    let numbers = |count| 0..count;
    let request = |n| {
        let identifiers = json!([{ "field": "email", "value": format!("ada{n}@example.com") }]);
        json!({ "right": "access", "channel": "post", "identifiers": identifiers })
    };
    let requests = posted(&operator, "/v1/requests", 8, &numbers(1_000).map(request).collect::<Vec<_>>());
    let invite =
        |n| json!({ "email": format!("grace{n}@staff.example"), "name": "Grace", "role": "support" });
    let staff = posted(&operator, "/v1/staff", 8, &numbers(250).map(invite).collect::<Vec<_>>());
    let client = |n| json!({ "name": format!("Harbour Radio {n}") });
    let clients = posted(&operator, "/v1/accounts", 1, &numbers(250).map(client).collect::<Vec<_>>());
    let key = |n| json!({ "name": format!("key {n}"), "scopes": ["data:read"] });
    let keys = posted(&operator, "/v1/keys", 1, &numbers(250).map(key).collect::<Vec<_>>());

    let (mut owner, own) = signed_in(&server, "owner");
    assert_eq!(listed(&mut owner, "/console/requests"), requests);
    assert_eq!(listed(&mut owner, "/console/accounts"), clients);
    let mut seen = listed(&mut owner, "/console/staff");
    assert!(seen.remove(&own));
    assert_eq!(seen, staff);
    assert!(listed(&mut owner, "/console/keys").is_superset(&keys));

    let page = owner.open("/console/log").text();
    let day = page.split("value=\"20").nth(1).map(|rest| format!("20{}", &rest[..8])).unwrap();
    let mut found = BTreeSet::new();
    for shown in [0, 100, 200, 900] {
        let seen = shown.to_string();
        let search = [("from", day.as_str()), ("until", &day), ("action", "request.opened"), ("seen", &seen)];
        let page = owner.send("/console/log/search", &search).text();
        assert!(page.len() < PAGE_BYTES, "{} bytes", page.len());
        assert_eq!(page.contains("Show earlier ones"), shown < 900, "{shown}");
        let entries = page.split("/console/log/entries/").skip(1);
        found.extend(entries.map(|rest| rest.split('"').next().unwrap().to_owned()));
        owner.open("/console/log");
    }
    assert_eq!(found.len(), 400, "no entry is on two pages");
}

//! Every way of the console leads somewhere, for each role, and each page keeps what holds for all.

use std::collections::BTreeSet;

use serde_json::json;
use stories::{Browser, Server};

use super::{client_person, request, signed_in};

/// The one script there is, of this server, on the page where a browser offers passkeys.
const SCRIPT: &str = "<script type=\"module\" src=\"/assets/passkeys.js\"></script>";

/// The pages that a page leads to.
fn ways(html: &str) -> Vec<String> {
    let ways = html.split("href=\"/console").skip(1).filter_map(|rest| rest.split('"').next());
    ways.map(|rest| format!("/console{}", rest.replace("&#38;", "&").replace("&amp;", "&"))).collect()
}

/// Everything that one gets to from the first page by following ways.
fn everywhere(browser: &mut Browser, role: &str) -> BTreeSet<String> {
    let (mut seen, mut next) = (BTreeSet::new(), vec!["/console".to_owned()]);
    while let Some(page) = next.pop() {
        if !seen.insert(page.clone()) {
            continue;
        }
        let reply = browser.open(&page);
        assert_eq!(reply.status, 200, "{role} {page}: {}", reply.everything());
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{page}");
        let html = reply.text();
        assert!(html.len() < 100_000 && html.matches("<h1").count() == 1, "{role} {page}: {html}");
        assert!(!html.replace(SCRIPT, "").contains("<script") && !html.contains("style="), "{role} {page}");
        for personal in ["Mira", "mira@", "Grace", "@staff.example", "copier"] {
            assert!(!html.contains(personal), "{role} {page}: {html}");
        }
        next.extend(ways(&html));
    }
    seen
}

#[test]
fn each_way_leads_somewhere_and_no_page_that_is_opened_by_a_way_names_anybody() {
    let server = Server::start();
    let operator = server.operator();
    let (subject, _) = client_person(&operator);
    let id = request(&operator);
    let hold =
        json!({ "subject": subject, "exception": "fraud", "determined_by": "Grace", "evidence": "Case 7" });
    operator.post("/v1/holds", &hold).send().expect(201);
    let report = json!({ "what_happened": "A list lay in the copier" });
    operator.post("/v1/incidents", &report).send().expect(201);
    let allegation = json!({ "kind": "allegation", "message": "Mira was called", "subject": subject });
    let allegation = operator.post("/v1/complaints", &allegation).send().expect(201);
    let escalate = format!("/v1/complaints/{}/incident", super::text(&allegation["id"]));
    let said = json!({ "by": "Ada", "because": "It seems so" });
    operator.post(&escalate, &said).send().expect(200);
    server.client();
    for (role, sees_keys) in
        [("owner", true), ("custodian", true), ("auditor", true), ("support", false), ("analyst", false)]
    {
        let (mut browser, _) = signed_in(&server, role);
        let seen = everywhere(&mut browser, role);
        let sees_request = seen.contains(&format!("/console/requests/{id}"));
        assert_eq!(sees_request, role != "analyst", "{role}: {seen:?}");
        assert_eq!(seen.contains("/console/keys"), sees_keys, "{role}: {seen:?}");
        assert!(seen.len() >= 9, "{role}: {seen:?}");
    }
}

//! Holds: placed once however often the form is sent, looked at again, released after being asked once more.

use serde_json::json;
use stories::Server;

use super::{carried, client_person, pairs, signed_in};

#[test]
fn a_hold_is_placed_once_and_released_after_being_asked() {
    let server = Server::start();
    let operator = server.operator();
    let (subject, _) = client_person(&operator);
    let (mut browser, _) = signed_in(&server, "custodian");
    let empty = browser.open("/console/holds").text();
    assert!(empty.contains("Nothing is held") && empty.contains("<option value=\"fraud\">"), "{empty}");
    assert!(!empty.contains("access_logs"), "that one applies by itself");
    let once = carried(&empty).into_iter().find(|(name, _)| name == "once").unwrap().1;
    let said =
        [("subject", subject.as_str()), ("exception", "fraud"), ("because", "Case 7"), ("once", &once)];
    let placed = browser.send("/console/holds", &said);
    let page = placed.header("location").unwrap().to_owned();
    assert_eq!(placed.status, 303, "{}", placed.everything());
    assert_eq!(
        browser.send("/console/holds", &said).header("location"),
        Some(page.as_str()),
        "twice is once"
    );
    let other =
        [("subject", subject.as_str()), ("exception", "fraud"), ("because", "Case 8"), ("once", &once)];
    assert_eq!(browser.send("/console/holds", &other).status, 409);
    let held = operator.get("/v1/holds").send().expect(200);
    assert_eq!(held["items"].as_array().map(Vec::len), Some(1), "{held}");
    browser.open(&page);
    assert_eq!(browser.send(&format!("{page}/review"), &[("because", "Still runs")]).status, 303);
    browser.open(&page);
    let asks = browser.send(&format!("{page}/release"), &[("because", "It is over")]).text();
    assert!(asks.contains("Nothing has been done yet"), "{asks}");
    let carried = carried(&asks);
    assert_eq!(browser.send(&format!("{page}/release"), &pairs(&carried)).status, 303);
    let id = page.rsplit('/').next().unwrap();
    assert_eq!(operator.get(&format!("/v1/holds/{id}")).send().expect(200)["state"], json!("released"));
    assert!(browser.open("/console/holds?closed=true").text().contains(id));
}

#[test]
fn holds_are_seen_by_an_auditor_and_placed_by_nobody_who_may_not() {
    let server = Server::start();
    let (subject, _) = client_person(&server.operator());
    let (mut auditor, _) = signed_in(&server, "auditor");
    let shown = auditor.open("/console/holds").text();
    assert!(!shown.contains("name=\"subject\""), "{shown}");
    let once = "0".repeat(32);
    let said = [("subject", subject.as_str()), ("exception", "fraud"), ("because", "x"), ("once", &once)];
    assert_eq!(auditor.send("/console/holds", &said).status, 403);
    let (mut support, _) = signed_in(&server, "support");
    assert_eq!(support.open("/console/holds").status, 403);
}

//! A Client's account closed for now, opened again and ended for a violation, each with its ground and after being asked.

use serde_json::json;
use stories::{Browser, Server};

use super::{carried, pairs, signed_in};

/// Says on what ground, is asked, and says yes; what was asked.
fn step(owner: &mut Browser, page: &str, step: &str) -> String {
    owner.open(page);
    let target = format!("{page}/{step}");
    let asks = owner.send(&target, &[("because", "It sent what nobody had asked for <b>")]);
    assert_eq!(asks.status, 200, "{}", asks.everything());
    let asks = asks.text();
    assert!(asks.contains("Nothing has been done yet") && asks.contains("asked for &#60;b&#62;"), "{asks}");
    let yes = carried(&asks);
    let done = owner.send(&target, &pairs(&yes));
    assert_eq!((done.status, done.header("location")), (303, Some(page)), "{}", done.everything());
    assert_eq!(owner.send(&target, &pairs(&yes)).status, 412, "a form that is sent twice does one thing");
    asks
}

#[test]
fn an_account_is_suspended_reinstated_and_ended_with_what_is_kept_and_why() {
    let server = Server::start();
    let client = server.operator().open_client("Harbour <Radio>");
    let (mut owner, _) = signed_in(&server, "owner");
    let page = format!("/console/accounts/{}", client.account);
    let list = owner.open("/console/accounts").text();
    assert!(list.contains(&format!("href=\"{page}\">Harbour &#60;Radio")), "{list}");
    owner.open(&page);
    assert_eq!(owner.send(&format!("{page}/suspend"), &[("because", " ")]).status, 400, "a ground is needed");
    let asks = step(&mut owner, &page, "suspend");
    assert!(asks.contains("You can open it again"), "{asks}");
    client.get("/v1/subjects").send().problem(403, "closed");
    assert!(owner.open(&page).text().contains("/reinstate\""));
    step(&mut owner, &page, "reinstate");
    client.get("/v1/subjects").send().expect(200);
    let asks = step(&mut owner, &page, "end");
    for part in [
        "What is kept of its End Users",
        "90 days",
        "time to take its data back",
        "keyed hash",
        "keeping the offender from using the service again",
        "every 12 months",
    ] {
        assert!(asks.contains(part), "{part} is missing in {asks}");
    }
    client.get("/v1/subjects").send().problem(403, "closed");
    let shown = owner.open(&page).text();
    assert!(
        shown.contains("<dd>ended</dd>") && !shown.contains("<form method=\"post\" action=\"/console/acc"),
        "{shown}"
    );
}

#[test]
fn nobody_but_an_owner_ends_an_account_and_nobody_the_operators_own() {
    let server = Server::start();
    let operator = server.operator();
    let client = server.client();
    let page = format!("/console/accounts/{}", client.account);
    for (role, sees) in [("custodian", 200), ("auditor", 200), ("support", 200), ("analyst", 403)] {
        let (mut browser, _) = signed_in(&server, role);
        let shown = browser.open(&page);
        assert_eq!(shown.status, sees, "{role}");
        assert!(!shown.text().contains("/suspend\""), "{role}");
        browser.open("/console/sessions");
        for step in ["suspend", "reinstate", "end"] {
            let said = [("because", "I want to"), ("confirmed", "active ")];
            assert_eq!(browser.send(&format!("{page}/{step}"), &said).status, 403, "{role} {step}");
        }
    }
    let (mut owner, _) = signed_in(&server, "owner");
    let own = format!("/console/accounts/{}", operator.account);
    assert_eq!(owner.open(&own).status, 404);
    owner.open("/console/sessions");
    let said = [("because", "x"), ("confirmed", "active ")];
    assert_eq!(owner.send(&format!("{own}/end"), &said).status, 404);
    assert_eq!(owner.open("/console/accounts/acc_1").status, 404);
    let all = operator.get("/v1/accounts").send().expect(200);
    assert!(all.as_array().unwrap().iter().all(|one| one["state"] == json!("active")), "{all}");
}

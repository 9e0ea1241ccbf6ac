//! A request from the queue to its end: verified by hand, looked through, fulfilled after being asked once more.

use serde_json::{Value, json};
use stories::{Browser, Server, eventually};

use super::{carried, client_person, pairs, signed_in, text};

/// A request of somebody who is held, and its page.
fn asked(server: &Server, right: &str) -> (String, String) {
    let identifiers = json!([{ "field": "email", "value": "mira@example.com" }]);
    let new = json!({ "right": right, "channel": "post", "identifiers": identifiers });
    let id = text(&server.operator().post("/v1/requests", &new).send().expect(201)["id"]);
    let page = format!("/console/requests/{id}");
    (id, page)
}

fn verify(browser: &mut Browser, page: &str) {
    browser.open(page);
    let looked = [("place", "0"), ("because", "The passport, at the counter")];
    assert_eq!(browser.send(&format!("{page}/verify"), &looked).status, 303);
}

/// Notes of each system outside that it did its part.
fn finish_tasks(browser: &mut Browser, page: &str) {
    loop {
        let shown = browser.open(page).text();
        let Some(choice) = shown.split("name=\"system\"").nth(1) else { return };
        let system = choice.split("<option value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let said = [("system", system), ("because", "Its log says so")];
        assert_eq!(browser.send(&format!("{page}/task"), &said).status, 303);
    }
}

#[test]
fn a_person_is_verified_by_hand_and_what_is_held_looked_through_and_released() {
    let server = Server::start();
    client_person(&server.operator());
    let (id, page) = asked(&server, "access");
    let (mut browser, _) = signed_in(&server, "custodian");
    let shown = browser.open(&page).text();
    assert!(
        shown.contains("/verify\"") && !shown.contains("/fulfil\"") && !shown.contains("/preview\""),
        "{shown}"
    );
    verify(&mut browser, &page);
    let shown = browser.open(&page).text();
    assert!(
        shown.contains("/fulfil\"") && shown.contains("/preview\"") && shown.contains("/console/person/open")
    );
    assert!(!shown.contains("mira@") && !shown.contains("Mira"), "no names stand there: {shown}");
    let preview = browser.send(&format!("{page}/preview"), &[]);
    assert_eq!((preview.status, preview.header("content-type")), (200, Some("application/zip")));
    let asks = browser.send(&format!("{page}/fulfil"), &[("because", "It is her")]);
    assert_eq!(asks.status, 200, "{}", asks.everything());
    assert!(asks.text().contains("Nothing has been done yet") && asks.text().contains("nothing is left out"));
    let state = || server.operator().get(&format!("/v1/requests/{id}")).send().expect(200)["state"].clone();
    assert_eq!(state(), json!("open"), "it was only asked");
    let carried = carried(&asks.text());
    let again = pairs(&carried);
    assert_eq!(browser.send(&format!("{page}/fulfil"), &again).status, 303);
    assert_eq!(state(), json!("fulfilled"));
    assert_eq!(browser.send(&format!("{page}/fulfil"), &again).status, 412, "and once");
}

#[test]
fn what_somebody_said_yes_to_is_what_they_were_shown() {
    let server = Server::start();
    client_person(&server.operator());
    let (id, page) = asked(&server, "erasure");
    let (mut browser, _) = signed_in(&server, "owner");
    verify(&mut browser, &page);
    browser.open(&page);
    let asks = browser.send(&format!("{page}/fulfil"), &[("because", "As asked")]).text();
    assert!(asks.contains("cannot be brought back"), "{asks}");
    server
        .operator()
        .post(&format!("/v1/requests/{id}/pause"), &json!({ "because": "wait" }))
        .send()
        .expect(200);
    let carried = carried(&asks);
    let again = pairs(&carried);
    let stale = browser.send(&format!("{page}/fulfil"), &again);
    assert_eq!(stale.status, 412, "{}", stale.everything());
    assert!(stale.text().contains("changed since you looked"));
}

#[test]
fn a_request_is_refused_under_an_exception_of_the_policy() {
    let server = Server::start();
    let (id, page) = asked(&server, "erasure");
    let (mut browser, _) = signed_in(&server, "custodian");
    let shown = browser.open(&page).text();
    assert!(shown.contains("<option value=\"fraud\">") && shown.contains("investigating fraud"), "{shown}");
    let said = [("exception", "fraud"), ("because", "An investigation runs")];
    assert_eq!(browser.send(&format!("{page}/deny"), &said).status, 303);
    let told = server.operator().get(&format!("/v1/requests/{id}")).send().expect(200);
    assert_eq!((&told["state"], &told["exception"]), (&json!("refused"), &json!("fraud")));
}

#[test]
fn an_objection_and_a_correction_say_what_is_meant() {
    let server = Server::start();
    let (subject, record) = client_person(&server.operator());
    let (_, page) = asked(&server, "objection");
    let (mut browser, _) = signed_in(&server, "custodian");
    verify(&mut browser, &page);
    browser.open(&page);
    let said = [("because", "She wrote so"), ("purposes.marketing", "yes")];
    let asks = browser.send(&format!("{page}/fulfil"), &said).text();
    assert!(asks.contains("purposes.marketing"), "{asks}");
    let carried_along = carried(&asks);
    let again = pairs(&carried_along);
    assert_eq!(browser.send(&format!("{page}/fulfil"), &again).status, 303);
    let choice = format!("/v1/subjects/{subject}/choices/purposes.marketing");
    assert_eq!(server.operator().get(&choice).send().expect(200)["state"], json!("denied"));

    let (_, page) = asked(&server, "rectification");
    verify(&mut browser, &page);
    browser.open(&page);
    let early = browser.send(&format!("{page}/fulfil"), &[("because", "Shown"), ("details", "")]);
    assert_eq!(early.status, 409, "a system outside comes first: {}", early.everything());
    finish_tasks(&mut browser, &page);
    let line = format!("{record} company Ada & Sons");
    let asks =
        browser.send(&format!("{page}/fulfil"), &[("because", "Shown"), ("details", line.as_str())]).text();
    let carried = carried(&asks);
    let again = pairs(&carried);
    let done = browser.send(&format!("{page}/fulfil"), &again);
    assert_eq!(done.status, 303, "{}", done.everything());
    let read: Value =
        server.operator().get(&format!("/v1/records/{record}?purpose=support")).send().expect(200);
    assert_eq!(read["fields"]["company"], json!("Ada & Sons"), "{read}");
}

#[test]
fn colleagues_give_each_other_requests_and_leave_notes() {
    let server = Server::start();
    let (id, page) = asked(&server, "access");
    let (mut custodian, own) = signed_in(&server, "custodian");
    let (mut support, hers) = signed_in(&server, "support");
    let shown = custodian.open(&page).text();
    assert!(shown.contains("you (custodian)") && shown.contains(&hers), "{shown}");
    assert!(shown.contains("Words to answer with") && shown.contains("To take more time"), "{shown}");
    assert_eq!(custodian.send(&format!("{page}/assign"), &[("to", hers.as_str())]).status, 303);
    assert!(support.open(&page).text().contains("Seen to by"));
    assert_eq!(support.send(&format!("{page}/assign"), &[("to", own.as_str())]).status, 403);
    let once = carried(&support.open(&page).text()).into_iter().find(|(name, _)| name == "once").unwrap().1;
    let note = [("because", "She <b>called</b>: it is about the invoice"), ("once", once.as_str())];
    assert_eq!(support.send(&format!("{page}/note"), &note).status, 303);
    assert_eq!(support.send(&format!("{page}/note"), &note).status, 303);
    let shown = custodian.open(&page).text();
    assert!(!shown.contains("invoice"), "notes are opened only when asked for: {shown}");
    let notes = custodian.send(&format!("{page}/notes"), &[]).text();
    assert_eq!(
        notes.matches("She &#60;b&#62;called&#60;/b&#62;: it is about the invoice").count(),
        1,
        "{notes}"
    );
    assert!(notes.contains(&hers), "{notes}");
    let told = server.operator().get(&format!("/v1/requests/{id}")).send().expect(200);
    assert!(!told.to_string().contains("invoice") && !told.to_string().contains(&hers), "{told}");
    let (mut auditor, _) = signed_in(&server, "auditor");
    auditor.open(&page);
    assert_eq!(auditor.send(&format!("{page}/notes"), &[]).status, 403);
    let log = auditor.open("/console/log").text();
    let day = log.split("value=\"20").nth(1).map(|rest| format!("20{}", &rest[..8])).unwrap();
    let search = [("from", day.as_str()), ("until", &day), ("action", "request.noted")];
    // An entry is found once it has its place in the log.
    let entry = eventually("the entry of the note", || {
        let found = auditor.send("/console/log/search", &search).text();
        let entry = found.split("/console/log/entries/").nth(1)?.split('"').next()?;
        Some(entry.to_owned())
    });
    let shown = auditor.open(&format!("/console/log/entries/{entry}")).text();
    assert!(shown.contains("request.noted") && !shown.contains("invoice"), "{shown}");
}

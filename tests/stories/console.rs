//! Members of staff in the console, with a browser: in by an invitation, what each may do, and out again.

mod accounts;
mod complaints;
mod entering;
mod evidence;
mod glass;
mod holds;
mod house;
mod incidents;
mod many;
mod person;
mod requests;
mod slow;
mod ways;

use serde_json::{Value, json};
use stories::{Actor, Browser, Server};

const PASSWORD: &str = "four plain little words";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Somebody who was invited and has set a password, with their browser, and the subject that they are.
fn member(server: &Server, role: &str) -> (Browser, String) {
    let new = json!({ "email": format!("{role}@staff.example"), "name": "Grace Hopper", "role": role });
    let invited = server.operator().post("/v1/staff", &new).send().expect(201);
    let link = text(&invited["link"]);
    let mut browser = Browser::new(server.address().clone());
    assert_eq!(browser.open(&link).status, 200);
    let secret = link.split('=').nth(1).unwrap();
    let set = browser.send_exactly("/invitation", &[("link", secret), ("password", PASSWORD)]);
    assert_eq!((set.status, set.header("location")), (303, Some("/sign-in")), "{}", set.everything());
    assert_eq!(browser.open(&link).status, 404, "a link opens once");
    (browser, text(&invited["id"]))
}

fn signed_in(server: &Server, role: &str) -> (Browser, String) {
    let (mut browser, id) = member(server, role);
    let reply = browser.sign_in(&format!("{role}@staff.example"), PASSWORD);
    assert_eq!((reply.status, reply.header("location")), (303, Some("/console")), "{}", reply.everything());
    (browser, id)
}

/// What the forms of a page carry along, but for what each does.
fn carried(page: &str) -> Vec<(String, String)> {
    let hidden = page.split("<input type=\"hidden\" name=\"").skip(1);
    let pairs = hidden.filter_map(|part| {
        let (name, rest) = part.split_once("\" value=\"")?;
        Some((name.to_owned(), rest.split('"').next()?.replace("&#38;", "&")))
    });
    pairs.filter(|(name, _)| name != "form_token").collect()
}

/// The same, to be sent.
fn pairs(carried: &[(String, String)]) -> Vec<(&str, &str)> {
    carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A customer of the operator's, with a script in their name, and what is held of them.
fn client_person(operator: &Actor) -> (String, String) {
    let subject = text(&operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201)["id"]);
    let fields = json!({ "full_name": "Mira <script>alert(1)</script>", "email": "mira@example.com" });
    let target = format!("/v1/subjects/{subject}/records/client_profile?purpose=orders");
    let record = operator.post(&target, &json!({ "fields": fields, "collected_for": ["orders", "support"] }));
    (subject, text(&record.send().expect(201)["id"]))
}

/// A request that waits in the operator's queue.
fn request(operator: &Actor) -> String {
    let identifiers = json!([{ "field": "email", "value": "mira@example.com" }]);
    let new = json!({ "right": "access", "channel": "post", "identifiers": identifiers });
    text(&operator.post("/v1/requests", &new).send().expect(201)["id"])
}

#[test]
fn a_custodian_is_invited_signs_in_and_moves_a_request_on() {
    let server = Server::start();
    let id = request(&server.operator());
    let (mut browser, _) = signed_in(&server, "custodian");
    assert!(browser.cookie().unwrap().starts_with("__Host-bailee="));
    let promises = browser.open("/console");
    assert_eq!(promises.status, 200);
    assert!(promises.text().contains("Section 7") && promises.text().contains("Requests</a>"));
    let queue = browser.open("/console/requests").text();
    assert!(queue.contains(&id) && queue.contains("post") && queue.contains("<time datetime="), "{queue}");
    assert!(!queue.contains("mira"), "no names stand there");
    let page = format!("/console/requests/{id}");
    browser.open(&page);
    let done = browser.send(&format!("{page}/extend"), &[("because", "The archive is far away & old")]);
    assert_eq!((done.status, done.header("location")), (303, Some(page.as_str())), "{}", done.everything());
    let shown = browser.open(&page).text();
    assert!(shown.contains("extended") && !shown.contains("/extend\""), "once: {shown}");
    assert_eq!(browser.send(&format!("{page}/pause"), &[("because", "A copy of the letter")]).status, 303);
    browser.open(&page);
    assert_eq!(browser.send(&format!("{page}/resume"), &[]).status, 303);
    browser.open(&page);
    assert_eq!(browser.send(&format!("{page}/deny"), &[("because", "")]).status, 400, "a reason is needed");
    assert_eq!(browser.send(&format!("{page}/deny"), &[("because", "Nobody proved anything")]).status, 303);
    let told = server.operator().get(&format!("/v1/requests/{id}")).send().expect(200);
    assert_eq!((&told["state"], &told["is_extended"]), (&json!("refused"), &json!(true)));
}

#[test]
fn what_the_matrix_refuses_is_refused_and_in_the_log() {
    let server = Server::start();
    let operator = server.operator();
    let page = format!("/console/requests/{}", request(&operator));
    let (mut support, id) = signed_in(&server, "support");
    let shown = support.open(&page).text();
    assert!(
        shown.contains("/pause\"") && !shown.contains("/deny\"") && !shown.contains("/extend\""),
        "{shown}"
    );
    for step in ["deny", "extend"] {
        let refused = support.send(&format!("{page}/{step}"), &[("because", "I want to")]);
        assert_eq!(refused.status, 403, "{}", refused.everything());
        assert!(refused.text().contains("Your role may not do this"));
    }
    let entries = operator.get(&format!("/v1/subjects/{id}/entries?limit=1")).send().expect(200);
    let detail = &entries["items"][0]["detail"];
    assert_eq!(
        (&detail["action"], &detail["outcome"]),
        (&json!("staff.refused"), &json!("refused")),
        "{entries}"
    );
    let (mut analyst, _) = signed_in(&server, "analyst");
    assert!(!analyst.open("/console").text().contains("/console/requests"), "no way leads there");
    assert_eq!(analyst.open("/console/requests").status, 403);
    assert_eq!(analyst.open(&page).status, 403);
}

/// A page without what is another each time that it is shown.
fn without_challenge(page: &str) -> String {
    let challenge = page.split("data-challenge=\"").nth(1).unwrap().split('"').next().unwrap();
    page.replace(challenge, "")
}

#[test]
fn a_wrong_password_and_a_person_who_is_not_known_are_answered_alike() {
    let server = Server::start();
    let (mut browser, _) = member(&server, "owner");
    let wrong = browser.sign_in("owner@staff.example", "four plain little word");
    let unknown = browser.sign_in("nobody@staff.example", PASSWORD);
    assert_eq!((wrong.status, unknown.status), (403, 403));
    assert_eq!(without_challenge(&wrong.text()), without_challenge(&unknown.text()));
    assert!(browser.cookie().is_none());
    // Whoever guesses on waits, for a person who is known and for one who is not.
    for email in ["owner@staff.example", "nobody@staff.example"] {
        let mut statuses = (0..20).map(|_| browser.sign_in(email, "guess").status);
        assert!(statuses.any(|status| status == 429), "{email}");
    }
}

#[test]
fn a_form_of_another_page_or_site_does_nothing() {
    let server = Server::start();
    let page = format!("/console/requests/{}", request(&server.operator()));
    let (mut browser, _) = signed_in(&server, "owner");
    browser.open(&page);
    let target = format!("{page}/deny");
    let forged = [
        browser.form(&target, &[("because", "x"), ("form_token", "0")]),
        browser.form(&target, &[("because", "x"), ("form_token", &"0".repeat(64))]),
        browser
            .form("/sign-in", &[("email", "a@b.example"), ("password", PASSWORD)])
            .header("Origin", "https://evil.example"),
        browser.form("/sign-out", &[("form_token", "0")]),
    ];
    for call in forged {
        let reply = call.clone().send();
        assert_eq!(reply.status, 403, "{call:?}: {}", reply.everything());
    }
    assert_eq!(browser.form(&target, &[("because", "x")]).send().status, 400);
    assert!(browser.open(&page).text().contains("<dd>verifying</dd>"), "nothing was done");
}

#[test]
fn a_session_ends_where_one_says_so() {
    let server = Server::start();
    let (mut here, id) = signed_in(&server, "auditor");
    let mut there = Browser::new(server.address().clone());
    there.sign_in("auditor@staff.example", PASSWORD);
    let shown = here.open("/console/sessions").text();
    assert!(shown.contains("this one") && shown.contains("Firefox"), "{shown}");
    let end = shown.split("action=\"").find(|part| part.starts_with("/console/sessions/")).unwrap();
    assert_eq!(here.send(end.split('"').next().unwrap(), &[]).status, 303);
    assert_eq!(there.open("/console").header("location"), Some("/sign-in"), "it was revoked");
    let kept = here.clone();
    here.open("/console");
    assert_eq!(here.send("/sign-out", &[]).status, 303);
    assert!(here.cookie().is_none());
    let mut thief = kept;
    assert_eq!(thief.open("/console").header("location"), Some("/sign-in"), "an old cookie opens nothing");
    there.sign_in("auditor@staff.example", PASSWORD);
    assert_eq!(there.open("/console").status, 200);
    server.operator().post(&format!("/v1/staff/{id}/suspend"), &json!({})).send().expect(200);
    assert_eq!(there.open("/console").status, 303, "suspended, with an open session");
    assert_eq!(there.sign_in("auditor@staff.example", PASSWORD).status, 403);
}

#[test]
fn a_page_of_the_console_keeps_to_itself() {
    let server = Server::start();
    let (mut browser, _) = signed_in(&server, "owner");
    for page in ["/console", "/console/requests", "/console/sessions", "/sign-in"] {
        let reply = browser.open(page);
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{page}");
        assert!(!reply.text().contains("Grace Hopper"));
    }
    let empty = browser.open("/console/requests").text();
    assert!(empty.contains("Nobody is waiting"), "{empty}");
    assert_eq!(Browser::new(server.address().clone()).open("/console").header("location"), Some("/sign-in"));
}

#[test]
fn the_command_line_invites_too() {
    let mut server = Server::start();
    server.stop();
    let invite =
        ["staff", "invite", "--email", "edith@staff.example", "--name", "Edith", "--role", "owner", "--json"];
    let invited = server.run(&invite);
    assert!(invited.status.success(), "{}", String::from_utf8_lossy(&invited.stderr));
    let link = text(&serde_json::from_slice::<Value>(&invited.stdout).unwrap()["link"]);
    server.serve();
    assert_eq!(Browser::new(server.address().clone()).open(&link).status, 200);
}

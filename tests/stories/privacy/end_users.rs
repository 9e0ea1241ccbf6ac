//! End Users: in at the entrance of their Client where it lets them, else shown the way to it.

use serde_json::json;
use stories::{Browser, policy};

use super::{ask, customer, led_to, links, signed_in, text, with_mail};

/// The policy of the fan club, which may let its members in.
fn fan_club(lets_in: bool) -> String {
    let source = std::fs::read_to_string(policy("client-fanclub.toml")).unwrap();
    let source = source.replace("\nend_users = \"let_in\"", "");
    let inside = "unanswered = \"take_over\"\nend_users = \"let_in\"";
    if lets_in { source.replace("unanswered = \"take_over\"", inside) } else { source }
}

#[test]
fn an_end_user_is_shown_the_way_to_a_client_that_lets_nobody_in() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let radio = operator.open_client("Harbour Radio");
    let club = operator.open_client("Northern Lights fan club");
    club.publish(&fan_club(false)).expect(201);
    radio.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let mut browser = Browser::new(server.address().clone());
    let found = browser.open("/privacy/at?name=Harbour%20RADIO");
    let entrance = format!("/privacy/at/{}", radio.account);
    assert_eq!(found.header("location"), Some(entrance.as_str()), "{}", found.everything());
    let page = browser.open(&entrance).text();
    assert!(page.contains("Harbour Radio</bdi> answers you itself") && !page.contains("<form"), "{page}");
    let page = browser.open("/privacy/at/northern-lights-fan-club").text();
    assert!(page.contains("mailto:club@northern-lights.example"), "{page}");
    assert_eq!(browser.open("/privacy/at/nobody").status, 404);
    assert_eq!(browser.open(&format!("/privacy/at/{}", operator.account)).status, 404);
    // Whoever asks all the same is answered like everyone, and gets nothing.
    assert_eq!(ask(&mut browser, &entrance, "ada@example.com").status, 200);
    customer(&operator, "Bob", "bob@example.com");
    ask(&mut browser, "/privacy", "bob@example.com");
    links(&mail, "bob@example.com", 1);
    assert_eq!(mail.mails().len(), 1);
}

#[test]
fn an_end_user_comes_in_where_the_client_lets_them_and_the_client_answers() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let club = operator.open_client("Northern Lights fan club");
    club.publish(&fan_club(true)).expect(201);
    let other = operator.open_client("Harbour Radio");
    other.profile(&json!({ "full_name": "Ada of the radio", "email": "ada@example.com" }));
    let subject = text(
        &club.post("/v1/subjects", &json!({ "role": "end_user", "age": "of_age" })).send().expect(201)["id"],
    );
    let member = json!({ "fields": { "full_name": "Ada of the club", "email": "ada@example.com" } });
    let target = format!("/v1/subjects/{subject}/records/member?purpose=service_for_client");
    let stored = club.post(&target, &member).send();
    assert_eq!(stored.status, 201, "{}", stored.everything());
    let mut browser = signed_in(&server, &mail, "/privacy/at/northern-lights-fan-club", "ada@example.com");
    let data = browser.open("/privacy/data").text();
    assert!(data.contains("Ada of the club") && !data.contains("of the radio"), "{data}");
    assert!(data.contains("Northern Lights fan club</bdi> · your privacy"), "{data}");
    browser.open("/privacy/requests/new?right=access");
    let asked = browser.send("/privacy/requests", &[("right", "access"), ("message", "")]);
    let page = led_to(&asked);
    let id = page.rsplit('/').next().unwrap();
    let seen = club.get(&format!("/v1/requests/{id}")).send().expect(200);
    assert_eq!((&seen["state"], &seen["account"]), (&json!("open"), &json!(club.account)));
    let steps = seen["steps"].to_string();
    assert!(steps.contains("passed_on"), "the operator clocks it until the Client answers: {steps}");
    other.get(&format!("/v1/requests/{id}")).send().problem(404, "not-found");
    club.post(&format!("/v1/requests/{id}/fulfil"), &json!({ "because": "looked through" }))
        .send()
        .expect(200);
    browser.open(&page);
    assert_eq!(browser.send(&format!("{page}/package"), &[]).status, 200);
    // Once the Client lets nobody in any more, an open session opens nothing.
    let closed = fan_club(false).replace("version = \"2026-01-01\"", "version = \"2026-01-02\"");
    club.publish_urgently(&closed).expect(201);
    assert_eq!(browser.open("/privacy/data").status, 303);
}

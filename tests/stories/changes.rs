//! Policy versions that apply later, the notice of them, and Clients that accept again

use domain::{Clock, ambient::SystemClock, calendar};
use jiff::{ToSpan, civil::Date};
use serde_json::{Value, json};
use stories::{Actor, Server, policy};

fn reference() -> String {
    std::fs::read_to_string(policy("influxis-2018.toml")).unwrap()
}

/// The reference policy with orders kept longer, from a day on.
pub(crate) fn wider(day: Date) -> String {
    let changed = reference().replace(r#"then = "P7Y""#, r#"then = "P9Y""#);
    assert_ne!(changed, reference(), "the reference policy says it in other words now");
    changed.replacen("effective = 2018-05-25", &format!("effective = {day}"), 1)
}

/// A day so many days from now.
pub(crate) fn day(days: i32) -> Date {
    calendar::day(SystemClock.now()).saturating_add(days.days())
}

/// An account, as the operator sees it.
fn listed(operator: &Actor, account: &str) -> Value {
    let all = operator.get("/v1/accounts").send().expect(200);
    all.as_array().unwrap().iter().find(|one| one["id"] == account).unwrap().clone()
}

#[test]
fn what_permits_more_waits_for_its_day_and_everyone_can_read_of_it() {
    let server = Server::start();
    let (operator, client) = (server.operator(), server.client());
    let problem = operator.publish(&wider(day(10))).problem(409, "notice");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("effective = {}", day(31))) && detail.contains("P30D"), "{detail}");

    let published = operator.publish(&wider(day(40))).expect(201);
    let applies_at = format!("{}T00:00:00Z", day(40));
    assert_eq!((&published["number"], &published["applies_at"]), (&json!(2), &json!(applies_at)));
    for reader in [&operator, &client] {
        let policy = reader.get("/v1/policy").send().expect(200);
        let (in_force, upcoming) = (&policy["operator"], &policy["operator"]["upcoming"]);
        assert_eq!((&in_force["number"], &upcoming[0]["number"]), (&json!(1), &json!(2)));
        assert_eq!((&upcoming[0]["applies_at"], &upcoming[1]), (&json!(applies_at), &Value::Null));
        let sentences = upcoming[0]["changes"]["other"].to_string();
        assert!(sentences.contains("9 years instead of 7 years"), "{sentences}");
    }
    let page = |target: &str| server.call("GET", target).send().text();
    let notice = format!("This policy changes on {}.", day(40));
    assert!(page("/policy").contains(&notice) && page("/policy").contains("9 years instead of 7 years"));
    assert!(page("/policy?version=2").contains(&format!("This version applies from {}.", day(40))));
    server.call("GET", "/policy?version=3").send().problem(404, "not-found");

    let must = listed(&operator, &client.account)["must_accept"].clone();
    assert_eq!(must, json!({ "version": 2, "by": applies_at }));
    client.end_user();
    // What permits no more than is in force overtakes it.
    operator.publish(&reference()).expect(201);
    assert_eq!(listed(&operator, &client.account)["must_accept"], Value::Null);
    assert!(!page("/policy").contains("This policy changes"));
    assert!(page("/policy?version=2").contains("This version is not in force."));
}

#[test]
fn a_client_accepts_again_and_may_do_so_ahead() {
    let server = Server::start();
    let operator = server.operator();
    let (early, late) = (server.client(), server.client());
    let accept = |client: &Actor, body: Value| {
        client.post(&format!("/v1/accounts/{}/acceptance", client.account), &body).send()
    };
    operator.publish(&wider(day(40))).expect(201);
    let ahead = accept(&early, json!({ "informs_end_users": true, "version": 2 })).expect(200);
    assert_eq!((&ahead["accepted_policy"], &ahead["must_accept"]), (&json!(2), &Value::Null));
    early.end_user();
    accept(&early, json!({ "informs_end_users": true, "version": 3 })).problem(400, "malformed");

    let urgent = operator.publish_urgently(&wider(day(0))).expect(201);
    assert_eq!(urgent["because"], "a story does not take weeks");
    early.end_user();
    late.post("/v1/subjects", &json!({ "role": "end_user" })).send().problem(403, "not-accepted");
    let must = listed(&operator, &late.account)["must_accept"].clone();
    assert_eq!((&must["version"], &must["by"]), (&json!(3), &urgent["applies_at"]));
    let accepted = accept(&late, json!({ "informs_end_users": true })).expect(200);
    assert_eq!((&accepted["accepted_policy"], &accepted["must_accept"]), (&json!(3), &Value::Null));
    assert!(accepted["accepted_at"].is_string());
    late.end_user();
    let versions = operator.get("/v1/policy/versions").send().expect(200);
    assert_eq!((&versions[0].get("because"), &versions[2]["because"]), (&None, &urgent["because"]));
}

/// Who objects in writing writes to the custodian, who enters it: it stands already when the change comes.
#[test]
fn an_objection_to_what_is_to_come_is_a_choice_that_the_custodian_enters() {
    let server = Server::start();
    let operator = server.operator();
    let messages = "purposes = [\"support\", \"requests\"]";
    let more = reference().replace(messages, "purposes = [\"support\", \"requests\", \"marketing\"]");
    assert_ne!(more, reference());
    let upcoming = more.replacen("effective = 2018-05-25", &format!("effective = {}", day(40)), 1);
    operator.publish(&upcoming).expect(201);
    let visitor = || {
        let new = json!({ "role": "visitor", "region": "US", "age": "of_age" });
        let id = operator.post("/v1/subjects", &new).send().expect(201)["id"].as_str().unwrap().to_owned();
        let target = format!("/v1/subjects/{id}/records/support_message?purpose=support");
        let stored = operator.post(&target, &json!({ "fields": { "body": "hello" } })).send().expect(201);
        (id, stored["id"].as_str().unwrap().to_owned())
    };
    let ((ada, of_ada), (_, of_bob)) = (visitor(), visitor());
    let said = json!({ "state": "denied", "method": "custodian" });
    operator.put(&format!("/v1/subjects/{ada}/choices/purposes.marketing"), &said).send().expect(200);
    operator.publish_urgently(&more).expect(201);
    let read = |record: &str| operator.get(&format!("/v1/records/{record}?purpose=marketing")).send();
    assert_eq!(read(&of_ada).problem(403, "refused")["reason"], "choice_denied");
    read(&of_bob).expect(200);
}

#[test]
fn a_reason_is_a_line_of_some_length() {
    let server = Server::start();
    let publish = |because: &str| {
        let target = format!("/v1/policy/versions?because={because}");
        server.operator().call("POST", &target).body("application/toml", reference()).send()
    };
    for because in ["", "%20", &"a".repeat(401), "a%0Ab"] {
        publish(because).problem(400, "malformed");
    }
    publish(&"a".repeat(400)).expect(201);
}

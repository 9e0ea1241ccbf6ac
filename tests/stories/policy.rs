//! `/v1/policy`, `/v1/policy/versions` and `/policy`

use serde_json::json;
use stories::{Server, policy};

fn reference() -> String {
    std::fs::read_to_string(policy("influxis-2018.toml")).unwrap()
}

/// The reference policy without support for End Users, in everything that may be used for it.
fn without_support() -> String {
    let changed = reference().replace(
        r#"purposes = ["service_for_client", "support", "mailing_for_client", "requests"]"#,
        r#"purposes = ["service_for_client", "mailing_for_client", "requests"]"#,
    );
    assert_ne!(changed, reference(), "the reference policy says it in other words now");
    changed
}

#[test]
fn a_published_version_binds_at_the_next_decision() {
    let server = Server::start();
    let (operator, client) = (server.operator(), server.client());
    let target = format!("/v1/subjects/{}/records/end_user_profile?purpose=support", client.end_user());
    let store = || client.post(&target, &json!({ "fields": { "full_name": "Ada" } })).send();
    store().expect(201);
    let published = operator.publish(&without_support()).expect(201);
    assert_eq!(published["number"], 2);
    store().problem(403, "refused");
    operator.publish_urgently(&reference()).expect(201);
    store().expect(201);
    let versions = operator.get("/v1/policy/versions").send().expect(200);
    let numbers: Vec<_> =
        versions.as_array().unwrap().iter().map(|one| one["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn the_history_tells_what_each_version_changed() {
    let server = Server::start();
    let operator = server.operator();
    operator.publish(&without_support()).expect(201);
    operator.publish_urgently(&reference()).expect(201);
    let versions = operator.get("/v1/policy/versions").send().expect(200);
    assert_eq!(versions[0].get("changes"), None, "nothing was before the first");
    let [narrower, wider] = [&versions[1]["changes"], &versions[2]["changes"]];
    assert_eq!((&narrower["material"], &narrower["newly_permitted"]), (&json!(false), &json!([])));
    let sentence = narrower["no_longer_permitted"][0]["sentence"].as_str().unwrap();
    assert!(sentence.contains("may no longer be used for answering messages"), "{sentence}");
    assert_eq!((&wider["material"], &wider["no_longer_permitted"]), (&json!(true), &json!([])));
    assert_eq!(wider["newly_permitted"][0]["material"], true);
}

#[test]
fn a_policy_with_errors_is_told_its_errors_and_changes_nothing() {
    let server = Server::start();
    let operator = server.operator();
    let broken = reference().replacen("retention = \"account_records\"", "retention = \"for_ever\"", 1);
    let problem = operator.publish(&broken).problem(422, "policy");
    let diagnostics = problem["diagnostics"].as_array().unwrap();
    assert!(diagnostics.iter().any(|one| one.to_string().contains("for_ever")), "{problem}");
    assert_eq!(operator.get("/v1/policy").send().expect(200)["operator"]["number"], 1);
}

#[test]
fn a_client_may_narrow_the_policy_and_not_widen_it() {
    let server = Server::start();
    let client = server.client();
    let narrower = std::fs::read_to_string(policy("client-fanclub.toml")).unwrap();
    client.publish(&narrower).expect(201);
    let wider = narrower
        .replace("[purposes.support]", "[purposes.marketing]")
        .replace("\"support\"", "\"marketing\"");
    client.publish(&wider).problem(422, "policy");
    let in_force = client.get("/v1/policy").send().expect(200);
    assert_eq!((&in_force["operator"]["number"], &in_force["account"]["number"]), (&json!(1), &json!(1)));
    assert_eq!(in_force["account"]["source"], narrower);
}

#[test]
fn the_page_shows_the_policy_in_force_to_anyone() {
    let server = Server::start();
    let page = server.call("GET", "/policy").send();
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(page.text().contains("Custodian of Records"));
}

//! `POST /v1/policy/replay` and `bailee policy replay`

use std::fs;

use serde_json::{Value, json};
use stories::{Actor, Server, policy};

fn reference() -> String {
    fs::read_to_string(policy("influxis-2018.toml")).unwrap()
}

/// The reference policy without support for End Users.
fn without_support() -> String {
    let changed = reference().replace(
        r#"purposes = ["service_for_client", "support", "mailing_for_client", "requests"]"#,
        r#"purposes = ["service_for_client", "mailing_for_client", "requests"]"#,
    );
    assert_ne!(changed, reference(), "the reference policy says it in other words now");
    changed
}

fn replay(actor: &Actor, query: &str, source: &str) -> stories::Reply {
    actor.call("POST", &format!("/v1/policy/replay{query}")).body("application/toml", source).send()
}

/// By purpose, category and role, how often.
fn told(list: &Value) -> Vec<Value> {
    let one = |one: &Value| json!([one["purpose"], one["category"], one["role"], one["count"]]);
    list.as_array().unwrap().iter().map(one).collect()
}

/// A person whose profile is stored for support and read for it twice, and one who is erased.
fn used(client: &Actor) {
    let target = format!("/v1/subjects/{}/records/end_user_profile?purpose=support", client.end_user());
    let fields = json!({ "fields": { "full_name": "Ada", "email": "ada@example.com" } });
    let record = client.post(&target, &fields).send().expect(201)["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        client.get(&format!("/v1/records/{record}?purpose=support")).send().expect(200);
    }
    client.get(&format!("/v1/records/{record}?purpose=marketing")).send().problem(403, "refused");
    client.erase(&client.end_user()).expect(200);
}

#[test]
fn what_a_version_would_have_refused_is_told_before_it_is_published() {
    let server = Server::start();
    let (operator, client) = (server.operator(), server.client());
    used(&client);
    let same = replay(&operator, "", &reference()).expect(200);
    assert_eq!((&same["newly_refused"], &same["newly_allowed"]), (&json!([]), &json!([])));
    let replayed = replay(&operator, "?days=1", &without_support()).expect(200);
    let expected =
        [json!(["support", "email", "end_user", 3]), json!(["support", "full_name", "end_user", 3])];
    assert_eq!(told(&replayed["newly_refused"]), expected);
    let sentence = replayed["newly_refused"][0]["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with(
            "The use of the e-mail address of an end user for answering messages, allowed 3 times"
        ),
        "{sentence}"
    );
    assert!(replayed["unopenable"].as_u64().unwrap() >= 1, "{replayed}");
    assert!(!replayed.to_string().contains("sub_"), "nobody is named: {replayed}");

    let in_force = operator.get("/v1/policy").send().expect(200);
    assert_eq!(in_force["operator"]["number"], 1, "nothing was published");
    let entry = format!("/v1/audit/entries/{}", replayed["entry"].as_str().unwrap());
    assert_eq!(operator.get(&entry).send().expect(200)["detail"]["action"], "policy.replayed");
    replay(&operator, "?days=0", &reference()).problem(400, "malformed");
    replay(&operator, "", "nonsense").problem(422, "policy");
}

#[test]
fn a_client_replays_its_own_policy_over_its_own_people() {
    let server = Server::start();
    let (client, another) = (server.client(), server.client());
    used(&client);
    let narrower = fs::read_to_string(policy("client-fanclub.toml")).unwrap();
    let own = replay(&client, "", &narrower).expect(200);
    let others = replay(&another, "", &narrower).expect(200);
    assert!(own["decisions"].as_u64().unwrap() > 0, "{own}");
    assert_eq!((&others["decisions"], &others["newly_refused"]), (&json!(0), &json!([])));
}

#[test]
fn the_command_line_tells_the_same() {
    let mut server = Server::start();
    used(&server.client());
    server.stop();
    let file = server.data().join("../next.toml");
    fs::write(&file, without_support()).unwrap();
    let run = |more: &[&str]| server.run(&[&["policy", "replay", file.to_str().unwrap()], more].concat());
    let told_in_words = run(&["--days", "7", "--exit-code"]);
    assert_eq!(told_in_words.status.code(), Some(1), "{told_in_words:?}");
    let text = String::from_utf8(told_in_words.stdout).unwrap();
    assert!(text.starts_with("Would be refused\n  - The use of the e-mail address of an end user"), "{text}");
    assert!(text.contains("6 would turn out otherwise"), "{text}");
    let replayed: Value = serde_json::from_slice(&run(&["--json"]).stdout).unwrap();
    assert_eq!(told(&replayed["newly_refused"]).len(), 2);
    fs::write(&file, "nonsense").unwrap();
    assert_eq!(run(&[]).status.code(), Some(2));
}

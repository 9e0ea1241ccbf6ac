//! The promise `children`: below the minimum age nothing is held, whichever door is tried and whenever it is found out.

use serde_json::{Value, json};
use stories::{Actor, Call, PublishedLog, Server, eventually, policy};

/// What a person under thirteen is refused with, at whichever door.
fn refused(call: &Call) {
    let problem = call.clone().send().problem(403, "refused");
    let said = (&problem["clause"], &problem["promise"], &problem["reason"]);
    assert_eq!(said, (&json!(11), &json!("children"), &json!("below_minimum_age")), "{problem}");
    assert!(problem["entry"].is_string() && problem["sentence"].is_string(), "{problem}");
}

fn subjects(client: &Actor) -> usize {
    client.get("/v1/subjects").send().expect(200)["items"].as_array().unwrap().len()
}

fn discover(client: &Actor, subject: &str) -> Call {
    client.call("POST", &format!("/v1/subjects/{subject}/child"))
}

/// The reference policy, to be changed.
fn reference() -> String {
    std::fs::read_to_string(policy("influxis-2018.toml")).unwrap()
}

#[test]
fn children() {
    let server = Server::start();
    let (client, log) = (server.client(), PublishedLog::of(&server));
    for said in [json!({ "age": "child" }), json!({ "age": "6-12" }), json!({ "born": "2024-02-29" })] {
        let mut body = said.clone();
        body["role"] = json!("end_user");
        refused(&client.post("/v1/subjects", &body));
        let line = json!({ "create": body }).to_string();
        let bulk = client.call("POST", "/v1/bulk?purpose=support").body("application/x-ndjson", line);
        let answer: Value = serde_json::from_str(bulk.send().text().trim()).unwrap();
        assert_eq!(
            (&answer["subject"], &answer["problem"]["clause"]),
            (&Value::Null, &json!(11)),
            "{answer}"
        );
    }
    assert_eq!(subjects(&client), 0, "nothing is stored of whom the door turns away");

    let ada = client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let erased = discover(&client, &ada.subject).send();
    assert!(!erased.text().contains(&ada.subject), "the record of it names no one: {}", erased.text());
    let erased = erased.expect(200);
    assert_eq!((&erased["certificate"]["clause"], &erased["certificate"]["kept"]), (&json!(11), &json!([])));
    client.read(&ada.record).problem(410, "gone");
    assert_eq!(client.find_by_email("ada@example.com"), Vec::<String>::new());
    assert_eq!(discover(&client, &ada.subject).send().expect(200)["id"], erased["id"], "once is enough");
    let held = eventually("the proof of a certificate", || {
        let read = client.get(&format!("/v1/erasures/{}", erased["id"].as_str().unwrap())).send().expect(200);
        (read["proof"]["state"] == "proved").then_some(read)
    });
    stories::proof_in(&held["proof"]).unwrap().verify(&log.key).unwrap();
    assert!(!held.to_string().contains(&ada.subject));
}

#[test]
fn what_is_said_later_binds_at_the_next_decision_and_a_child_is_erased() {
    let server = Server::start();
    let (operator, client) = (server.operator(), server.client());
    operator.publish(&reference().replace("unknown = \"allow\"", "unknown = \"refuse\"")).expect(201);
    let again = json!({ "informs_end_users": true });
    client.post(&format!("/v1/accounts/{}/acceptance", client.account), &again).send();
    let ada = client.end_user();
    let store = || client.profile_call(&ada, &json!({ "full_name": "Ada" })).send();
    assert_eq!(store().problem(403, "refused")["reason"], "age_unknown");
    let say = |body: &Value| client.put(&format!("/v1/subjects/{ada}/age"), body).send();
    assert_eq!(say(&json!({ "age": "10-17" })).expect(200)["age"], "unknown");
    assert_eq!(store().problem(403, "refused")["reason"], "age_unknown");
    let said = say(&json!({ "born": "1990-02-03" }));
    assert!(!said.text().contains("1990"), "the date of birth is forgotten");
    assert_eq!(said.expect(200)["age"], "of_age");
    let record = store().expect(201)["id"].as_str().unwrap().to_owned();

    for body in [json!({}), json!({ "age": "adult" }), json!({ "age": "of_age", "born": "1990-02-03" })] {
        say(&body).problem(400, "malformed");
    }
    let problem = say(&json!({ "born": "2999-01-01" }));
    assert!(!problem.text().contains("2999"), "what was sent is not repeated");
    problem.problem(400, "malformed");
    let writer = client.key_for(&client.account, &["data:write"]);
    writer.put(&format!("/v1/subjects/{ada}/age"), &json!({ "age": "child" })).send().problem(403, "scope");
    client.read(&record).expect(200);
    let child = say(&json!({ "age": "child" })).expect(200);
    assert_eq!((&child["age"], &child["erasure"]["certificate"]["clause"]), (&json!("child"), &json!(11)));
    client.read(&record).problem(410, "gone");
}

#[test]
fn a_date_of_birth_in_a_record_is_a_door_too() {
    let server = Server::start();
    let (operator, client) = (server.operator(), server.client());
    let category = "[categories.birthday]\nlabel = \"date of birth\"\ndpv = \"dpv-pd:BirthDate\"\n\
                    class = \"identifying\"\ndetector = \"birth_date\"\n\n[categories.email]";
    let field = "[records.end_user_profile.fields]\nborn = { category = \"birthday\", type = \"date\" }";
    let source = reference().replacen("[categories.email]", category, 1).replacen(
        "[records.end_user_profile.fields]",
        field,
        1,
    );
    operator.publish_urgently(&source).expect(201);
    let again = json!({ "informs_end_users": true });
    client.post(&format!("/v1/accounts/{}/acceptance", client.account), &again).send();
    let ada = client.end_user();
    let fields = |born: &str| json!({ "full_name": "Ada", "born": born });
    refused(&client.profile_call(&ada, &fields("2020-01-01")));
    client.profile_call(&ada, &fields("2999-01-01")).send().problem(422, "invalid");
    let stored = client.profile_call(&ada, &fields("1990-01-01")).send().expect(201);
    let record = format!("/v1/records/{}?purpose=service_for_client", stored["id"].as_str().unwrap());
    refused(&client.patch(&record, &json!({ "born": "2020-01-01" })));
    assert_eq!(client.get(&record).send().expect(200)["fields"]["born"], "1990-01-01");
}

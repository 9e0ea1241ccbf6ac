//! `/v1/subjects/{id}/merge` and `/v1/subjects/{id}/split`

use serde_json::{Value, json};
use stories::{Actor, Server};

fn merge(actor: &Actor, from: &str, into: &str) -> stories::Reply {
    let body = json!({ "into": into, "by": "Bob", "because": "the same passport" });
    actor.post(&format!("/v1/subjects/{from}/merge"), &body).send()
}

fn names(actor: &Actor, subject: &str) -> Vec<String> {
    let target = format!("/v1/subjects/{subject}/records?purpose=service_for_client");
    let listed = actor.get(&target).send().expect(200);
    let records = listed["items"].as_array().unwrap().iter();
    records.filter_map(|record| record["fields"]["full_name"].as_str().map(str::to_owned)).collect()
}

#[test]
fn two_subjects_that_are_one_person_become_one() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let twin = client.profile(&json!({ "full_name": "A. Lovelace", "email": "lovelace@example.com" }));
    let merged = merge(&client, &ada.subject, &twin.subject).expect(200);
    assert_eq!((&merged["records"], merged["ended_at"].is_string()), (&json!(1), true), "{merged}");
    assert_eq!(merge(&client, &ada.subject, &twin.subject).expect(200), merged, "asking again is the same");
    let mut all = names(&client, &twin.subject);
    all.sort();
    assert_eq!(all, ["A. Lovelace", "Ada"]);
    for email in ["ada@example.com", "lovelace@example.com"] {
        assert_eq!(client.find_by_email(email), [twin.subject.as_str()], "{email}");
    }
    for target in ["", "/records?purpose=service_for_client", "/choices"] {
        let gone = client.get(&format!("/v1/subjects/{}{target}", ada.subject)).send().problem(410, "gone");
        assert_eq!(gone["merged_into"], twin.subject.as_str(), "{target}: {gone}");
    }
    // Which record is which is in the log of the one that stays, and the log of the other is there still.
    let logged = |subject: &str| client.get(&format!("/v1/subjects/{subject}/entries")).send().everything();
    let (there, here) = (logged(&twin.subject), logged(&ada.subject));
    assert!(there.contains("records.moved") && there.contains(&format!("{} is rec_", ada.record)), "{there}");
    assert!(here.contains("record.created") && here.contains("the same passport"), "{here}");
    // It dies with the one that stays.
    client.erase(&twin.subject).expect(200);
    assert_eq!(client.find_by_email("ada@example.com"), Vec::<String>::new());
    assert!(!logged(&ada.subject).contains("record.created"));
}

#[test]
fn while_something_is_open_about_one_of_them_they_stay_two() {
    let server = Server::start();
    let client = server.client();
    let (ada, twin) = (client.profile(&json!({ "full_name": "Ada" })), client.end_user());
    let body = json!({ "right": "erasure", "subject": ada.subject, "verified": { "because": "signed in" } });
    let request = client.post("/v1/requests", &body).send().expect(201);
    for (from, into) in [(&ada.subject, &twin), (&twin, &ada.subject)] {
        let problem = merge(&client, from, into).problem(409, "unmergeable");
        assert!(problem["detail"].as_str().unwrap().contains("open"), "{problem}");
    }
    let withdraw = format!("/v1/requests/{}/withdraw", request["id"].as_str().unwrap());
    client.post(&withdraw, &json!({})).send().expect(200);
    merge(&client, &ada.subject, &twin).expect(200);
    merge(&client, &twin, &twin).problem(409, "unmergeable");
}

#[test]
fn an_address_that_changed_hands_finds_its_new_holder_only() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada", "email": "desk@example.com" }));
    let split = |records: Value| {
        let body = json!({ "records": records, "by": "Bob", "because": "the desk has another clerk" });
        client.post(&format!("/v1/subjects/{}/split", ada.subject), &body).send()
    };
    let done = split(json!([ada.record])).expect(201);
    let new = done["subject"].as_str().unwrap();
    assert_eq!(
        (&done["records"][0]["from"], names(&client, new)),
        (&json!(ada.record), vec!["Ada".to_owned()])
    );
    assert_eq!(client.find_by_email("desk@example.com"), [new]);
    assert_eq!(names(&client, &ada.subject), Vec::<String>::new());
    client.read(&ada.record).problem(404, "not-found");
    split(json!([ada.record])).problem(404, "not-found");
    split(json!([])).problem(400, "malformed");
}

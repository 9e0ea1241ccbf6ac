//! `POST /v1/records/metadata/query` and `POST /v1/records/metadata`

use serde_json::{Value, json};
use stories::{Actor, Call, Server};

const PURPOSE: &str = "service_for_client";

fn by_purpose() -> Value {
    json!({ "collected_for": PURPOSE })
}

fn query(client: &Actor, body: &Value) -> Call {
    client.post(&format!("/v1/records/metadata/query?purpose={PURPOSE}"), body)
}

fn items(client: &Actor, select: &Value) -> Vec<Value> {
    let found = query(client, &json!({ "select": select })).send().expect(200);
    found["items"].as_array().unwrap().clone()
}

fn change(client: &Actor, select: &Value, set: &Value) -> Call {
    let body = json!({ "select": select, "set": set });
    client.post(&format!("/v1/records/metadata?purpose={PURPOSE}"), &body)
}

#[test]
fn all_of_a_purpose_is_found_in_pages_and_nothing_is_opened() {
    let server = Server::start();
    let client = server.client();
    let people = [1, 2, 3].map(|_| client.profile(&json!({ "full_name": "Ada Lovelace" })));
    let whole = query(&client, &json!({ "select": by_purpose() })).send();
    assert!(!whole.text().contains("Lovelace"));
    assert_eq!(whole.header("cache-control"), Some("no-store"));
    let whole = whole.expect(200);
    let mut records = people.each_ref().map(|one| json!(one.record));
    records.sort_by_key(Value::to_string);
    let ids =
        |items: &Value| items.as_array().unwrap().iter().map(|item| item["id"].clone()).collect::<Vec<_>>();
    assert_eq!((ids(&whole["items"]), &whole["next"]), (records.to_vec(), &Value::Null));
    let page =
        query(&client, &json!({ "select": by_purpose(), "limit": 2, "after": null })).send().expect(200);
    assert_eq!((ids(&page["items"]), &page["next"]), (records[..2].to_vec(), &records[1]));
    let rest = json!({ "select": by_purpose(), "limit": 2, "after": page["next"] });
    assert_eq!(ids(&query(&client, &rest).send().expect(200)["items"]), records[2..]);
    let [ada, ..] = &people;
    let expected = json!({
        "id": ada.record, "subject": ada.subject, "type": "end_user_profile", "version": 1, "metadata_version": 1,
        "collected_for": [PURPOSE], "expires_at": null, "source": "subject", "shared_with": [], "objections": [],
        "automated": [], "flags": [],
    });
    assert_eq!(items(&client, &json!({ "subject": ada.subject })), [expected]);
}

#[test]
fn an_objection_is_set_on_all_and_binds_at_once() {
    let server = Server::start();
    let client = server.client();
    let (ada, eve) =
        (client.profile(&json!({ "full_name": "Ada" })), client.profile(&json!({ "full_name": "Eve" })));
    let set = change(&client, &by_purpose(), &json!({ "objections": [PURPOSE] })).send().expect(200);
    assert_eq!(set["changed"], 2);
    for record in [&ada.record, &eve.record] {
        let problem = client.read(record).problem(403, "refused");
        assert_eq!((&problem["reason"], &problem["promise"]), (&json!("objected"), &json!("user-choice")));
        assert!(problem["sentence"].is_string(), "{problem}");
    }
    let of_ada = json!({ "subject": ada.subject });
    assert_eq!(items(&client, &of_ada)[0]["objections"], json!([PURPOSE]));
    assert_eq!(change(&client, &of_ada, &json!({ "objections": [] })).send().expect(200)["changed"], 1);
    let read = client.read(&ada.record).expect(200);
    assert_eq!((&read["version"], &read["metadata_version"]), (&json!(1), &json!(3)));
    client.read(&eve.record).problem(403, "refused");
}

#[test]
fn the_entry_of_many_names_none_and_that_of_one_is_theirs() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    client.profile(&json!({ "full_name": "Eve" }));
    let many = change(&client, &by_purpose(), &json!({ "source": "account" })).send().expect(200);
    let entry = many["entry"].as_str().unwrap();
    let detail = client.get(&format!("/v1/audit/entries/{entry}")).send().expect(200)["detail"].clone();
    assert_eq!((&detail["action"], &detail["subject"]), (&json!("metadata.changed"), &Value::Null));
    assert_eq!(detail["note"], format!("2 records collected for {PURPOSE}; set source = account"));
    assert_eq!(detail["concerned"]["people"], 2);
    let of_ada = json!({ "subject": ada.subject });
    let read = query(&client, &json!({ "select": of_ada })).send().expect(200);
    let entries = client.get(&format!("/v1/subjects/{}/entries", ada.subject)).send().expect(200);
    let newest = &entries["items"][0];
    assert_eq!((&newest["entry"], &newest["detail"]["action"]), (&read["entry"], &json!("metadata.read")));
}

#[test]
fn an_end_comes_sooner_only_and_only_by_who_may_delete() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let of_ada = json!({ "subject": ada.subject });
    for (asked, stands) in [("2999", "2999"), ("2998", "2998"), ("2999", "2998")] {
        let set = json!({ "expires_at": format!("{asked}-01-01T00:00:00Z") });
        change(&client, &of_ada, &set).send().expect(200);
        assert_eq!(items(&client, &of_ada)[0]["expires_at"], format!("{stands}-01-01T00:00:00Z"));
    }
    change(&client, &of_ada, &json!({ "expires_at": "2001-01-01T00:00:00Z" }))
        .send()
        .problem(400, "malformed");
    let writer = server.operator().key_for(&client.account, &["data:write", "data:read"]);
    let sooner = json!({ "expires_at": "2990-01-01T00:00:00Z" });
    let problem = change(&writer, &of_ada, &sooner).send().problem(403, "scope");
    assert!(problem["detail"].as_str().unwrap().contains("data:erase"), "{problem}");
    change(&writer, &of_ada, &json!({ "shared_with": ["zendesk"] })).send().expect(200);
}

#[test]
fn another_accounts_records_never_match() {
    let server = Server::start();
    let (client, other) = (server.client(), server.client());
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    assert_eq!(items(&other, &by_purpose()), Vec::<Value>::new());
    let set = json!({ "objections": [PURPOSE] });
    assert_eq!(change(&other, &by_purpose(), &set).send().expect(200)["changed"], 0);
    let of_ada = json!({ "subject": ada.subject });
    query(&other, &json!({ "select": of_ada })).send().problem(404, "not-found");
    change(&other, &of_ada, &set).send().problem(404, "not-found");
    client.read(&ada.record).expect(200);
}

#[test]
fn whoever_is_erased_matches_no_more() {
    let server = Server::start();
    let client = server.client();
    let (ada, eve) =
        (client.profile(&json!({ "full_name": "Ada" })), client.profile(&json!({ "full_name": "Eve" })));
    client.erase(&ada.subject).expect(200);
    let left = items(&client, &by_purpose());
    assert_eq!(left.iter().map(|item| &item["id"]).collect::<Vec<_>>(), [&json!(eve.record)]);
    query(&client, &json!({ "select": { "subject": ada.subject } })).send().problem(410, "gone");
}

#[test]
fn what_cannot_be_meant_is_refused_and_not_repeated() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let both = json!({ "collected_for": PURPOSE, "subject": ada.subject });
    for body in [
        json!({ "select": {} }),
        json!({ "select": both }),
        json!({ "select": by_purpose(), "limit": 0 }),
        json!({ "select": by_purpose(), "limit": 10_001 }),
        json!({ "select": { "collected_for": "secret word" } }),
        json!({ "select": { "role": "end_user" } }),
    ] {
        let reply = query(&client, &body).send();
        reply.problem(400, "malformed");
        assert!(!reply.everything().contains("secret"), "{body}");
    }
    query(&client, &json!({ "select": by_purpose(), "after": "rec_" })).send().problem(404, "not-found");
    for set in [
        json!({}),
        json!({ "objections": [], "automated": [] }),
        json!({ "objections": ["secret word"] }),
        json!({ "objections": ["support", "support"] }),
        json!({ "automated": ["zendesk"] }),
        json!({ "shared_with": ["support"] }),
        json!({ "source": "secret" }),
        json!({ "expires_at": "secret" }),
        json!({ "collected_for": ["marketing"] }),
        json!({ "version": 3 }),
    ] {
        let reply = change(&client, &by_purpose(), &set).send();
        reply.problem(400, "malformed");
        assert!(!reply.everything().contains("secret"), "{set}");
    }
    assert_eq!(items(&client, &by_purpose())[0]["metadata_version"], 1);
    let nowhere = "/v1/records/metadata/query?purpose=world_domination";
    client.post(nowhere, &json!({ "select": by_purpose() })).send().problem(403, "refused");
}

#[test]
fn a_repeated_change_answers_as_the_first() {
    let server = Server::start();
    let client = server.client();
    client.profile(&json!({ "full_name": "Ada" }));
    let set = || {
        let call = change(&client, &by_purpose(), &json!({ "automated": ["support"] }));
        call.header("Idempotency-Key", "one").send().expect(200)
    };
    let first = set();
    assert_eq!((&first["changed"], &set()), (&json!(1), &first));
    assert_eq!(items(&client, &by_purpose())[0]["metadata_version"], 2);
}

#[test]
fn a_record_is_stored_with_what_is_said_of_it() {
    let server = Server::start();
    let client = server.client();
    let subject = client.end_user();
    let store = |more: Value| {
        let mut body = json!({ "fields": { "full_name": "Ada" } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        client.post(&format!("/v1/subjects/{subject}/records/end_user_profile?purpose={PURPOSE}"), &body)
    };
    let said = json!({
        "objections": ["zendesk"], "automated": ["support"], "shared_with": ["zendesk"],
        "expires_at": "2999-01-01T00:00:00Z",
    });
    let stored = store(said.clone()).send().expect(201);
    for (field, value) in said.as_object().unwrap() {
        assert_eq!(&stored[field], value, "{field}");
    }
    let refused = store(json!({ "objections": [PURPOSE] })).send().problem(403, "refused");
    assert_eq!(refused["reason"], "objected");
    store(json!({ "objections": ["nobody"] })).send().problem(400, "malformed");
    store(json!({ "expires_at": "2001-01-01T00:00:00Z" })).send().problem(400, "malformed");
}

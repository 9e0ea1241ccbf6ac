//! `/v1/subjects`

use serde_json::json;
use stories::Server;

#[test]
fn a_subject_has_a_role_and_says_nothing_of_who_it_is() {
    let server = Server::start();
    let client = server.client();
    let body = json!({ "role": "end_user", "region": "DE", "born": "1990-02-03" });
    let reply = client.post("/v1/subjects", &body).send();
    let made = reply.expect(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!(reply.header("location"), Some(format!("/v1/subjects/{id}").as_str()));
    assert_eq!(made["age"], "of_age");
    assert!(!reply.text().contains("1990"), "the date of birth is forgotten");

    let read = client.get(&format!("/v1/subjects/{id}")).send().expect(200);
    assert_eq!(
        (&read["role"], &read["state"], &read["region"]),
        (&json!("end_user"), &json!("active"), &json!("DE"))
    );
}

#[test]
fn a_child_is_refused_by_the_section_that_says_so() {
    let server = Server::start();
    let client = server.client();
    for body in
        [json!({ "role": "end_user", "age": "child" }), json!({ "role": "end_user", "born": "2020-01-01" })]
    {
        let problem = client.post("/v1/subjects", &body).send().problem(403, "refused");
        assert_eq!((&problem["clause"], &problem["promise"]), (&json!(11), &json!("children")), "{problem}");
        assert!(problem["entry"].is_string(), "the refusal is recorded: {problem}");
    }
    assert_eq!(client.get("/v1/subjects").send().expect(200)["items"], json!([]));
}

#[test]
fn a_role_belongs_to_the_operator_or_to_its_clients() {
    let server = Server::start();
    let of_operator = json!({ "role": "client" });
    server.client().post("/v1/subjects", &of_operator).send().problem(403, "refused");
    server.operator().post("/v1/subjects", &of_operator).send().expect(201);
    server.operator().post("/v1/subjects", &json!({ "role": "end_user" })).send().problem(403, "refused");
}

#[test]
fn a_list_comes_in_pages_and_holds_each_subject_once() {
    let server = Server::start();
    let client = server.client();
    let mut made: Vec<String> = (0..5).map(|_| client.end_user()).collect();
    let (mut seen, mut target) = (Vec::new(), "/v1/subjects?limit=2".to_owned());
    loop {
        let page = client.get(&target).send().expect(200);
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        target = format!("/v1/subjects?limit=2&after={next}");
    }
    made.sort();
    assert_eq!(seen, made);
}

#[test]
fn a_repeated_request_makes_one_subject() {
    let server = Server::start();
    let client = server.client();
    let call =
        || client.post("/v1/subjects", &json!({ "role": "end_user" })).header("Idempotency-Key", "one");
    assert_eq!(call().send().expect(201), call().send().expect(201));
    assert_eq!(client.get("/v1/subjects").send().expect(200)["items"].as_array().unwrap().len(), 1);
}

//! `GET /v1/subjects/{id}/records`

use serde_json::json;
use stories::Server;

#[test]
fn all_that_is_held_comes_in_pages_opened_for_the_purpose() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    client.profile_call(&ada.subject, &json!({ "full_name": "Augusta" })).send().expect(201);
    let target = format!("/v1/subjects/{}/records?purpose=service_for_client&limit=1", ada.subject);
    let first = client.get(&target).send().expect(200);
    let second =
        client.get(&format!("{target}&after={}", first["next"].as_str().unwrap())).send().expect(200);
    let mut names = [&first["items"][0]["fields"]["full_name"], &second["items"][0]["fields"]["full_name"]];
    names.sort_by_key(|name| name.to_string());
    assert_eq!(names, [&json!("Ada"), &json!("Augusta")]);
}

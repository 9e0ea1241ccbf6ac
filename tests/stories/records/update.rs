//! `PATCH /v1/records/{id}`

use serde_json::json;
use stories::Server;

#[test]
fn a_patch_changes_what_it_names_and_removes_what_is_null() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com", "country": "DE" }));
    let target = format!("/v1/records/{}?purpose=service_for_client", ada.record);
    let patch = json!({ "email": "ada@example.org", "country": null });
    let reply = client.patch(&target, &patch).header("If-Match", "\"1\"").send();
    assert_eq!(reply.expect(200)["version"], 2);
    assert_eq!(reply.header("etag"), Some("\"2\""));
    let read = client.read(&ada.record).expect(200);
    assert_eq!(read["fields"], json!({ "full_name": "Ada", "email": "ada@example.org" }));
}

#[test]
fn a_patched_lookup_field_is_found_by_its_new_value_only() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "email": "ada@example.com" }));
    let target = format!("/v1/records/{}?purpose=service_for_client", ada.record);
    client.patch(&target, &json!({ "email": "ada@example.org" })).send().expect(200);
    assert_eq!(client.find_by_email("ada@example.com"), Vec::<String>::new());
    assert_eq!(client.find_by_email("ada@example.org"), [ada.subject]);
}

#[test]
fn a_stale_version_changes_nothing() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let target = format!("/v1/records/{}?purpose=service_for_client", ada.record);
    let patch =
        |name: &str| client.patch(&target, &json!({ "full_name": name })).header("If-Match", "\"1\"").send();
    patch("Augusta").expect(200);
    patch("Lovelace").problem(412, "stale");
    assert_eq!(client.read(&ada.record).expect(200)["fields"], json!({ "full_name": "Augusta" }));
}

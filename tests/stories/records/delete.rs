//! `DELETE /v1/records/{id}`

use serde_json::json;
use stories::Server;

#[test]
fn a_deleted_record_is_gone_from_every_way_to_it() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "email": "ada@example.com" }));
    let target = format!("/v1/records/{}", ada.record);
    client.delete(&target).header("If-Match", "\"7\"").send().problem(412, "stale");
    assert!(client.delete(&target).header("If-Match", "\"1\"").send().expect(200)["entry"].is_string());
    client.read(&ada.record).problem(404, "not-found");
    client.delete(&target).send().problem(404, "not-found");
    assert_eq!(client.find_by_email("ada@example.com"), Vec::<String>::new());
    let held =
        client.get(&format!("/v1/subjects/{}/records?purpose=support", ada.subject)).send().expect(200);
    assert_eq!(held["items"], json!([]));
}

//! `/healthz`, `/readyz`, `/metrics`, and an orderly end.

use serde_json::json;
use stories::Server;

#[test]
fn it_says_that_it_lives_and_counts_decisions() {
    let server = Server::start();
    let client = server.client();
    client.profile(&json!({ "full_name": "Ada" }));
    assert_eq!(server.call("GET", "/healthz").send().expect(200), json!({ "status": "ok" }));
    assert_eq!(server.call("GET", "/readyz").send().expect(200)["status"], "ok");
    let metrics = server.call("GET", "/metrics").send();
    assert!(metrics.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")));
    let counted =
        metrics.text().lines().any(|line| line.starts_with("bailee_decisions_total{outcome=\"allowed\"}"));
    assert!(counted, "{}", metrics.text());
}

#[test]
fn what_was_stored_is_there_after_an_orderly_end() {
    let mut server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "email": "ada@example.com" }));
    server.stop();
    server.serve();
    assert_eq!(client.read(&ada.record).expect(200)["fields"], json!({ "email": "ada@example.com" }));
    assert_eq!(client.find_by_email("ada@example.com"), [ada.subject]);
}

#[test]
fn a_wrong_root_key_is_a_clear_error_before_anything_else() {
    let mut server = Server::start();
    server.stop();
    let key = server.data().join("../bailee-root.key");
    let other = std::fs::read_to_string(&key).unwrap().chars().rev().collect::<String>();
    std::fs::write(&key, format!("{}\n", other.trim())).unwrap();
    let refused = server.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("root key"), "{refused:?}");
}

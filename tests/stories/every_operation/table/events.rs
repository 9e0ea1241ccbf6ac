//! The rows of events and where they are delivered to.

use serde_json::{Value, json};

use super::Row;

/// A webhook of a receiver that does not exist (RFC 2606).
pub(super) fn webhook() -> Value {
    json!({ "url": "https://receiver.invalid/hook" })
}

/// A row for each operation.
pub(super) fn rows(id: &str) -> Vec<Row> {
    let target = format!("/v1/webhooks/{id}");
    let step = |operation, step: &str| {
        Row::new(operation, "webhooks:write", "POST", &format!("{target}/{step}")).private()
    };
    vec![
        Row::new("listEvents", "events:read", "GET", "/v1/events"),
        Row::new("listWebhooks", "events:read", "GET", "/v1/webhooks"),
        Row::new("createWebhook", "webhooks:write", "POST", "/v1/webhooks").with(&webhook()),
        Row::new("readWebhook", "events:read", "GET", &target).private(),
        step("rotateWebhookSecret", "secret"),
        step("replayWebhook", "replay").with(&json!({})),
        step("testWebhook", "test"),
        Row::new("removeWebhook", "webhooks:write", "DELETE", &target).private(),
    ]
}

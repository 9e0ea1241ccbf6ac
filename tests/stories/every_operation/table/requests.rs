//! The rows of what people ask for.

use serde_json::{Value, json};
use stories::Actor;

use super::Row;

/// A request in each state that an operation needs.
pub(super) struct Requests {
    open: String,
    named: String,
    paused: String,
    with_task: String,
    answered: String,
    /// A message that waits.
    message: String,
}

impl Requests {
    /// Opens them, each about another End User.
    pub(super) fn of(client: &Actor) -> Self {
        let opened = |body: &Value| {
            let request = client.post("/v1/requests", body).send().expect(201);
            request["id"].as_str().unwrap_or_default().to_owned()
        };
        let about = |right: &str| opened(&vouched(right, &client.end_user()));
        let step = |request: &str, step: &str| {
            let target = format!("/v1/requests/{request}/{step}");
            client.post(&target, &json!({ "because": "as asked" })).send().expect(200);
        };
        let (paused, answered) = (about("access"), about("access"));
        step(&paused, "pause");
        step(&answered, "fulfil");
        let named =
            json!({ "right": "access", "identifiers": [{ "field": "email", "value": "ada@example.com" }] });
        let (open, named) = (about("access"), opened(&named));
        let outbox = client.get("/v1/outbox").send().expect(200);
        Self {
            open,
            named,
            message: outbox["items"][0]["id"].as_str().unwrap_or_default().to_owned(),
            paused,
            with_task: about("rectification"),
            answered,
        }
    }

    /// A row for each of their operations.
    pub(super) fn rows(&self, subject: &str) -> Vec<Row> {
        let target = |request: &str, step: &str| format!("/v1/requests/{request}/{step}");
        let said = json!({ "by": "Bob", "because": "as asked" });
        let step = |operation, target: &str, body: &Value| {
            Row::new(operation, "requests:write", "POST", target).with(body).private()
        };
        let get = |operation, target: &str| Row::new(operation, "requests:write", "GET", target).private();
        let by_hand = json!({ "identifier": 0, "by_hand": said });
        let redactions = json!({ "redactions": [], "because": "nothing about others" });
        vec![
            Row::new("listRequests", "data:read", "GET", "/v1/requests"),
            step("openRequest", "/v1/requests", &vouched("access", subject)),
            Row::new("readRequest", "data:read", "GET", &format!("/v1/requests/{}", self.open)).private(),
            step("makeCode", &target(&self.named, "codes"), &json!({ "identifier": 0 })),
            step("verifyRequest", &target(&self.named, "verify"), &by_hand),
            step("extendRequest", &target(&self.open, "extend"), &said),
            step("pauseRequest", &target(&self.open, "pause"), &said),
            step("resumeRequest", &target(&self.paused, "resume"), &json!({})),
            step("finishTask", &target(&self.with_task, "tasks/paper_files"), &said),
            step("redactRequest", &target(&self.open, "redactions"), &redactions),
            step("withdrawRequest", &target(&self.open, "withdraw"), &json!({})),
            step("fulfilRequest", &target(&self.open, "fulfil"), &said),
            step("denyRequest", &target(&self.open, "deny"), &said),
            Row::new("listOutbox", "data:read", "GET", "/v1/outbox"),
            step("retryMessage", &format!("/v1/outbox/{}/retry", self.message), &json!({})),
            get("previewPackage", &target(&self.open, "package/preview")),
            get("fetchPackage", &target(&self.answered, "package")),
            step("reissuePackage", &target(&self.answered, "package"), &said),
        ]
    }
}

/// A request of someone whom the account vouches for.
fn vouched(right: &str, subject: &str) -> Value {
    json!({ "right": right, "subject": subject, "verified": { "because": "signed in" } })
}

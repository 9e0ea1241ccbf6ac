//! The rows of what people complain of.

use serde_json::{Value, json};
use stories::Actor;

use super::Row;

/// A complaint in each state that an operation needs.
pub(super) struct Complaints {
    received: String,
    owned: String,
    decided: String,
    remedied: String,
    alleged: String,
}

impl Complaints {
    /// Takes them in, each of another End User.
    pub(super) fn of(client: &Actor) -> Self {
        let opened = |kind: &str| {
            let complaint = client.post("/v1/complaints", &complains(kind)).send().expect(201);
            complaint["id"].as_str().unwrap_or_default().to_owned()
        };
        let step = |complaint: &str, step: &str, body: &Value| {
            client.post(&format!("/v1/complaints/{complaint}/{step}"), body).send().expect(200);
        };
        let owned = || {
            let complaint = opened("complaint");
            step(&complaint, "acknowledge", &said());
            step(&complaint, "assign", &assignment());
            complaint
        };
        let decided = || {
            let complaint = owned();
            step(&complaint, "decide", &decision());
            complaint
        };
        let remedied = decided();
        step(&remedied, "remedy", &remedy());
        Self {
            received: opened("complaint"),
            owned: owned(),
            decided: decided(),
            remedied,
            alleged: opened("allegation"),
        }
    }

    /// A row for each of their operations.
    pub(super) fn rows(&self) -> Vec<Row> {
        let target = |complaint: &str, step: &str| format!("/v1/complaints/{complaint}/{step}");
        let step = |operation, target: &str, body: &Value| {
            Row::new(operation, "requests:write", "POST", target).with(body).private()
        };
        let one = format!("/v1/complaints/{}", self.received);
        let done = json!({ "proof": "the receipt", "by": "Cyd" });
        let incident = target(&self.alleged, "incident");
        vec![
            Row::new("listComplaints", "data:read", "GET", "/v1/complaints"),
            Row::new("openComplaint", "requests:write", "POST", "/v1/complaints")
                .with(&complains("complaint")),
            Row::new("readComplaint", "data:read", "GET", &one).private(),
            step("acknowledgeComplaint", &target(&self.received, "acknowledge"), &said()),
            step("assignComplaint", &target(&self.owned, "assign"), &assignment()),
            step("decideComplaint", &target(&self.owned, "decide"), &decision()),
            step("appealComplaint", &target(&self.decided, "appeal"), &json!({ "because": "it is not so" })),
            step("remedyComplaint", &target(&self.decided, "remedy"), &remedy()),
            step("finishRemedy", &target(&self.remedied, "remedy/done"), &done),
            Row::new("escalateComplaint", "incidents:write", "POST", &incident).with(&said()).private(),
            step("withdrawComplaint", &target(&self.received, "withdraw"), &json!({})),
        ]
    }
}

fn complains(kind: &str) -> Value {
    json!({ "kind": kind, "message": "That was not as promised.", "about": [{ "staff": "Eve" }] })
}

fn said() -> Value {
    json!({ "by": "Bob", "because": "as asked" })
}

fn assignment() -> Value {
    json!({ "to": "Bob", "by": "Ann", "because": "has nothing to do with it" })
}

fn decision() -> Value {
    json!({ "outcome": "upheld", "by": "Bob", "findings": "It is so.", "clauses": [13] })
}

fn remedy() -> Value {
    json!({ "what": "apologise", "owner": "Eve", "due_on": "2999-12-31", "by": "Bob" })
}

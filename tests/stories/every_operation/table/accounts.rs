//! Whether a Client's account goes on, and who signs in for it: both are the operator's to say.

use serde_json::json;
use stories::Actor;

use super::Row;

/// Accounts that nobody else uses: one that goes on, and one that is suspended.
pub(super) struct Accounts {
    open: String,
    suspended: String,
}

impl Accounts {
    pub(super) fn of(operator: &Actor) -> Self {
        let opened = |name: &str| {
            let account = operator.post("/v1/accounts", &json!({ "name": name })).send().expect(201);
            account["id"].as_str().unwrap_or_default().to_owned()
        };
        let suspended = opened("Closed");
        let target = format!("/v1/accounts/{suspended}/suspend");
        operator.post(&target, &json!({ "because": "Nobody answers" })).send().expect(200);
        Self { open: opened("Open"), suspended }
    }

    /// A row for each operation.
    pub(super) fn rows(&self) -> Vec<Row> {
        let because = json!({ "because": "It sent what nobody had asked for" });
        let member = format!("{}@client.example", self.open);
        let member = json!({ "email": member, "name": "Ines", "role": "client_owner" });
        let row = |operation, account: &str, step: &str| {
            let target = format!("/v1/accounts/{account}/{step}");
            Row::new(operation, "accounts:write", "POST", &target).operators()
        };
        vec![
            row("inviteMember", &self.open, "members").with(&member),
            row("suspendAccount", &self.open, "suspend").with(&because),
            row("reinstateAccount", &self.suspended, "reinstate").with(&because),
            row("endAccount", &self.suspended, "end").with(&because),
        ]
    }
}

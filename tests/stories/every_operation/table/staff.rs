//! Who signs in to the console: it is the operator's.

use serde_json::json;
use stories::Actor;

use super::Row;

/// Somebody who was invited.
pub(super) fn invited(operator: &Actor, email: &str) -> String {
    let new = json!({ "email": email, "name": "Grace", "role": "custodian" });
    operator.post("/v1/staff", &new).send().expect(201)["id"].as_str().unwrap_or_default().to_owned()
}

/// The end of an id, in which no digits can look like a card number by chance.
pub(super) fn end_of(id: &str) -> &str {
    id.get(id.len().saturating_sub(12)..).unwrap_or(id)
}

/// A row for each operation.
pub(super) fn rows(member: &str, account: &str) -> Vec<Row> {
    let email = format!("{}@new.example", end_of(account));
    let new = json!({ "email": email, "name": "Edith", "role": "auditor" });
    let row =
        |operation, method, target: &str| Row::new(operation, "accounts:write", method, target).operators();
    vec![
        row("listStaff", "GET", "/v1/staff"),
        row("inviteStaff", "POST", "/v1/staff").with(&new),
        row("suspendStaff", "POST", &format!("/v1/staff/{member}/suspend")),
    ]
}

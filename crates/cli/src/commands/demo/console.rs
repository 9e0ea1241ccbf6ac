//! Who signs in to the console of the demonstration, and what waits there: a member of staff of each role, and a few requests.

use domain::{ConsoleRole, Right, request::Channel};
use gate::{Caller, Gate, Named, NewRequest, NewStaff};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// What people ask for, how it came, and how many days ago.
const REQUESTS: [(Right, Channel, &str, i64); 4] = [
    (Right::Access, Channel::Email, "mira.okafor@example.com", 27),
    (Right::Erasure, Channel::Page, "tomas.reyes@example.com", 9),
    (Right::Rectification, Channel::Post, "ines.moreau@example.com", 2),
    (Right::Objection, Channel::Api, "jonas.weber@example.com", 0),
];

/// Invites everyone, and enters what people ask for.
///
/// # Errors
/// The gate refused something that the policy permits, or a store failed.
pub(super) async fn open(gate: &Gate, operator: &Caller) -> anyhow::Result<()> {
    for role in ConsoleRole::ALL {
        let (email, name) = (api::demonstration_address(role), format!("Demonstration {}", role.as_str()));
        let invited = gate.invite_staff(operator, &NewStaff { email, name, role }, None).await?;
        gate.set_password(&invited.link.unwrap_or_default(), api::DEMONSTRATION_PASSWORD).await?;
    }
    for (right, channel, email, days) in REQUESTS {
        let received_at = gate.ambient().clock.now().checked_sub(SignedDuration::from_hours(24 * days))?;
        let new = NewRequest {
            right,
            channel,
            received_at: Some(received_at),
            named: Named::By(vec![("email".to_owned(), email.to_owned())]),
            client: None,
            message: None,
            scan: None,
        };
        gate.open_request(operator, &new, None).await?;
    }
    Ok(())
}

/// How to sign in, for a program.
pub(super) fn staff() -> Value {
    let one = |role: ConsoleRole| json!({ "role": role, "email": api::demonstration_address(role), "password": api::DEMONSTRATION_PASSWORD });
    ConsoleRole::ALL.into_iter().map(one).collect()
}

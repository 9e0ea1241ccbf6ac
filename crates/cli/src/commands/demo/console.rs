//! Who signs in to the console of the demonstration, and what waits there: a member of staff of each role, and a few requests.

use domain::{ConsoleRole, MemberRole, Right, Role, request::Channel};
use gate::{Caller, Gate, Named, NewMember, NewRequest, NewStaff};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// What people ask for, how it came, and how many days ago.
const REQUESTS: [(Right, Channel, &str, i64); 4] = [
    (Right::Access, Channel::Email, "mira.okafor@example.com", 27),
    (Right::Erasure, Channel::Page, "tomas.reyes@example.com", 9),
    (Right::Rectification, Channel::Post, "ines.moreau@example.com", 2),
    (Right::Objection, Channel::Api, "jonas.weber@example.com", 0),
];

/// What the End Users of the Client ask for whose people sign in.
const OF_CLIENT: [(Right, Channel, &str, i64); 2] = [
    (Right::Access, Channel::Page, "lea.fontaine@example.com", 24),
    (Right::Erasure, Channel::Email, "oskar.lind@example.com", 3),
];

/// Invites everyone, of the operator and of a Client, and enters what people ask for.
///
/// # Errors
/// The gate refused something that the policy permits, or a store failed.
pub(super) async fn open(gate: &Gate, operator: &Caller, client: &Caller) -> anyhow::Result<()> {
    for role in ConsoleRole::ALL {
        let (email, name) =
            (api::demonstration_address(role.into()), format!("Demonstration {}", role.as_str()));
        let invited = gate.invite_staff(operator, &NewStaff { email, name, role }, None).await?;
        gate.set_password(&invited.link.unwrap_or_default(), api::DEMONSTRATION_PASSWORD).await?;
    }
    for role in MemberRole::ALL {
        let (email, name) =
            (api::demonstration_address(Role::Member(role)), format!("Demonstration {}", role.label()));
        let new = NewMember { email, name, role, is_mailed: false };
        let invited = gate.invite_member(operator, client.account_id(), &new, None).await?;
        gate.set_password(&invited.link.unwrap_or_default(), api::DEMONSTRATION_PASSWORD).await?;
    }
    ask(gate, operator, &REQUESTS).await?;
    ask(gate, client, &OF_CLIENT).await
}

async fn ask(gate: &Gate, caller: &Caller, requests: &[(Right, Channel, &str, i64)]) -> anyhow::Result<()> {
    for &(right, channel, email, days) in requests {
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
        gate.open_request(caller, &new, None).await?;
    }
    Ok(())
}

/// How to sign in as staff, for a program.
pub(super) fn staff() -> Value {
    ConsoleRole::ALL.into_iter().map(|role| way_in(role.into())).collect()
}

/// How to sign in for the Client.
pub(super) fn members() -> Value {
    MemberRole::ALL.into_iter().map(|role| way_in(Role::Member(role))).collect()
}

fn way_in(role: Role) -> Value {
    let email = api::demonstration_address(role);
    json!({ "role": role, "email": email, "password": api::DEMONSTRATION_PASSWORD })
}

//! How the account of a Client stands: what must be accepted, what waits for an answer, and what opens it.

use axum::{extract::State, response::Response};
use domain::{Account, AccountTask, Permission, Request};
use gate::SignedIn;
use web::console::{Block, Sheet, Table, Value};

use super::{PLACE, POLICY, allow_for, may};
use crate::{
    ApiState,
    routes::pages::console::{
        Staff, frame, shown,
        stop::Stop,
        words::{left, moment},
    },
};

/// How many of what waits are shown here.
const SHOWN: u32 = 5;

pub(in crate::routes::pages::console) async fn page(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::SeeAccount).await?;
    let account = &signed_in.caller.account;
    let lead = "You answer for your End Users, and what they ask for about their data comes here.";
    let mut sheet = Sheet::new(frame(&signed_in, PLACE), account.name.clone(), lead);
    if !state.gate().has_accepted(account.id) {
        let why = "No key of this account works before you accept the policy that is in force.";
        sheet = Sheet { alert: Some(why.to_owned()), ..sheet };
    }
    let mut sheet = sheet.with(Block::Facts(facts(&state, &signed_in).await?));
    if signed_in.staff.role.may(Permission::SeeRequests) {
        sheet = sheet.section("What waits for an answer", waiting(&state, &signed_in).await?);
    }
    shown(&sheet)
}

async fn facts(state: &ApiState, signed_in: &SignedIn) -> Result<Vec<(String, Value)>, Stop> {
    let (gate, account) = (state.gate(), &signed_in.caller.account);
    let now = state.now();
    let mut facts = vec![
        ("Account".to_owned(), Value::code(account.id)),
        ("Since".to_owned(), Value::Moment(moment(account.created_at))),
        ("Policy accepted".to_owned(), accepted(account)),
    ];
    if let Some(must) = gate.must_accept(account) {
        let href = POLICY.to_owned();
        let label = format!("version {}, before {}", must.version, moment(must.by).words);
        facts.push(("To be accepted".to_owned(), Value::Link { href, label }));
    }
    if may(signed_in, AccountTask::SeeKeys) {
        let live = gate.keys(account.id).iter().filter(|key| key.is_live(now)).count();
        facts.push(("Keys that work".to_owned(), Value::text(live)));
        let webhooks = gate.webhooks(&signed_in.caller).await?;
        let failing = webhooks.iter().filter(|webhook| webhook.failures > 0).count();
        facts.push(("Webhooks".to_owned(), Value::text(webhooks.len())));
        if failing > 0 {
            facts.push(("Not reached".to_owned(), Value::Urgent(failing.to_string())));
        }
    }
    Ok(facts)
}

fn accepted(account: &Account) -> Value {
    match (account.accepted_policy, account.accepted_at) {
        (Some(version), Some(at)) => Value::Text(format!("version {version}, on {}", moment(at).words)),
        (Some(version), None) => Value::Text(format!("version {version}")),
        (None, _) => Value::Urgent("not yet".to_owned()),
    }
}

async fn waiting(state: &ApiState, signed_in: &SignedIn) -> Result<Block, Stop> {
    let requests: Vec<Request> = state.gate().queue(&signed_in.caller, true, None, SHOWN).await?;
    if requests.is_empty() {
        return Ok(Block::Empty {
            title: "Nobody is waiting".to_owned(),
            teaches: "When one of your End Users asks to see, correct, take along or delete their data, it comes here with \
                      the day by which you answer, whether they asked you or the operator."
                .to_owned(),
        });
    }
    let row = |request: &Request| {
        let (left, is_urgent) = left(request, state.now());
        let id = request.id.to_string();
        vec![
            Value::Id { href: format!("/console/requests/{id}"), id },
            Value::text(request.right.as_str()),
            Value::Moment(moment(request.terms.due_at())),
            if is_urgent { Value::Urgent(left) } else { Value::Text(left) },
        ]
    };
    Ok(Block::Table(Table {
        label: "What waits for an answer".to_owned(),
        columns: vec!["Request", "Asks for", "Due", "Left"],
        rows: requests.iter().map(row).collect(),
        next: (requests.len() == SHOWN as usize).then(|| "/console/requests".to_owned()),
    }))
}

//! `/console/accounts`: the Clients, what each has accepted, opening one, and whether one goes on.

mod one;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Account, AccountKind, AccountState, Permission};
use gate::Gate;
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Sheet, Table, Value};

pub(super) use self::one::{one, take};
use super::{
    Staff, allow,
    doing::{Once, form, may},
    frame,
    fresh::FreshPosted,
    lists::{self, ListQuery},
    shown,
    stop::Stop,
    words::moment,
};
use crate::{ApiState, Problem, extract::Strict, routes::view::is_name};

const PLACE: &str = "/console/accounts";

pub(super) async fn list(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<ListQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeAccounts).await?;
    let Strict(query) = query?;
    let gate = state.gate();
    // A Client sees its own account, and of others not that they are.
    let is_visible = |account: &Account| match gate.is_operator(&signed_in.caller) {
        true => account.kind == AccountKind::Client,
        false => account.id == signed_in.caller.account_id(),
    };
    let clients = gate.accounts().into_iter().filter(is_visible).collect();
    let (clients, next) = lists::page(clients, (PLACE, &query), |account| account.id.to_string());
    let rows: Vec<Vec<Value>> = clients.iter().map(|account| row(gate, account)).collect();
    let lead = "Each Client keeps the data of its own people, who are told apart from everybody else’s. Its keys work once it has \
                accepted the policy.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Clients", lead);
    let teaches = "Open an account for the first one. Then make its key with POST /v1/keys, and let it accept the policy.";
    let empty = Block::Empty { title: "There are no Clients yet".to_owned(), teaches: teaches.to_owned() };
    let columns = vec!["Client", "Account", "Opened", "Accepted version", "Must accept", "Stands"];
    let is_empty = rows.is_empty();
    let table = Block::Table(Table { label: "Clients".to_owned(), columns, rows, next });
    let mut form = form(&signed_in, "open", PLACE);
    (form.title, form.button) = (Some("Open an account"), "Open it");
    form.explains = "For a Client that has signed the agreement.".to_owned();
    form.fields.push(Field::new("name", "What the Client is called", FieldKind::Line));
    form.hidden.push(Once::field(&state));
    let forms = may(&signed_in, Permission::ManageAccounts).then_some(form);
    let sheet = sheet.with(if is_empty { empty } else { table });
    shown(&sheet.doors("What you can do", forms.into_iter().collect()))
}

fn row(gate: &Gate, account: &Account) -> Vec<Value> {
    let must = gate.must_accept(account).map(|must| {
        let by = moment(must.by);
        Value::Urgent(format!("version {} by {}", must.version, by.words))
    });
    let accepted = account.accepted_policy.map_or(Value::text("none"), Value::text);
    vec![
        Value::Link { href: format!("{PLACE}/{}", account.id), label: account.name.clone() },
        Value::code(account.id),
        Value::Moment(moment(account.created_at)),
        accepted,
        must.unwrap_or(Value::Nothing),
        standing(account),
    ]
}

fn standing(account: &Account) -> Value {
    match account.state {
        AccountState::Active => Value::text("active"),
        other => Value::Urgent(other.as_str().to_owned()),
    }
}

/// An account that is to be opened.
#[derive(Deserialize)]
pub(super) struct New {
    name: String,
    #[serde(flatten)]
    once: Once,
}

pub(super) async fn open(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form }: FreshPosted<New>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::ManageAccounts).await?;
    let replay = form.once.replay(&state, &signed_in, (PLACE, &[form.name.as_str()]))?;
    if !is_name(&form.name) {
        return Err(Problem::malformed("A Client is called by 1 to 200 characters on one line.").into());
    }
    state.gate().open_account(&signed_in.caller, &form.name, Some(&replay)).await?;
    Ok(Redirect::to(PLACE).into_response())
}

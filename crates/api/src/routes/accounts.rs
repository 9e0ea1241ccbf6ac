//! `/v1/accounts`

pub(super) mod members;
pub(super) mod state;

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use domain::{Account, Contact};
use gate::{Gate, MustAccept};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{AccountsWrite, Body, Granted, Path, Repeatable, id},
    problem::Problems,
    routes::view::is_name,
};

/// An account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountView {
    /// The account's id.
    #[schema(value_type = String)]
    id: domain::AccountId,
    /// `operator` or `client`.
    kind: &'static str,
    /// The company's name.
    name: String,
    /// `active`, `suspended`, `cancelled` by the Client, or `ended` for a violation.
    state: &'static str,
    /// Since when, where it is not as from the beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    state_since: Option<Timestamp>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The number of the operator's policy version that it accepted.
    accepted_policy: Option<u32>,
    /// When it did.
    #[schema(value_type = Option<String>, format = DateTime)]
    accepted_at: Option<Timestamp>,
    /// What it must accept next, where it must.
    must_accept: Option<MustAcceptView>,
    /// The record where the operator writes to it, once one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    contact: Option<domain::RecordId>,
    /// The entry of what was just done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    entry: Option<domain::EntryId>,
}

/// A version that an account must accept.
#[derive(Serialize, ToSchema)]
pub(crate) struct MustAcceptView {
    /// Its number.
    version: u32,
    /// From when the account's keys do not work until it did.
    #[schema(value_type = String, format = DateTime)]
    by: Timestamp,
}

impl AccountView {
    fn of(account: Account, gate: &Gate) -> Self {
        let must_accept = gate.must_accept(&account);
        Self {
            id: account.id,
            kind: account.kind.as_str(),
            name: account.name,
            state: account.state.as_str(),
            state_since: account.state.since(),
            entry: None,
            created_at: account.created_at,
            accepted_policy: account.accepted_policy,
            accepted_at: account.accepted_at,
            must_accept: must_accept.map(|MustAccept { version, by }| MustAcceptView { version, by }),
            contact: account.contact.map(|contact| contact.record),
        }
    }
}

/// An account to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenAccount {
    /// The company's name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// The accounts that the caller may see: the operator sees all, a Client its own.
#[utoipa::path(
    get, path = "/v1/accounts", tag = "accounts", operation_id = "listAccounts",
    responses((status = 200, description = "The accounts.", body = Vec<AccountView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
) -> Result<Json<Vec<AccountView>>, Problem> {
    let gate = state.gate();
    let visible = |account: &Account| gate.is_operator(&caller) || account.id == caller.account_id();
    Ok(Json(
        gate.accounts().into_iter().filter(visible).map(|account| AccountView::of(account, gate)).collect(),
    ))
}

/// Opens an account for a Client.
#[utoipa::path(
    post, path = "/v1/accounts", tag = "accounts", operation_id = "openAccount",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body = OpenAccount,
    responses((status = 201, description = "Opened.", body = AccountView), Problems),
)]
pub(crate) async fn open(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    repeatable: Repeatable,
    body: Body<OpenAccount>,
) -> Result<impl IntoResponse, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let name = body.value.name;
    if !is_name(&name) {
        return Err(Problem::malformed(
            "`name` takes 1 to 200 characters, none of them a control character.",
        ));
    }
    let account = state.gate().open_account(&caller, &name, replay.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(AccountView::of(account, state.gate()))))
}

/// What an account states when it accepts the policy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptance {
    /// That it informs its End Users of the policy, and accepts it on their behalf as it is amended.
    informs_end_users: bool,
    /// The number of the version: the newest that is published when nothing is said, whether it applies yet or not.
    #[serde(default)]
    version: Option<u32>,
}

/// Accepts a version of the operator's policy; before this, none of the account's keys works. What is to come can be
/// accepted ahead, and what applies until then is accepted with it.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/acceptance", tag = "accounts", operation_id = "acceptPolicy",
    params(("id" = String, Path, description = "The account.", pattern = "^acc_[0-9a-f]{32}$")),
    request_body = Acceptance,
    responses((status = 200, description = "Accepted.", body = AccountView), Problems),
)]
pub(crate) async fn accept(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    Path(account): Path<String>,
    body: Body<Acceptance>,
) -> Result<Json<AccountView>, Problem> {
    if !body.value.informs_end_users {
        return Err(Problem::malformed(
            "An account accepts the policy only by stating that it informs its End Users.",
        ));
    }
    let (gate, account) = (state.gate(), id(&account, "account")?);
    let accepted = gate.accept_policy(&caller, account, body.value.version).await?;
    Ok(Json(AccountView::of(accepted, gate)))
}

/// Where a Client is written to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactBody {
    /// A record of the operator's own people.
    #[schema(pattern = "^rec_[0-9a-f]{32}$")]
    record: String,
    /// Its field that is an e-mail address.
    #[schema(example = "email", max_length = 100)]
    field: String,
}

/// Names whom the operator writes to at a Client, about requests that are passed on: a record, which is opened when there is
/// something to tell.
#[utoipa::path(
    put, path = "/v1/accounts/{id}/contact", tag = "accounts", operation_id = "setContact",
    params(("id" = String, Path, description = "The account.", pattern = "^acc_[0-9a-f]{32}$")),
    request_body = ContactBody,
    responses((status = 200, description = "Named.", body = AccountView), Problems),
)]
pub(crate) async fn set_contact(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    Path(account): Path<String>,
    body: Body<ContactBody>,
) -> Result<Json<AccountView>, Problem> {
    let contact = Contact { record: id(&body.value.record, "record")?, field: body.value.field };
    let gate = state.gate();
    let account = gate.set_contact(&caller, id(&account, "account")?, contact).await?;
    Ok(Json(AccountView::of(account, gate)))
}

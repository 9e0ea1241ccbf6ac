//! Whether a Client's account goes on: suspended, opened again, or ended for a violation, each with its ground.

use axum::{Json, extract::State};
use domain::{Account, EntryId};

use super::AccountView;
use crate::{
    ApiState, Problem,
    extract::{AccountsWrite, Body, Granted, Path, id},
    problem::Problems,
    routes::requests::Said,
};

fn view((account, entry): (Account, EntryId), state: &ApiState) -> Json<AccountView> {
    Json(AccountView { entry: Some(entry), ..AccountView::of(account, state.gate()) })
}

/// Closes a Client's account for now: its keys and its people come in no more, from the next request on.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/suspend", tag = "accounts", operation_id = "suspendAccount",
    params(("id" = String, Path, description = "The account.", pattern = "^acc_[0-9a-f]{32}$")),
    request_body = Said,
    responses((status = 200, description = "Suspended.", body = AccountView), Problems),
)]
pub(crate) async fn suspend(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    Path(account): Path<String>,
    body: Body<Said>,
) -> Result<Json<AccountView>, Problem> {
    let (account, why) = (id(&account, "account")?, body.value.read()?);
    Ok(view(state.gate().suspend_account(&caller, account, true, &why).await?, &state))
}

/// Opens a suspended account again.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/reinstate", tag = "accounts", operation_id = "reinstateAccount",
    params(("id" = String, Path, description = "The account.", pattern = "^acc_[0-9a-f]{32}$")),
    request_body = Said,
    responses((status = 200, description = "It goes on.", body = AccountView), Problems),
)]
pub(crate) async fn reinstate(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    Path(account): Path<String>,
    body: Body<Said>,
) -> Result<Json<AccountView>, Problem> {
    let (account, why) = (id(&account, "account")?, body.value.read()?);
    Ok(view(state.gate().suspend_account(&caller, account, false, &why).await?, &state))
}

/// Ends a Client's account for a violation: nobody comes in any more, the clocks of what it holds run, and its people are known
/// again by keyed hashes when they want to return.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/end", tag = "accounts", operation_id = "endAccount",
    params(("id" = String, Path, description = "The account.", pattern = "^acc_[0-9a-f]{32}$")),
    request_body = Said,
    responses((status = 200, description = "Ended.", body = AccountView), Problems),
)]
pub(crate) async fn end(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    Path(account): Path<String>,
    body: Body<Said>,
) -> Result<Json<AccountView>, Problem> {
    let (account, why) = (id(&account, "account")?, body.value.read()?);
    Ok(view(state.gate().end_account(&caller, account, &why).await?, &state))
}

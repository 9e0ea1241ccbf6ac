//! `POST /v1/accounts/{id}/rotation`

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{AccountsWrite, Granted, id},
    problem::Problems,
};

/// A rotation that was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Rotated {
    /// How many subject keys were moved under the new version.
    moved: u64,
}

/// Makes the next version of an account's keys and moves every subject key under it, while everything goes on. Only
/// the operator can. It goes on to its end even when the answer is not waited for.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/rotation", tag = "accounts", operation_id = "rotateAccountKeys",
    params(("id" = String, Path, description = "The account.", pattern = "^acc_[0-9a-f]{32}$")),
    responses((status = 200, description = "Rotated.", body = Rotated), Problems),
)]
pub(crate) async fn rotate(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    Path(account): Path<String>,
) -> Result<Json<Rotated>, Problem> {
    let account = id(&account, "account")?;
    if !state.gate().is_operator(&caller) {
        return Err(Problem::not_found("account"));
    }
    Ok(Json(Rotated { moved: state.gate().rotate_account(&caller, account).await? }))
}

//! `/v1/accounts/{id}/members`: the people of a Client who sign in. Their names are records of the operator's vault, and stand in
//! no answer here.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::MemberRole;
use gate::NewMember;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{AccountsWrite, Body, Granted, Path, Repeatable, id},
    problem::Problems,
    routes::{pages::steps::Steps, staff::StaffView, view::is_name},
};

/// Someone of a Client to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InviteMember {
    /// The address with which they will sign in.
    #[schema(example = "ines@example.com", max_length = 1024)]
    email: String,
    /// Their name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// `client_owner`, `developer` or `privacy_contact`.
    #[schema(value_type = String, example = "client_owner")]
    role: MemberRole,
}

/// Invites somebody to the console of a Client. Whoever has the link sets the password: the operator is shown it, and whom a
/// Client invites is mailed it.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/members", tag = "accounts", operation_id = "inviteMember",
    params(
        ("id" = String, Path, description = "The account.", pattern = "^acc_[0-9a-f]{32}$"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255),
    ),
    request_body = InviteMember,
    responses((status = 201, description = "Invited; the operator is shown the link, this once.", body = StaffView), Problems),
)]
pub(crate) async fn invite(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    Path(account): Path<String>,
    repeatable: Repeatable,
    body: Body<InviteMember>,
) -> Result<impl IntoResponse, Problem> {
    let steps = Steps::begun();
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let InviteMember { email, name, role } = body.value;
    if !is_name(&name) {
        return Err(Problem::malformed(
            "`name` takes 1 to 200 characters, none of them a control character.",
        ));
    }
    let new = NewMember { email, name, role, is_mailed: false };
    let account = id(&account, "account")?;
    let invited = state.gate().invite_member(&caller, account, &new, replay.as_ref()).await?;
    if caller.account_id() == account {
        // Nor does the time tell a Client who is known.
        steps.end().await;
    }
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(StaffView::invited(invited))))
}

//! `/v1/staff`: who signs in to the console. Their names are records of the vault, and stand in no answer here.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{ConsoleRole, EntryId, Role, Staff, SubjectId};
use gate::{Invitation, NewStaff};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{AccountsWrite, Body, Granted, Path, Repeatable, id},
    problem::Problems,
    routes::view::is_name,
};

/// The most members of staff that are listed.
const LISTED: u32 = 1_000;

/// A member of staff, without their name.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffView {
    /// The subject that they are.
    #[schema(value_type = String)]
    id: SubjectId,
    /// `owner`, `custodian`, `support`, `analyst` or `auditor`; of a Client `client_owner`, `developer` or `privacy_contact`.
    #[schema(value_type = String)]
    role: Role,
    /// `invited`, `active` or `suspended`.
    state: &'static str,
    /// The page of this server on which they set a password, once and within three days. Shown once, and not again to a
    /// repeated request.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// The entry of what was just done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    entry: Option<EntryId>,
}

impl StaffView {
    fn of(staff: &Staff) -> Self {
        Self { id: staff.subject, role: staff.role, state: staff.state.as_str(), link: None, entry: None }
    }

    /// Somebody who was invited, with the page to which their link leads.
    pub(super) fn invited(invited: Invitation) -> Self {
        let link = invited.link.map(|link| format!("/invitation?link={link}"));
        Self { link, ..Self::of(&invited.staff) }
    }
}

/// Someone to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InviteStaff {
    /// The address with which they will sign in.
    #[schema(example = "grace@example.com", max_length = 1024)]
    email: String,
    /// Their name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// `owner`, `custodian`, `support`, `analyst` or `auditor`.
    #[schema(value_type = String, example = "custodian")]
    role: ConsoleRole,
}

/// The members of staff who can sign in, or will once they have set a password.
#[utoipa::path(
    get, path = "/v1/staff", tag = "accounts", operation_id = "listStaff",
    responses((status = 200, description = "The members of staff, without their names.", body = Vec<StaffView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
) -> Result<Json<Vec<StaffView>>, Problem> {
    let staff = state.gate().staff(&caller, true, None, LISTED).await?;
    Ok(Json(staff.iter().map(StaffView::of).collect()))
}

/// Invites somebody to the console. Whoever has the link sets the password.
#[utoipa::path(
    post, path = "/v1/staff", tag = "accounts", operation_id = "inviteStaff",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body = InviteStaff,
    responses((status = 201, description = "Invited; the link is shown this once.", body = StaffView), Problems),
)]
pub(crate) async fn invite(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    repeatable: Repeatable,
    body: Body<InviteStaff>,
) -> Result<impl IntoResponse, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let InviteStaff { email, name, role } = body.value;
    if !is_name(&name) {
        return Err(Problem::malformed(
            "`name` takes 1 to 200 characters, none of them a control character.",
        ));
    }
    let invited =
        state.gate().invite_staff(&caller, &NewStaff { email, name, role }, replay.as_ref()).await?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(StaffView::invited(invited))))
}

/// Lets a member of staff in no more: their sessions open nothing from the next request on.
#[utoipa::path(
    post, path = "/v1/staff/{id}/suspend", tag = "accounts", operation_id = "suspendStaff",
    params(("id" = String, Path, description = "The member of staff.", pattern = "^sub_[0-9a-f]{32}$")),
    responses((status = 200, description = "Suspended.", body = StaffView), Problems),
)]
pub(crate) async fn suspend(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    Path(subject): Path<String>,
) -> Result<Json<StaffView>, Problem> {
    let subject = id(&subject, "member of staff")?;
    let (staff, entry) = state.gate().suspend_staff(&caller, subject).await?;
    Ok(Json(StaffView { entry: Some(entry), ..StaffView::of(&staff) }))
}

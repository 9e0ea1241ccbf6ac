//! `POST /v1/incidents/{id}/assessment`, `…/notices`, `…/closure` and `…/reopening`

use axum::{Json, extract::State};
use domain::{
    IncidentId,
    incident::{How, Notice, Part, Risk, Step},
};
use gate::Caller;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::IncidentView;
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, IncidentsWrite, Path, id},
    problem::Problems,
};

async fn take(
    state: &ApiState,
    caller: &Caller,
    incident: &str,
    step: Step,
) -> Result<Json<IncidentView>, Problem> {
    let incident: IncidentId = id(incident, "incident")?;
    let moved = state.gate().move_incident(caller, incident, &step).await?;
    Ok(Json(IncidentView::of(&moved, state.now())))
}

/// What an incident means for the people concerned.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assess {
    /// `unlikely` (nobody need be told), `likely` (the authority must be told) or `high` (the people too).
    #[schema(value_type = String, pattern = "^(unlikely|likely|high)$")]
    risk: Risk,
}

/// Says what risk an incident is, from which follows who must be told.
#[utoipa::path(
    post, path = "/v1/incidents/{id}/assessment", tag = "incidents", operation_id = "assessIncident",
    params(("id" = String, Path, description = "The incident.", pattern = "^inc_[0-9a-f]{32}$")),
    request_body = Assess,
    responses((status = 200, description = "Assessed.", body = IncidentView), Problems),
)]
pub(crate) async fn assess(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsWrite>,
    Path(incident): Path<String>,
    body: Body<Assess>,
) -> Result<Json<IncidentView>, Problem> {
    take(&state, &caller, &incident, Step::Assess(body.value.risk)).await
}

/// That someone was told, or why the people need not be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tell {
    /// `authority`, `clients` or `persons`.
    #[schema(value_type = String, pattern = "^(authority|clients|persons)$")]
    part: Part,
    /// `sent`; of `persons` also `unintelligible`, `averted` or `public` (GDPR, article 34(3)).
    #[schema(value_type = Option<String>, pattern = "^(sent|unintelligible|averted|public)$")]
    how: Option<How>,
    /// When; left out, now.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// Records that the authority, the Clients or the people were told. It sends nothing.
#[utoipa::path(
    post, path = "/v1/incidents/{id}/notices", tag = "incidents", operation_id = "recordNotice",
    params(("id" = String, Path, description = "The incident.", pattern = "^inc_[0-9a-f]{32}$")),
    request_body = Tell,
    responses((status = 200, description = "Recorded.", body = IncidentView), Problems),
)]
pub(crate) async fn tell(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsWrite>,
    Path(incident): Path<String>,
    body: Body<Tell>,
) -> Result<Json<IncidentView>, Problem> {
    let Tell { part, how, at } = body.value;
    let notice = Notice { at: at.unwrap_or_else(|| state.now()), how: how.unwrap_or(How::Sent) };
    take(&state, &caller, &incident, Step::Tell(part, notice)).await
}

/// Closes an incident, once whoever must be told was told.
#[utoipa::path(
    post, path = "/v1/incidents/{id}/closure", tag = "incidents", operation_id = "closeIncident",
    params(("id" = String, Path, description = "The incident.", pattern = "^inc_[0-9a-f]{32}$")),
    responses((status = 200, description = "Closed.", body = IncidentView), Problems),
)]
pub(crate) async fn close(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsWrite>,
    Path(incident): Path<String>,
) -> Result<Json<IncidentView>, Problem> {
    take(&state, &caller, &incident, Step::Close).await
}

/// Opens a closed incident again; who was told stays told.
#[utoipa::path(
    post, path = "/v1/incidents/{id}/reopening", tag = "incidents", operation_id = "reopenIncident",
    params(("id" = String, Path, description = "The incident.", pattern = "^inc_[0-9a-f]{32}$")),
    responses((status = 200, description = "Open again.", body = IncidentView), Problems),
)]
pub(crate) async fn reopen(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsWrite>,
    Path(incident): Path<String>,
) -> Result<Json<IncidentView>, Problem> {
    take(&state, &caller, &incident, Step::Reopen).await
}

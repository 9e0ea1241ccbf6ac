//! `GET·POST /v1/incidents` and `GET /v1/incidents/{id}`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{IncidentId, id::IncidentKind};
use gate::{NewIncident, Report};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{IncidentView, ReadIncident};
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, IncidentsRead, IncidentsWrite, Path, Repeatable, Strict, id},
    problem::Problems,
    routes::{
        subjects::read::PageQuery,
        view::{Page, next, page_limit},
    },
};

/// The longest report, in characters.
const REPORT: usize = 10_000;
/// The longest that somebody says about who they are, in characters.
const REPORTER: usize = 500;

/// Suspected misuse to be reported. All of it is sealed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenIncident {
    /// What happened, or seems to have.
    #[schema(min_length = 1, max_length = 10_000)]
    what_happened: String,
    /// Who reports it, as far as they say.
    #[schema(min_length = 1, max_length = 500)]
    reported_by: Option<String>,
    /// When whoever is responsible became aware of it; left out, now. The 72 hours run from then.
    #[schema(value_type = Option<String>, format = DateTime)]
    aware_at: Option<Timestamp>,
}

impl OpenIncident {
    fn read(self) -> Result<NewIncident, Problem> {
        let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
        if !fits(&self.what_happened, REPORT) {
            return Err(Problem::malformed("`what_happened` takes 1 to 10,000 characters."));
        }
        if self.reported_by.as_ref().is_some_and(|text| !fits(text, REPORTER)) {
            return Err(Problem::malformed("`reported_by` takes 1 to 500 characters."));
        }
        let report = Report { what_happened: self.what_happened, reported_by: self.reported_by };
        Ok(NewIncident { report, aware_at: self.aware_at })
    }
}

/// Reports suspected misuse, which opens an incident in the account.
#[utoipa::path(
    post, path = "/v1/incidents", tag = "incidents", operation_id = "openIncident",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body = OpenIncident,
    responses((status = 201, description = "Opened.", body = IncidentView), Problems),
)]
pub(crate) async fn open(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsWrite>,
    repeatable: Repeatable,
    body: Body<OpenIncident>,
) -> Result<impl IntoResponse, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let new = body.value.read()?;
    let incident = state.gate().open_incident(&caller, &new, replay.as_ref()).await?;
    let location = format!("/v1/incidents/{}", incident.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(IncidentView::of(&incident, state.now()))))
}

/// The account's incidents, newest first, their reports sealed.
#[utoipa::path(
    get, path = "/v1/incidents", tag = "incidents", operation_id = "listIncidents",
    params(PageQuery),
    responses((status = 200, description = "A page of incidents.", body = Page<IncidentView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsRead>,
    Strict(query): Strict<PageQuery>,
) -> Result<Json<Page<IncidentView>>, Problem> {
    let limit = page_limit(query.limit);
    let before = query.after.as_deref().map(|text| id::<IncidentKind>(text, "cursor")).transpose()?;
    let incidents = state.gate().incidents(&caller, before, limit).await?;
    let next = next(&incidents, limit, |incident| incident.id);
    let now = state.now();
    Ok(Json(Page { items: incidents.iter().map(|one| IncidentView::of(one, now)).collect(), next }))
}

/// An incident with what was reported. Reading it is recorded.
#[utoipa::path(
    get, path = "/v1/incidents/{id}", tag = "incidents", operation_id = "readIncident",
    params(("id" = String, Path, description = "The incident.", pattern = "^inc_[0-9a-f]{32}$")),
    responses((status = 200, description = "The incident.", body = ReadIncident), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsRead>,
    Path(incident): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let incident: IncidentId = id(&incident, "incident")?;
    let read = state.gate().read_incident(&caller, incident).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(ReadIncident::of(read, state.now()))))
}

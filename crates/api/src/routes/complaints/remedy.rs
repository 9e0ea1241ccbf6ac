//! `POST /v1/complaints/{id}/remedy` and `POST /v1/complaints/{id}/remedy/done`

use axum::{Json, extract::State};
use gate::NewRemedy;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ComplaintView, moved};
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, Path, RequestsWrite, id},
    problem::Problems,
    routes::{cases::beginning, requests::Said, view::is_name},
};

/// Something that is to be done about a complaint.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SayRemedy {
    /// What is to be done.
    #[schema(min_length = 1, max_length = 4000)]
    what: String,
    /// Who does it.
    #[schema(min_length = 1, max_length = 200)]
    owner: String,
    /// The last day for it.
    #[schema(value_type = String, format = Date)]
    due_on: Date,
    /// Who says so.
    #[schema(min_length = 1, max_length = 200)]
    by: String,
}

/// Says what is to be done about a complaint that was upheld, wholly or partly; words and names are sealed in the entry.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/remedy", tag = "complaints", operation_id = "remedyComplaint",
    params(("id" = String, Path, description = "The complaint.", pattern = "^cmp_[0-9a-f]{32}$")),
    request_body = SayRemedy,
    responses((status = 200, description = "Said.", body = ComplaintView), Problems),
)]
pub(crate) async fn remedy(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(complaint): Path<String>,
    body: Body<SayRemedy>,
) -> Result<Json<ComplaintView>, Problem> {
    let SayRemedy { what, owner, due_on, by } = body.value;
    if !is_name(&owner) {
        return Err(Problem::malformed("`owner` names someone in 1 to 200 characters."));
    }
    let said = Said { by: Some(by), because: what }.read()?;
    let day_after = due_on.tomorrow().map_err(|_| Problem::malformed("`due_on` is too far away."))?;
    let due_at = beginning(day_after)?;
    if due_at <= state.now() {
        return Err(Problem::malformed("`due_on` is today or later."));
    }
    let remedy = NewRemedy { said, owner, due_at };
    let complaint = id(&complaint, "complaint")?;
    Ok(moved(state.gate().remedy_complaint(&caller, complaint, &remedy).await?))
}

/// That something was done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remedied {
    /// Which remedy, counted from 0.
    #[serde(default)]
    #[schema(required = false, minimum = 0, maximum = 100)]
    remedy: u8,
    /// What shows that it was done.
    #[schema(min_length = 1, max_length = 4000)]
    proof: String,
    /// Who says so.
    #[schema(min_length = 1, max_length = 200)]
    by: String,
}

/// What was to be done is done. With the last of it, a complaint that can be appealed no more is closed.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/remedy/done", tag = "complaints", operation_id = "finishRemedy",
    params(("id" = String, Path, description = "The complaint.", pattern = "^cmp_[0-9a-f]{32}$")),
    request_body = Remedied,
    responses((status = 200, description = "Done.", body = ComplaintView), Problems),
)]
pub(crate) async fn remedied(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(complaint): Path<String>,
    body: Body<Remedied>,
) -> Result<Json<ComplaintView>, Problem> {
    let Remedied { remedy, proof, by } = body.value;
    let proof = Said { by: Some(by), because: proof }.read()?;
    let complaint = id(&complaint, "complaint")?;
    let place = usize::from(remedy);
    Ok(moved(state.gate().complaint_remedied(&caller, complaint, place, &proof).await?))
}

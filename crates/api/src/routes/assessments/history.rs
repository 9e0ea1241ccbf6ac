//! `/v1/assessments/{id}` and its bundle, and the list of those that were made.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{Assessed, AssessmentId, Filed};
use jiff::Timestamp;
use serde::Serialize;
use service::Assessment;
use utoipa::ToSchema;

use super::{AssessmentView, of_operator};
use crate::{
    ApiState, Problem, bundle,
    extract::{AuditRead, Granted, Path, Strict, id},
    problem::Problems,
    routes::{
        cases::{AllQuery, cursor},
        view::{Page, next},
    },
};

/// An assessment in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeView {
    /// Its id.
    #[schema(value_type = String)]
    id: AssessmentId,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The whole in a few words.
    headline: String,
}

/// The assessments that were made, the first one first.
#[utoipa::path(
    get, path = "/v1/assessments/history", tag = "evidence", operation_id = "listAssessments", params(AllQuery),
    responses((status = 200, description = "A page of assessments.", body = Page<MadeView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AuditRead>,
    Strict(query): Strict<AllQuery>,
) -> Result<Json<Page<MadeView>>, Problem> {
    of_operator(&caller, "assessment")?;
    let limit = query.limit();
    let made: Vec<Assessed> = state.gate().queue(&caller, false, query.after()?, limit).await?;
    let next = next(&made, limit, |assessed| cursor(&assessed.filing()));
    let items = made.into_iter().map(|Assessed { id, at, headline, .. }| MadeView { id, at, headline });
    Ok(Json(Page { items: items.collect(), next }))
}

/// One assessment.
#[utoipa::path(
    get, path = "/v1/assessments/{id}", tag = "evidence", operation_id = "readOneAssessment",
    params(("id" = String, Path, description = "The assessment.", pattern = "^asm_[0-9a-f]{32}$")),
    responses((status = 200, description = "What was found.", body = AssessmentView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AuditRead>,
    Path(assessment): Path<String>,
) -> Result<Json<AssessmentView>, Problem> {
    of_operator(&caller, "assessment")?;
    let assessed = state.gate().assessed(&caller, id(&assessment, "assessment")?).await?;
    let assessment: Assessment =
        serde_json::from_str(&assessed.report).map_err(|_| gate::GateError::Damaged("an assessment"))?;
    Ok(Json(assessment.into()))
}

/// The bundle of an assessment: the report as a page and as JSON, what was attested, and the entry of the audit log that
/// commits to it, under a list that the log's key signed. `bailee audit assessment` checks it offline.
#[utoipa::path(
    get, path = "/v1/assessments/{id}/bundle", tag = "evidence", operation_id = "readAssessmentBundle",
    params(("id" = String, Path, description = "The assessment.", pattern = "^asm_[0-9a-f]{32}$")),
    responses((status = 200, description = "A zip.", content_type = "application/zip", body = Vec<u8>), Problems),
)]
pub(crate) async fn bundle(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AuditRead>,
    Path(assessment): Path<String>,
) -> Result<Response, Problem> {
    of_operator(&caller, "assessment")?;
    let assessment = id(&assessment, "assessment")?;
    let zip = bundle::of(state.gate(), &caller, assessment).await?;
    let name = format!("attachment; filename=\"{assessment}.zip\"");
    let headers = [(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, zip).into_response())
}

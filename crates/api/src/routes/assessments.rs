//! `GET·POST /v1/assessments`

pub(crate) mod history;

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use domain::AccountKind;
use gate::Caller;
use jiff::Timestamp;
use serde::Serialize;
use service::{Assessment, Finding};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{AuditRead, Granted},
    problem::Problems,
};

/// Every promise, checked against the live system.
#[derive(Serialize, ToSchema)]
pub(crate) struct AssessmentView {
    /// Its id.
    #[schema(value_type = String)]
    id: domain::AssessmentId,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The whole in a few words, for example `17 of 30 kept`.
    headline: String,
    /// One finding a promise, in the order of the reference policy.
    promises: Vec<FindingView>,
}

/// What was found of one promise.
#[derive(Serialize, ToSchema)]
pub(crate) struct FindingView {
    /// The promise.
    #[schema(value_type = String)]
    id: policy::Promise,
    /// The section of the policy in force that makes it.
    section: Option<u16>,
    /// `kept`, `broken`, `attested` or `unchecked`.
    #[schema(value_type = String)]
    status: service::Status,
    /// What that rests on.
    evidence: String,
    /// When it was looked at.
    #[schema(value_type = String, format = DateTime)]
    checked_at: Timestamp,
}

impl From<Assessment> for AssessmentView {
    fn from(assessment: Assessment) -> Self {
        let headline = assessment.headline();
        let promises = assessment.findings.into_iter().map(FindingView::from).collect();
        Self { id: assessment.id, at: assessment.at, headline, promises }
    }
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        Self {
            id: finding.promise,
            section: finding.section,
            status: finding.status,
            evidence: finding.evidence,
            checked_at: finding.checked_at,
        }
    }
}

/// The latest assessment.
#[utoipa::path(
    get, path = "/v1/assessments", tag = "evidence", operation_id = "readAssessment",
    responses((status = 200, description = "The latest.", body = AssessmentView), Problems),
)]
pub(crate) async fn latest(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AuditRead>,
) -> Result<Json<AssessmentView>, Problem> {
    of_operator(&caller, "assessment")?;
    let latest = state.service.latest_assessment().ok_or_else(|| Problem::not_found("assessment"))?;
    Ok(Json(latest.into()))
}

/// Checks every promise now. A made-up person of the operator's goes through every door meanwhile and is erased.
#[utoipa::path(
    post, path = "/v1/assessments", tag = "evidence", operation_id = "assess",
    responses((status = 201, description = "What was found.", body = AssessmentView), Problems),
)]
pub(crate) async fn assess(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AuditRead>,
) -> Result<impl IntoResponse, Problem> {
    of_operator(&caller, "assessment")?;
    let assessment = state.service.assess().await?;
    Ok((StatusCode::CREATED, Json(AssessmentView::from(assessment))))
}

/// An assessment speaks of all accounts, so a Client learns no more of it, or of what it rests on, than of what does not exist.
pub(super) fn of_operator(caller: &Caller, noun: &'static str) -> Result<(), Problem> {
    if caller.account.kind == AccountKind::Operator { Ok(()) } else { Err(Problem::not_found(noun)) }
}

//! `POST /v1/complaints/{id}/decide`

use axum::{Json, extract::State};
use domain::{EntryId, complaint::Outcome};
use gate::Findings;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ComplaintView, moved};
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, Path, RequestsWrite, id},
    problem::Problems,
    routes::requests::Said,
};

/// The most entries or sections that one decision cites.
const CITED: usize = 100;

/// A decision on a complaint, or the answer to a question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    /// `upheld`, `partly` or `rejected`; of a question, `answered`.
    #[schema(value_type = String, example = "upheld")]
    outcome: Outcome,
    /// Who decides: nobody whom it is about and, on appeal, not who decided before.
    #[schema(min_length = 1, max_length = 200)]
    by: String,
    /// What was found, in words. They are sealed in the audit entry, which whoever complains can see.
    #[schema(min_length = 1, max_length = 4000)]
    findings: String,
    /// The entries of the audit log that this rests on, each about the account or its people.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    entries: Vec<String>,
    /// The sections of the policy that this rests on.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    clauses: Vec<u16>,
}

impl Decide {
    fn read(self) -> Result<Findings, Problem> {
        if self.entries.len() > CITED || self.clauses.len() > CITED {
            return Err(Problem::malformed("A decision cites at most 100 `entries` and 100 `clauses`."));
        }
        let entry = |text: String| text.parse::<EntryId>().map_err(|_| Problem::not_found("entry"));
        Ok(Findings {
            outcome: self.outcome,
            said: Said { by: Some(self.by), because: self.findings }.read()?,
            entries: self.entries.into_iter().map(entry).collect::<Result<_, _>>()?,
            clauses: self.clauses,
        })
    }
}

/// Decides a complaint or an allegation, or decides it anew on appeal; answers a question.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/decide", tag = "complaints", operation_id = "decideComplaint",
    params(("id" = String, Path, description = "The complaint.", pattern = "^cmp_[0-9a-f]{32}$")),
    request_body = Decide,
    responses((status = 200, description = "Decided.", body = ComplaintView), Problems),
)]
pub(crate) async fn decide(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(complaint): Path<String>,
    body: Body<Decide>,
) -> Result<Json<ComplaintView>, Problem> {
    let findings = body.value.read()?;
    let complaint = id(&complaint, "complaint")?;
    Ok(moved(state.gate().decide_complaint(&caller, complaint, &findings).await?))
}

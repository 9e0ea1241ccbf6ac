//! `POST /v1/decisions`

use axum::{Json, extract::State};
use domain::EntryId;
use policy::{Decision, Promise};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataRead, Granted, id},
    problem::{Problems, ReasonView},
};

/// A question to the policy about one subject.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// Whose data.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    subject: String,
    /// Which category.
    #[schema(example = "email")]
    category: String,
    /// For which purpose.
    #[schema(example = "marketing")]
    purpose: String,
    /// For which recipient, when it is to leave.
    recipient: Option<String>,
}

/// The answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    /// Whether it may happen.
    allowed: bool,
    /// The section of the policy that says so.
    clause: u16,
    /// Its sentence.
    sentence: String,
    /// The promise concerned.
    #[schema(value_type = Option<String>)]
    promise: Option<Promise>,
    /// Why not; empty when allowed.
    reasons: Vec<ReasonView>,
    /// The entry that records the question.
    #[schema(value_type = String)]
    entry: EntryId,
}

/// Asks whether a use would be allowed, without opening anything. The question is recorded.
#[utoipa::path(
    post, path = "/v1/decisions", tag = "decisions", operation_id = "decide",
    request_body = Ask,
    responses((status = 200, description = "The answer.", body = Answer), Problems),
)]
pub(crate) async fn decide(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    body: Body<Ask>,
) -> Result<Json<Answer>, Problem> {
    let ask = body.value;
    let subject = id(&ask.subject, "subject")?;
    let ruling =
        state.gate().rule(&caller, subject, &ask.category, &ask.purpose, ask.recipient.as_deref()).await?;
    let reasons = ReasonView::all(ruling.refusals());
    let (allowed, clause, promise) = match &ruling.decision {
        Decision::Allowed(clause) => (true, clause, clause.promise),
        Decision::Refused(refusals) => match refusals.first() {
            Some(first) => (false, &first.clause, Some(first.promise)),
            None => return Err(Problem::malformed("the question cannot be decided")),
        },
    };
    let sentence = clause.sentence.clone();
    Ok(Json(Answer { allowed, clause: clause.section, sentence, promise, reasons, entry: ruling.entry }))
}

//! What happens to a request on its way: `extend`, `pause`, `resume`, `withdraw`, `tasks`, `redactions`

use axum::{Json, extract::State};
use domain::{RecordId, request::Redaction};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{RequestView, Said, moved};
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, Path, RequestsWrite, id},
    problem::Problems,
};

/// The most that is left out of one package.
const REDACTIONS: usize = 1_000;

type Answered = Result<Json<RequestView>, Problem>;

/// Takes more time, once, as the policy allows; the person is told why.
#[utoipa::path(
    post, path = "/v1/requests/{id}/extend", tag = "requests", operation_id = "extendRequest",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    request_body = Said,
    responses((status = 200, description = "Extended.", body = RequestView), Problems),
)]
pub(crate) async fn extend(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
    body: Body<Said>,
) -> Answered {
    let why = body.value.read()?;
    let request = state.gate().extend_request(&caller, id(&request, "request")?, &why).await?;
    Ok(moved(&caller, request))
}

/// Stops the clock while something is awaited from the person, who is told what.
#[utoipa::path(
    post, path = "/v1/requests/{id}/pause", tag = "requests", operation_id = "pauseRequest",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    request_body = Said,
    responses((status = 200, description = "Paused.", body = RequestView), Problems),
)]
pub(crate) async fn pause(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
    body: Body<Said>,
) -> Answered {
    let why = body.value.read()?;
    let request = state.gate().pause_request(&caller, id(&request, "request")?, &why).await?;
    Ok(moved(&caller, request))
}

/// Lets the clock run on; the time that it stood still is added.
#[utoipa::path(
    post, path = "/v1/requests/{id}/resume", tag = "requests", operation_id = "resumeRequest",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    responses((status = 200, description = "It runs on.", body = RequestView), Problems),
)]
pub(crate) async fn resume(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
) -> Answered {
    let request = state.gate().resume_request(&caller, id(&request, "request")?).await?;
    Ok(moved(&caller, request))
}

/// The person takes it back.
#[utoipa::path(
    post, path = "/v1/requests/{id}/withdraw", tag = "requests", operation_id = "withdrawRequest",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    responses((status = 200, description = "Taken back.", body = RequestView), Problems),
)]
pub(crate) async fn withdraw(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
) -> Answered {
    let request = state.gate().withdraw_request(&caller, id(&request, "request")?).await?;
    Ok(moved(&caller, request))
}

/// A system outside has done its part; what shows it is sealed in the audit entry.
#[utoipa::path(
    post, path = "/v1/requests/{id}/tasks/{system}", tag = "requests", operation_id = "finishTask",
    params(
        ("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$"),
        ("system" = String, Path, description = "The system, as the policy declares it.", pattern = "^[a-z][a-z0-9_]*$"),
    ),
    request_body = Said,
    responses((status = 200, description = "Done.", body = RequestView), Problems),
)]
pub(crate) async fn finish_task(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path((request, system)): Path<(String, String)>,
    body: Body<Said>,
) -> Answered {
    let proof = body.value.read()?;
    let request = id(&request, "request")?;
    let request = state.gate().finish_task(&caller, request, &system, &proof).await?;
    Ok(moved(&caller, request))
}

/// What is left out of a package because it is about others.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redact {
    /// All that is left out: it replaces what was said before.
    #[schema(max_items = 1000)]
    redactions: Vec<LeftOut>,
    /// Who looked through it.
    #[schema(min_length = 1, max_length = 200)]
    by: Option<String>,
    /// Why it is left out.
    #[schema(min_length = 1, max_length = 4000)]
    because: String,
}

/// A record, or a field of it, that is left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeftOut {
    /// The record.
    #[schema(pattern = "^rec_[0-9a-f]{32}$")]
    record: String,
    /// The field; left out, the whole record.
    #[schema(max_length = 100)]
    field: Option<String>,
}

/// Says what is left out of the package, before it is released.
#[utoipa::path(
    post, path = "/v1/requests/{id}/redactions", tag = "requests", operation_id = "redactRequest",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    request_body = Redact,
    responses((status = 200, description = "Left out.", body = RequestView), Problems),
)]
pub(crate) async fn redact(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
    body: Body<Redact>,
) -> Answered {
    let Redact { redactions, by, because } = body.value;
    let why = Said { by, because }.read()?;
    if redactions.len() > REDACTIONS {
        return Err(Problem::malformed("A package leaves out at most 1,000 records and fields."));
    }
    let read = |one: LeftOut| -> Result<Redaction, Problem> {
        let record: RecordId = id(&one.record, "record")?;
        Ok(Redaction { record, field: one.field })
    };
    let redactions: Vec<Redaction> = redactions.into_iter().map(read).collect::<Result<_, _>>()?;
    let request = id(&request, "request")?;
    let request = state.gate().redact_request(&caller, request, &redactions, &why).await?;
    Ok(moved(&caller, request))
}

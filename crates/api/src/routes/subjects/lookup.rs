//! `POST /v1/subjects/lookup`

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataRead, Granted, PurposeQuery, Strict},
    problem::Problems,
};

/// What to look for. It stands in the body, because an identity never stands in a URL.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lookup {
    /// A lookup field of the policy.
    #[schema(example = "email")]
    field: String,
    /// Its value.
    #[schema(example = "ada@example.com", max_length = 1024)]
    value: String,
}

/// Who was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Found {
    /// The subjects; empty when there is none that may be found.
    #[schema(value_type = Vec<String>)]
    subjects: Vec<domain::SubjectId>,
}

/// Finds subjects by the value of a lookup field, without opening any.
#[utoipa::path(
    post, path = "/v1/subjects/lookup", tag = "subjects", operation_id = "lookupSubject",
    params(PurposeQuery), request_body = Lookup,
    responses((status = 200, description = "Who was found.", body = Found), Problems),
)]
pub(crate) async fn lookup(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Strict(PurposeQuery { purpose }): Strict<PurposeQuery>,
    body: Body<Lookup>,
) -> Result<Json<Found>, Problem> {
    state.limiters.lookup(caller.account_id())?;
    let Lookup { field, value } = body.value;
    if value.len() > domain::value::STRING_BYTES {
        return Err(Problem::malformed("`value` is longer than any lookup field."));
    }
    let subjects = state.gate().lookup(&caller, &field, &value, &purpose).await?;
    Ok(Json(Found { subjects }))
}

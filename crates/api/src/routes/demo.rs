//! `POST /demo/advance`: the demonstration moves its clock. Not there in any other server.

use axum::{Json, Router, extract::State, routing::post};
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    ApiState, Problem,
    extract::{AuditRead, Body, Granted},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// By how much, for example `P1Y`.
    by: Span,
}

#[derive(Serialize)]
struct Moved {
    now: Timestamp,
}

pub(crate) fn router(state: &ApiState) -> Router<ApiState> {
    match state.advance {
        Some(_) => Router::new().route("/demo/advance", post(advance)),
        None => Router::new(),
    }
}

/// Moves the clock on and runs what is then due: records expire, agreements lapse.
async fn advance(
    State(state): State<ApiState>,
    _: Granted<AuditRead>,
    body: Body<Advance>,
) -> Result<Json<Moved>, Problem> {
    let Some(advance) = &state.advance else { return Err(Problem::not_found("path")) };
    if body.value.by.is_negative() {
        return Err(Problem::malformed("A clock moves forward only."));
    }
    Ok(Json(Moved { now: advance(body.value.by).await? }))
}

//! `/healthz`, `/readyz` and `/metrics`

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{ApiState, Problem, extract::Open, problem::Problems};

/// A sign of life.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
    /// What is missing that it can do without for a while.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<&'static str>,
}

/// What is said where there is no mail server.
const NO_MAIL: &str = "no mail server is configured: what is to be told by mail waits";

/// Whether the process lives.
#[utoipa::path(
    get, path = "/healthz", tag = "running it", operation_id = "healthz", security(()),
    responses((status = 200, description = "It lives.", body = Health), Problems),
)]
pub(crate) async fn healthz(_: Open) -> Json<Health> {
    Json(Health { status: "ok", warnings: Vec::new() })
}

/// Whether it can answer: the data store is asked.
#[utoipa::path(
    get, path = "/readyz", tag = "running it", operation_id = "readyz", security(()),
    responses((status = 200, description = "It can answer.", body = Health), Problems),
)]
pub(crate) async fn readyz(State(state): State<ApiState>, _: Open) -> Result<Json<Health>, Problem> {
    state.gate().checkpoint().await?;
    let warnings = if state.service.has_mailer() { Vec::new() } else { vec![NO_MAIL] };
    Ok(Json(Health { status: "ok", warnings }))
}

/// Counters for Prometheus. None of them names a person.
#[utoipa::path(
    get, path = "/metrics", tag = "running it", operation_id = "metrics", security(()),
    responses((status = 200, description = "The counters.", body = String, content_type = "text/plain"), Problems),
)]
pub(crate) async fn metrics(State(state): State<ApiState>, _: Open) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], state.metrics.render()).into_response()
}

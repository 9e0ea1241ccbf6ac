//! The scripts, and what this server says to the signal of browsers.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde_json::json;

use crate::{ApiState, Problem, extract::Open};

pub(super) async fn script(_: Open) -> impl IntoResponse {
    javascript(&collect::SCRIPT)
}

pub(super) async fn choices(_: Open) -> impl IntoResponse {
    javascript(&collect::CHOICES)
}

pub(super) async fn items(_: Open) -> impl IntoResponse {
    javascript(&collect::ITEMS)
}

fn javascript(text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Sites embed it: that is what it is for.
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, text)
}

/// That the signal is heard (Global Privacy Control, section 4), and since when the policy says so.
pub(super) async fn gpc(State(state): State<ApiState>, _: Open) -> Result<impl IntoResponse, Problem> {
    let operator = state.gate().operator()?;
    let effective = state.gate().policy(operator.id)?.operator.policy.effective();
    Ok(Json(json!({ "gpc": true, "lastUpdate": effective.to_string() })))
}

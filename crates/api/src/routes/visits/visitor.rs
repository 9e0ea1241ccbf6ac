//! `POST /collect/visitor`: what a page hands to its own server, so that visits can be tied to whoever signs in there.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{consent::allowed, cookie, known, refuses};
use crate::{ApiState, Problem, extract::Open};

/// Which site.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    s: String,
}

/// What names the visitor for some minutes.
#[derive(Serialize)]
struct Named {
    visitor: String,
}

/// A token that names the visitor; nothing where nobody is recognised, or they did not say yes to being tied to a person.
pub(super) async fn name(
    State(state): State<ApiState>,
    _: Open,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let asked: Asked =
        serde_json::from_slice(&body).map_err(|_| Problem::malformed("This names no site: send `s`."))?;
    let known = known(&state, &asked.s).map_err(|_| Problem::not_found("site"))?;
    let allowed = allowed(&known, &headers)?;
    let cookie = cookie(&known, &headers).filter(|_| !refuses(&headers));
    let token = match cookie {
        Some(cookie) => state.gate().visitor_token(&known, cookie).await?,
        None => None,
    };
    Ok(match token {
        Some(visitor) => (allowed, Json(Named { visitor })).into_response(),
        None => (StatusCode::NO_CONTENT, allowed).into_response(),
    })
}

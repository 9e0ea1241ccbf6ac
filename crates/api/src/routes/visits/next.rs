//! `POST /collect/next-item`: what is next in a slot of a page, as its script asks. A browser never says what it has shown.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::item::is_name;
use serde::Deserialize;

use super::{consent::allowed, cookie, items::NextView, known, refuses};
use crate::{ApiState, Problem, extract::Peer};

/// Which slot of which site.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    s: String,
    slot: String,
}

pub(super) async fn next(
    State(state): State<ApiState>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    state.limiters.hit(peer.0)?;
    let malformed = || Problem::malformed("This asks for no slot of a site's page.");
    let asked: Asked = serde_json::from_slice(&body).map_err(|_| malformed())?;
    if !is_name(&asked.slot) {
        return Err(malformed());
    }
    let known = known(&state, &asked.s).map_err(|_| Problem::not_found("site"))?;
    let allowed = allowed(&known, &headers)?;
    let visitor = cookie(&known, &headers).filter(|_| !refuses(&headers));
    let next = state.gate().next_item(&known, &asked.slot, visitor).await?;
    Ok((allowed, Json(NextView::of(next))).into_response())
}

//! `/console/sessions` and `/sign-out`: where one is signed in, and the end of it.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Permission, Session};
use serde::Deserialize;
use web::console::{SessionLine, SessionsPage};

use super::{Staff, allow, cookie, frame, posted::Posted, shown, stop::Stop, words::moment};
use crate::{
    ApiState,
    extract::{Path, id},
};

/// A form with nothing to fill in.
#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn page(State(state): State<ApiState>, Staff(signed_in): Staff) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::EndOwnSessions).await?;
    let sessions = state.gate().own_sessions(&signed_in.session).await?;
    let line = |session: &Session| SessionLine {
        id: session.id.to_string(),
        browser: session.browser.as_str(),
        started: moment(session.started_at),
        seen: moment(session.seen_at),
        is_this: session.id == signed_in.session.id,
    };
    let lines = sessions.iter().map(line).collect();
    shown(&SessionsPage { frame: frame(&signed_in, "/console/sessions"), lines })
}

pub(super) async fn end(
    State(state): State<ApiState>,
    Path(session): Path<String>,
    Posted { signed_in, .. }: Posted<Nothing>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::EndOwnSessions).await?;
    state.gate().end_session(&signed_in.caller, &signed_in.session, id(&session, "session")?).await?;
    Ok(Redirect::to("/console/sessions").into_response())
}

pub(super) async fn sign_out(
    State(state): State<ApiState>,
    headers: HeaderMap,
    Posted { signed_in, .. }: Posted<Nothing>,
) -> Result<Response, Stop> {
    state.gate().end_session(&signed_in.caller, &signed_in.session, signed_in.session.id).await?;
    Ok(cookie::forget(cookie::CONSOLE, &headers, &state, Redirect::to("/sign-in").into_response()))
}

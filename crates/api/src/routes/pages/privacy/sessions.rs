//! `/privacy/sessions` and `/privacy/sign-out`: where one is signed in, and the end of it.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use domain::Session;
use web::{console::SessionLine, privacy::SessionsPage};

use super::{
    Person, frame,
    posted::{Nothing, Posted},
    shown,
    stop::Stop,
};
use crate::{
    ApiState,
    extract::{Path, id},
    routes::pages::console::cookie,
};

pub(super) async fn page(
    State(state): State<ApiState>,
    Person(oneself, language): Person,
) -> Result<Response, Stop> {
    let sessions = state.gate().own_sessions(&oneself.session).await?;
    let line = |session: &Session| SessionLine {
        id: session.id.to_string(),
        browser: session.browser.as_str(),
        started: language.moment(session.started_at),
        seen: language.moment(session.seen_at),
        is_this: session.id == oneself.session.id,
    };
    let lines = sessions.iter().map(line).collect();
    shown(&SessionsPage { frame: frame(&state, (&oneself, language), "/privacy/sessions")?, lines })
}

pub(super) async fn end(
    State(state): State<ApiState>,
    Path(session): Path<String>,
    Posted { oneself, .. }: Posted<Nothing>,
) -> Result<Response, Stop> {
    state.gate().end_session(&oneself.caller, &oneself.session, id(&session, "session")?).await?;
    Ok(Redirect::to("/privacy/sessions").into_response())
}

pub(super) async fn sign_out(
    State(state): State<ApiState>,
    headers: HeaderMap,
    Posted { oneself, .. }: Posted<Nothing>,
) -> Result<Response, Stop> {
    state.gate().end_session(&oneself.caller, &oneself.session, oneself.session.id).await?;
    Ok(cookie::forget(cookie::PRIVACY, &headers, &state, Redirect::to("/privacy").into_response()))
}

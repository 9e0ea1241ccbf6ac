//! `/privacy/open`: the link of a mail. Looking at it changes nothing, as programs that look through mail do; only its button lets
//! somebody in, once.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::staff::Browser;
use serde::Deserialize;
use web::privacy::{OpenPage, Whoever};

use super::{Wanted, shown, stop::Stop};
use crate::{
    ApiState, Problem,
    extract::{Open, Strict},
    routes::pages::{
        console::{
            cookie,
            entrance::{Connection, limited},
            posted::OwnForm,
        },
        message::message,
    },
};

/// The link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkQuery {
    link: String,
}

pub(super) async fn page(
    State(state): State<ApiState>,
    _: Open,
    Wanted(language): Wanted,
    query: Result<Strict<LinkQuery>, Problem>,
) -> Result<Response, Stop> {
    let Strict(LinkQuery { link }) = query?;
    let people = state.gate().let_in_by(&link).await?;
    if people.is_empty() {
        return opens_nothing();
    }
    let since = |at| language.day(at);
    let people =
        people.into_iter().map(|one| Whoever { place: one.place, role: one.role, since: since(one.since) });
    shown(&OpenPage { language, link, people: people.collect() })
}

/// The button of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    link: String,
    /// Which of those whose address it is.
    who: usize,
}

pub(super) async fn open(
    State(state): State<ApiState>,
    connection: Connection,
    headers: HeaderMap,
    OwnForm(Opening { link, who }): OwnForm<Opening>,
) -> Result<Response, Stop> {
    limited(&state, connection)?;
    come_in(&state, &headers, &link, who).await
}

/// Lets whoever holds a link in, as one of those whose address it is.
pub(super) async fn come_in(
    state: &ApiState,
    headers: &HeaderMap,
    link: &str,
    who: usize,
) -> Result<Response, Stop> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let Some((_, secret)) = state.gate().open_link(link, who, Browser::of(agent)).await? else {
        return opens_nothing();
    };
    let cookie = cookie::set(cookie::PRIVACY, headers, state, Some(&secret));
    let mut response = Redirect::to("/privacy/data").into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// The same for a link that was used, one that is too old and one that never was.
fn opens_nothing() -> Result<Response, Stop> {
    let detail = "It opens once, and for a quarter of an hour. Have another one sent where you asked for it.";
    let said = ("This link opens nothing any more", detail);
    Ok(message(StatusCode::NOT_FOUND, said, ("/privacy", "Ask for a link")))
}

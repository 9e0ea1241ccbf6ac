//! `GET /collect/notice` and `POST /collect/choices`: what a visitor is asked, and what they say.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{choice::Method, visit::Drop};
use gate::{Consent, KnownSite};
use serde::Deserialize;
use serde_json::json;

use super::{cookie, known, notice::Notice, origin, refuses};
use crate::{
    ApiState, Problem,
    extract::{Open, Peer, Strict},
};

/// Which site, and in which language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeQuery {
    s: String,
    #[serde(rename = "l")]
    _language: Option<String>,
}

/// What a visitor says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    s: String,
    version: String,
    language: String,
    choices: BTreeMap<String, bool>,
}

/// What visitors of a site are asked, in the words of the policy in force; nothing where nobody is recognised.
pub(super) async fn notice(
    State(state): State<ApiState>,
    _: Open,
    headers: HeaderMap,
    Strict(query): Strict<NoticeQuery>,
) -> Result<Response, Problem> {
    let known = known(&state, &query.s).map_err(unknown)?;
    let allowed = allowed(&known, &headers)?;
    if known.asked_purposes().is_empty() {
        return Ok((StatusCode::NO_CONTENT, allowed).into_response());
    }
    Ok((allowed, Json(Notice::of(&known, refuses(&headers)))).into_response())
}

/// Records what a visitor says, and sets or takes back the cookie. Where their browser says no for them that stands, and the
/// answer says so.
pub(super) async fn choose(
    State(state): State<ApiState>,
    _: Open,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    state.limiters.choice(peer.0)?;
    let said: Said = serde_json::from_slice(&body)
        .map_err(|_| Problem::malformed("These are no choices of a site's visitor."))?;
    let known = known(&state, &said.s).map_err(unknown)?;
    let allowed = allowed(&known, &headers)?;
    if !allowed.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        return Err(Problem::malformed(
            "Choices are said on a page of the site, whose `Origin` the browser names.",
        ));
    }
    let is_signalled = refuses(&headers);
    let notice = Notice::of(&known, is_signalled);
    // A no is heard whatever notice it answers.
    if said.version != notice.version && said.choices.values().any(|is_yes| *is_yes) {
        return Err(Problem::malformed("The policy has another version by now: ask again with its notice."));
    }
    let consent = Consent {
        text: notice.shown(),
        said: said.choices.into_iter().collect(),
        language: said.language.chars().take(35).collect(),
        method: if is_signalled { Method::SecGpc } else { Method::Click },
    };
    let remembered = state.gate().consent(&known, cookie(&known, &headers), &consent).await?;
    let set = known.set_cookie(&remembered, state.now()).map(HeaderValue::try_from).transpose();
    let set = set.map_err(|_| gate::GateError::Damaged("the name of a cookie"))?;
    let set = set.map(|value| (header::SET_COOKIE, value));
    let stands: BTreeMap<&str, bool> = consent.stands().into_iter().collect();
    let mut response = if is_signalled {
        (allowed, Json(json!({ "choices": stands }))).into_response()
    } else {
        (StatusCode::NO_CONTENT, allowed).into_response()
    };
    response.headers_mut().extend(set);
    Ok(response)
}

/// Lets a page of the site read the answer, and send its cookie along.
pub(super) fn allowed(known: &KnownSite, headers: &HeaderMap) -> Result<HeaderMap, Problem> {
    let mut answer = HeaderMap::new();
    answer.insert(header::VARY, HeaderValue::from_static("Origin"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(origin) = origin(known, headers).map_err(unknown)? {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    Ok(answer)
}

fn unknown(_: Drop) -> Problem {
    Problem::not_found("site")
}

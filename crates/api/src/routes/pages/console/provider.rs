//! `/sign-in/provider`: members of staff are sent to a provider of identities, and come back recognised. What belongs to one try is
//! made from a cookie, so that nobody finishes what another browser began.

use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::HEXLOWER;
use domain::{ambient::random_bytes, staff::Browser};
use serde::Deserialize;
use service::{Attempt, Identity, Provider, ProviderError};
use subtle::ConstantTimeEq;

use super::{
    cookie,
    entrance::{self, Connection},
    stop::Stop,
};
use crate::{ApiState, Problem, extract::Open};

const TROUBLE: &str = "You were not recognised. Whoever invited you must have used the address that your company’s sign-in \
                       has of you.";

fn provider(state: &ApiState) -> Result<&Provider, Problem> {
    state.service.provider().ok_or_else(|| Problem::not_found("page"))
}

/// Where the provider sends people back to.
fn back(state: &ApiState) -> String {
    format!("{}/sign-in/provider/return", state.service.address())
}

fn attempt(state: &ApiState, kept: &str) -> Result<Attempt, Stop> {
    let secret = |what| state.gate().provider_secret(what, kept);
    Ok(Attempt { state: secret("state")?, nonce: secret("nonce")?, verifier: secret("verifier")? })
}

pub(super) async fn leave(
    State(state): State<ApiState>,
    _: Open,
    connection: Connection,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    entrance::limited(&state, connection)?;
    let provider = provider(&state)?;
    let kept: [u8; 32] = random_bytes(&*state.gate().ambient().randomness);
    let kept = HEXLOWER.encode(&kept);
    let way = provider.way(&attempt(&state, &kept)?, &back(&state), state.now()).await;
    let way = match way {
        Ok(way) => way,
        Err(error) => return refused(&state, &error).await,
    };
    let mut response = Redirect::to(&way).into_response();
    let cookie = cookie::set(cookie::PROVIDER, &headers, &state, Some(&kept));
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// What a provider says in the address; whatever else it says there counts for nothing.
#[derive(Deserialize)]
pub(super) struct Returned {
    code: Option<String>,
    state: Option<String>,
}

pub(super) async fn come_back(
    State(state): State<ApiState>,
    _: Open,
    connection: Connection,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response, Stop> {
    entrance::limited(&state, connection)?;
    if cookie::read(cookie::PROVIDER, &headers, &state).is_none() {
        // Whoever never left does not come back; that is told to nobody.
        return not_recognised(&state);
    }
    let identity = match recognised(&state, &headers, returned).await? {
        Ok(identity) => identity,
        Err(error) => return refused(&state, &error).await,
    };
    let Identity { known_as, email: Some(email) } = identity else {
        return refused(&state, &ProviderError::Token("it names no address that was made sure of")).await;
    };
    let browser = Browser::of(entrance::agent(&headers));
    match state.gate().sign_in_by_provider((&known_as, &email), browser).await? {
        Some((_, secret)) => {
            let mut response = entrance::let_in(&state, &headers, &secret);
            let removed = cookie::set(cookie::PROVIDER, &headers, &state, None);
            if let Some(removed) = removed {
                response.headers_mut().append(header::SET_COOKIE, removed);
            }
            Ok(response)
        }
        None => not_recognised(&state),
    }
}

/// Who came back to the browser that left.
async fn recognised(
    state: &ApiState,
    headers: &HeaderMap,
    Returned { code, state: told }: Returned,
) -> Result<Result<Identity, ProviderError>, Stop> {
    let provider = provider(state)?;
    let Some(kept) = cookie::read(cookie::PROVIDER, headers, state) else {
        return Ok(Err(ProviderError::Answer("another browser left, or it did so long ago")));
    };
    let attempt = attempt(state, kept)?;
    let (Some(code), Some(told)) = (code, told) else {
        return Ok(Err(ProviderError::Answer("it refused to recognise anybody")));
    };
    if !bool::from(attempt.state.as_bytes().ct_eq(told.as_bytes())) {
        return Ok(Err(ProviderError::Answer("what came back is of another try")));
    }
    Ok(provider.identify(&attempt, (&code, &back(state)), state.now()).await)
}

/// Why is told to whoever runs the server, and not to whoever tried.
async fn refused(state: &ApiState, error: &ProviderError) -> Result<Response, Stop> {
    tracing::warn!(%error, "somebody was not signed in by the provider");
    state.gate().refuse_provider().await?;
    not_recognised(state)
}

fn not_recognised(state: &ApiState) -> Result<Response, Stop> {
    let mut response = entrance::page(state, Some(TROUBLE))?;
    *response.status_mut() = StatusCode::FORBIDDEN;
    Ok(response)
}

//! `/sign-in` and `/invitation`: the ways in. They tell nobody who is known here.

use std::net::{IpAddr, Ipv4Addr};

use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{ConsoleRole, MemberRole, Role, staff::Browser};
use gate::{GateError, PASSWORD_CHARACTERS};
use serde::Deserialize;
use web::{
    Language,
    console::{InvitationPage, MessagePage, OneClick, SignInPage},
};

use super::{super::steps::Steps, cookie, passkeys, posted::OwnForm, shown, stop::Stop};
use crate::{
    ApiState, DEMONSTRATION_PASSWORD, Problem, demonstration_address,
    extract::{Open, Strict},
};

const TROUBLE: &str = "That did not work. Check the address and the password, and try again.";

/// What is typed to sign in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    email: String,
    password: String,
}

pub(super) async fn form(State(state): State<ApiState>, _: Open) -> Result<Response, Stop> {
    page(&state, None)
}

pub(super) fn page(state: &ApiState, trouble: Option<&'static str>) -> Result<Response, Stop> {
    let one_click = |role: Role| OneClick {
        role: role.label(),
        email: demonstration_address(role),
        password: DEMONSTRATION_PASSWORD,
    };
    let is_demonstration = state.advance.is_some();
    let roles = ConsoleRole::ALL.map(Role::Staff).into_iter().chain(MemberRole::ALL.map(Role::Member));
    let one_click = roles.filter(|_| is_demonstration).map(one_click).collect();
    let is_sign_up_open = state.gate().is_sign_up_open();
    let provider = state.service.provider().map(|provider| provider.name().to_owned());
    let challenge = state.gate().passkey_challenge(None)?;
    shown(&SignInPage { operator: operator(state), trouble, challenge, provider, is_sign_up_open, one_click })
        .map(passkeys::with_script)
}

/// What somebody is told of whom it is not told whether they are known.
pub(super) fn written(detail: &str) -> Result<Response, Stop> {
    shown(&MessagePage {
        title: "Look at your mail".to_owned(),
        detail: detail.to_owned(),
        href: "/sign-in",
        label: "Sign in",
        language: Language::English,
    })
}

pub(super) fn operator(state: &ApiState) -> String {
    state.gate().operator().map(|operator| operator.name).unwrap_or_default()
}

pub(super) async fn sign_in(
    State(state): State<ApiState>,
    connection: Connection,
    headers: HeaderMap,
    OwnForm(typed): OwnForm<Credentials>,
) -> Result<Response, Stop> {
    let steps = Steps::begun();
    limited_as(&state, connection, &typed.email)?;
    match state.gate().sign_in(&typed.email, &typed.password, Browser::of(agent(&headers))).await? {
        Some((_, secret)) => Ok(let_in(&state, &headers, &secret)),
        None => {
            steps.end().await;
            let mut response = page(&state, Some(TROUBLE))?;
            *response.status_mut() = StatusCode::FORBIDDEN;
            Ok(response)
        }
    }
}

/// From where somebody asks who asks without a network.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// From where somebody asks; none where a server is asked without a network.
pub(in crate::routes::pages) type Connection = Option<axum::Extension<ConnectInfo<std::net::SocketAddr>>>;

/// Refuses an address that tries too often.
pub(in crate::routes::pages) fn limited(state: &ApiState, connection: Connection) -> Result<(), Problem> {
    match connection {
        Some(axum::Extension(ConnectInfo(peer))) => state.limiters.sign_in_from(peer.ip()),
        None => Ok(()),
    }
}

/// The same, and whoever tries too often as somebody.
pub(in crate::routes::pages) fn limited_as(
    state: &ApiState,
    connection: Connection,
    typed: &str,
) -> Result<(), Problem> {
    let asker = connection.as_ref().map(|axum::Extension(ConnectInfo(peer))| peer.ip());
    limited(state, connection)?;
    let mark = state.gate().address_mark(typed)?;
    state.limiters.sign_in_as(mark, asker.unwrap_or(NOWHERE))
}

/// The same, of whoever has a mail sent to an address that they type.
pub(in crate::routes::pages) fn limited_mail(
    state: &ApiState,
    connection: Connection,
    typed: &str,
) -> Result<(), Problem> {
    let asker = connection.as_ref().map(|axum::Extension(ConnectInfo(peer))| peer.ip());
    limited_as(state, connection, typed)?;
    state.limiters.mail_from(asker.unwrap_or(NOWHERE))
}

/// What a browser calls itself.
pub(super) fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

/// The answer to somebody who was recognised.
pub(super) fn let_in(state: &ApiState, headers: &HeaderMap, secret: &str) -> Response {
    let cookie = cookie::set(cookie::CONSOLE, headers, state, Some(secret));
    let mut response = Redirect::to("/console").into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

/// The link of an invitation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InvitationQuery {
    link: String,
}

pub(super) async fn invitation(
    State(state): State<ApiState>,
    _: Open,
    query: Result<Strict<InvitationQuery>, Problem>,
) -> Result<Response, Stop> {
    let Strict(InvitationQuery { link }) = query?;
    if !state.gate().opens_invitation(&link).await? {
        return opens_nothing();
    }
    password_form(&state, link, None)
}

fn password_form(state: &ApiState, link: String, trouble: Option<String>) -> Result<Response, Stop> {
    shown(&InvitationPage { operator: operator(state), link, trouble, characters: PASSWORD_CHARACTERS })
}

/// The password that is set by a link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    link: String,
    password: String,
}

pub(super) async fn set_password(
    State(state): State<ApiState>,
    _: Open,
    OwnForm(new): OwnForm<NewPassword>,
) -> Result<Response, Stop> {
    match state.gate().set_password(&new.link, &new.password).await {
        Ok(()) => Ok(Redirect::to("/sign-in").into_response()),
        Err(GateError::Malformed(why)) => {
            let mut response = password_form(&state, new.link, Some(format!("Nothing was set: {why}.")))?;
            *response.status_mut() = StatusCode::BAD_REQUEST;
            Ok(response)
        }
        Err(GateError::NotFound(_) | GateError::Gone(_) | GateError::Stale { .. }) => opens_nothing(),
        Err(error) => Err(error.into()),
    }
}

/// The same for a link that was used, one that is too old and one that never was.
fn opens_nothing() -> Result<Response, Stop> {
    let mut response = shown(&MessagePage {
        title: "This link opens nothing".to_owned(),
        detail:
            "It opens once and for a while only. Ask for another; if you have set your password, sign in."
                .to_owned(),
        href: "/sign-in",
        label: "Sign in",
        language: Language::English,
    })?;
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}

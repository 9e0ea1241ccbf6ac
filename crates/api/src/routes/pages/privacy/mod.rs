//! The privacy center: what a person sees and does about their own data in a browser. One comes in by a link that was sent to an
//! address held about them; whoever is in reaches what is theirs, and nothing else.

mod asking;
mod certificate;
mod choices;
mod complaints;
mod correct;
mod data;
mod demonstration;
mod entrance;
mod link;
mod policy;
mod posted;
mod prove;
mod readings;
mod requests;
mod sessions;
mod stop;
mod words;

use std::convert::Infallible;

use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    middleware::{from_fn, map_response},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use gate::{Caller, Oneself};
use web::{Language, Template, console::Link, privacy::Frame};

use self::stop::Stop;
use super::{
    console::{cookie, keep_private},
    html,
    message::{in_their_language, wanted},
    refused_cookies,
};
use crate::{ApiState, extract::address};

/// Where the pages are.
const PLACES: [(&str, &str); 7] = [
    ("/privacy/data", "What is held"),
    ("/privacy/readings", "Who has looked"),
    ("/privacy/choices", "Your choices"),
    ("/privacy/requests", "Requests"),
    ("/privacy/complaints", "Complaints"),
    ("/privacy/policy", "The policy"),
    ("/privacy/sessions", "Sessions"),
];

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/privacy", get(entrance::of_the_operator).post(entrance::ask_the_operator))
        .route("/privacy/at", get(entrance::find))
        .route("/privacy/at/{client}", get(entrance::of_a_client).post(entrance::ask_a_client))
        .route("/privacy/open", get(link::page).post(link::open))
        .route("/privacy/prove", get(prove::page).post(prove::prove))
        .route("/privacy/demonstration", post(demonstration::enter))
        .route("/privacy/data", get(data::page))
        .route("/privacy/data/{record}/correct", get(correct::form).post(correct::done))
        .route("/privacy/data/{record}/review", post(correct::review))
        .route("/privacy/links/{id}/end", post(data::end_link))
        .route("/privacy/readings", get(readings::page))
        .route("/privacy/choices", get(choices::page).post(choices::say))
        .route("/privacy/receipts/{choice}", get(choices::receipt))
        .route("/privacy/requests", get(requests::list).post(asking::ask))
        .route("/privacy/requests/new", get(asking::form))
        .route("/privacy/requests/{id}", get(requests::one))
        .route("/privacy/requests/{id}/withdraw", post(requests::withdraw))
        .route("/privacy/requests/{id}/package", post(requests::package))
        .route("/privacy/certificate", get(certificate::page))
        .route("/privacy/certificate/{erasure}", get(certificate::file))
        .route("/privacy/complaints", get(complaints::list).post(complaints::open))
        .route("/privacy/complaints/{id}", get(complaints::one))
        .route("/privacy/complaints/{id}/withdraw", post(complaints::withdraw))
        .route("/privacy/complaints/{id}/appeal", post(complaints::appeal))
        .route("/privacy/policy", get(policy::page))
        .route("/privacy/sessions", get(sessions::page))
        .route("/privacy/sessions/{id}/end", post(sessions::end))
        .route("/privacy/sign-out", post(sessions::sign_out))
        .layer(map_response(keep_private))
        .layer(from_fn(in_their_language))
}

/// The language that somebody's browser asks for.
struct Wanted(Language);

impl FromRequestParts<ApiState> for Wanted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Infallible> {
        Ok(Self(wanted(&parts.headers)))
    }
}

/// Whoever is signed in to the privacy center, and the language that their browser asks for.
struct Person(Oneself, Language);

impl FromRequestParts<ApiState> for Person {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Stop> {
        let oneself = match cookie::read(cookie::PRIVACY, &parts.headers, state) {
            Some(secret) => state.gate().person_signed_in(secret).await?,
            None => None,
        };
        if oneself.is_none() {
            state.limiters.open(address(parts))?;
        }
        let is_refused = || refused_cookies::are_refused(&parts.headers, &["/privacy/open", "/privacy"]);
        let language = wanted(&parts.headers);
        oneself
            .map(|oneself| Self(oneself, language))
            .ok_or_else(|| if is_refused() { Stop::NoCookie } else { Stop::NotSignedIn })
    }
}

/// What stands around a page of the privacy center.
fn frame(state: &ApiState, (oneself, language): (&Oneself, Language), here: &str) -> Result<Frame, Stop> {
    let (controller, contact) = controller(state, &oneself.caller)?;
    Ok(Frame {
        controller,
        contact,
        links: PLACES.into_iter().map(|(href, label)| Link { href, label, is_here: href == here }).collect(),
        form_token: oneself.form_token.clone(),
        language,
    })
}

/// Who decides why and how the data of an account's people is used, and where to write.
fn controller(state: &ApiState, caller: &Caller) -> Result<(String, String), Stop> {
    let effective = state.gate().policy(caller.account_id())?;
    let of_operator = effective.operator.policy.document();
    let named = effective.account.as_ref().map(|(_, own)| own.policy.document());
    let declaring = named.unwrap_or(of_operator);
    let is_own = named.is_some() || caller.account_id() == effective.operator_account;
    let controller = declaring.controller.get_ref();
    let custodian = declaring.custodian.as_ref().map(|custodian| custodian.get_ref());
    let contact = custodian.and_then(|custodian| custodian.email.as_ref()).or(controller.email.as_ref());
    let contact = contact.filter(|_| is_own).map(|email| email.get_ref().clone()).unwrap_or_default();
    let name = if is_own { controller.name.get_ref().clone() } else { caller.account.name.clone() };
    Ok((name, contact))
}

/// A page, rendered.
fn shown(page: &impl Template) -> Result<Response, Stop> {
    let Html(text) = html(page.render())?;
    Ok(Html(text).into_response())
}

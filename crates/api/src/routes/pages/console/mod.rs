//! The console: what members of staff see and do in a browser. Whoever is not signed in is sent to where one signs in; every
//! form is one's own; and what a role may not do is asked of one matrix (`domain::staff`).

pub(super) mod cookie;
mod entrance;
pub(super) mod posted;
mod promises;
mod requests;
mod sessions;
pub(super) mod stop;
pub(super) mod words;

use axum::{
    Router,
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    middleware::map_response,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use domain::Permission;
use gate::SignedIn;
use web::{
    Template,
    console::{Frame, Link},
};

use self::stop::Stop;
use super::html;
use crate::{ApiState, Problem, extract::address};

/// What a page of the console may do: a form, to this server.
pub(super) const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                              form-action 'self'; frame-ancestors 'none'";

/// Where the pages are, and what one must be allowed to get there.
const PLACES: [(&str, &str, Permission); 3] = [
    ("/console", "Promises", Permission::SeePromises),
    ("/console/requests", "Requests", Permission::SeeRequests),
    ("/console/sessions", "Sessions", Permission::EndOwnSessions),
];

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/sign-in", get(entrance::form).post(entrance::sign_in))
        .route("/invitation", get(entrance::invitation).post(entrance::set_password))
        .route("/sign-out", post(sessions::sign_out))
        .route("/console", get(promises::page))
        .route("/console/requests", get(requests::queue))
        .route("/console/requests/{id}", get(requests::one))
        .route("/console/requests/{id}/{step}", post(requests::step))
        .route("/console/sessions", get(sessions::page))
        .route("/console/sessions/{id}/end", post(sessions::end))
        .layer(map_response(keep_private))
}

/// Nothing of the console is kept by a browser: after signing out, the way back shows nothing.
pub(super) async fn keep_private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whoever is signed in.
pub(super) struct Staff(SignedIn);

impl FromRequestParts<ApiState> for Staff {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Stop> {
        let signed_in = match cookie::read(cookie::CONSOLE, &parts.headers, state) {
            Some(secret) => state.gate().signed_in(secret).await?,
            None => None,
        };
        if signed_in.is_none() {
            state.limiters.open(address(parts))?;
        }
        signed_in.map(Self).ok_or(Stop::NotSignedIn)
    }
}

/// Refuses what the role of whoever is signed in does not let them do, with an entry that says so.
async fn allow(state: &ApiState, signed_in: &SignedIn, permission: Permission) -> Result<(), Stop> {
    if signed_in.staff.role.may(permission) {
        return Ok(());
    }
    let entry = state.gate().refuse_staff(signed_in, permission).await?;
    Err(Problem { entry: Some(entry), ..Problem::not_of_the_role(signed_in.staff.role.as_str()) }.into())
}

/// What stands around a page of the console.
fn frame(signed_in: &SignedIn, here: &str) -> Frame {
    let role = signed_in.staff.role;
    let places = PLACES.into_iter().filter(|(_, _, permission)| role.may(*permission));
    Frame {
        operator: signed_in.caller.account.name.clone(),
        role: role.as_str(),
        links: places.map(|(href, label, _)| Link { href, label, is_here: href == here }).collect(),
        form_token: signed_in.form_token.clone(),
    }
}

/// A page, rendered.
fn shown(page: &impl Template) -> Result<Response, Stop> {
    let Html(text) = html(page.render())?;
    Ok(Html(text).into_response())
}

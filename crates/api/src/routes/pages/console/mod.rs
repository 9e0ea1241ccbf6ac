//! The console: what members of staff, and the people of Clients, see and do in a browser. Whoever is not signed in is sent to
//! where one signs in; every form is one's own; and what a role may not do is asked of one matrix (`domain::staff`).

mod abuse;
mod abuse_case;
mod access;
mod account;
mod accounts;
mod address;
mod arrival;
mod complaints;
pub(super) mod cookie;
mod doing;
pub(super) mod entrance;
mod evidence;
mod fresh;
mod glass;
mod health;
mod holds;
mod incidents;
mod keys;
mod lists;
mod log;
mod multipart;
mod passkeys;
mod person;
mod places;
mod policy;
pub(super) mod posted;
mod promises;
mod provider;
mod recovery;
mod requests;
mod retention;
mod sessions;
mod sign_up;
mod staff;
pub(super) mod stop;
mod visits;
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
use web::{Template, console::Frame};

use self::stop::Stop;
use super::{html, refused_cookies};
use crate::{ApiState, Problem, extract::address};

/// What a page of the console may do: a form, to this server.
pub(super) const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                              form-action 'self'; frame-ancestors 'none'";

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/sign-in", get(entrance::form).post(entrance::sign_in))
        .route("/sign-in/passkey", post(passkeys::sign_in))
        .route("/sign-in/provider", get(provider::leave))
        .route("/sign-in/provider/return", get(provider::come_back))
        .route("/invitation", get(entrance::invitation).post(entrance::set_password))
        .route("/sign-out", post(sessions::sign_out))
        .route("/sign-up", get(sign_up::form).post(sign_up::apply))
        .route("/recovery", get(recovery::form).post(recovery::ask))
        .route("/address", get(address::page).post(address::change))
        .route("/console/confirm", get(fresh::form).post(fresh::confirm))
        .route("/console/confirm/passkey", post(fresh::confirm_by_passkey))
        .route("/console", get(account::home))
        .route("/console/sessions", get(sessions::page))
        .route("/console/sessions/{id}/end", post(sessions::end))
        .merge(account::router())
        .merge(for_people())
        .merge(of_the_policy())
        .merge(of_the_house())
        .layer(map_response(keep_private))
}

/// What people ask for, complain of and are harmed by, and what is held of them.
fn for_people() -> Router<ApiState> {
    Router::new()
        .route("/console/requests", get(requests::queue).post(requests::enter))
        .route("/console/requests/new", get(requests::entering))
        .route("/console/requests/{id}", get(requests::one))
        .route("/console/requests/{id}/assign", post(requests::assign))
        .route("/console/requests/{id}/note", post(requests::note))
        .route("/console/requests/{id}/notes", post(requests::notes))
        .route("/console/requests/{id}/{step}", post(requests::take))
        .route("/console/complaints", get(complaints::queue).post(complaints::enter))
        .route("/console/complaints/new", get(complaints::entering))
        .route("/console/complaints/{id}", get(complaints::one))
        .route("/console/complaints/{id}/{step}", post(complaints::take))
        .route("/console/report", get(incidents::report_page).post(incidents::open))
        .route("/console/incidents", get(incidents::list))
        .route("/console/incidents/{id}", get(incidents::one))
        .route("/console/incidents/{id}/report", post(incidents::report))
        .route("/console/incidents/{id}/drafts/{part}", get(incidents::draft))
        .route("/console/incidents/{id}/{step}", post(incidents::take))
        .route("/console/person", get(person::page))
        .route("/console/person/find", post(person::find))
        .route("/console/person/open", post(person::open))
        .route("/console/holds", get(holds::list).post(holds::place))
        .route("/console/holds/{id}", get(holds::one))
        .route("/console/holds/{id}/review", post(holds::review))
        .route("/console/holds/{id}/release", post(holds::release))
}

/// What the policy says, what goes by it, and what shows that it was so.
fn of_the_policy() -> Router<ApiState> {
    Router::new()
        .route("/console/policy", get(policy::list))
        .route("/console/policy/versions/{number}", get(policy::version))
        .route("/console/policy/check", post(policy::check))
        .route("/console/policy/publish", post(policy::publish))
        .route("/console/retention", get(retention::plan))
        .route("/console/recipients", get(retention::recipients))
        .route("/console/visits", get(visits::page))
        .route("/console/abuse", get(abuse::page))
        .route("/console/abuse/lookup", post(abuse::lookup))
        .route("/console/abuse/open", post(abuse::open))
        .route("/console/abuse/case", post(abuse_case::open))
        .route("/console/log", get(log::page))
        .route("/console/log/search", post(log::search))
        .route("/console/log/entry", post(log::named))
        .route("/console/log/entries/{entry}", get(log::entry))
        .route("/console/evidence", get(evidence::page).post(evidence::verify))
}

/// Who may do what here, who did, and whether the server works.
fn of_the_house() -> Router<ApiState> {
    Router::new()
        .route("/console/address", get(address::form).post(address::ask))
        .route("/console/passkeys", get(passkeys::page).post(passkeys::add))
        .route("/console/passkeys/remove", post(passkeys::remove))
        .route("/console/staff", get(staff::list).post(staff::invite))
        .route("/console/staff/{id}", get(staff::one))
        .route("/console/staff/{id}/name", post(staff::name))
        .route("/console/staff/{id}/role", post(staff::change_role))
        .route("/console/staff/{id}/suspend", post(staff::suspend))
        .route("/console/accounts", get(accounts::list).post(accounts::open))
        .route("/console/accounts/{id}", get(accounts::one))
        .route("/console/accounts/{id}/{step}", post(accounts::take))
        .route("/console/keys", get(keys::list).post(keys::issue))
        .route("/console/keys/{id}", get(keys::one))
        .route("/console/keys/{id}/revoke", post(keys::revoke))
        .route("/console/access", get(access::page))
        .route("/console/access/ask", post(access::ask))
        .route("/console/access/sign", post(access::sign))
        .route("/console/health", get(health::page))
        .route("/console/messages/{id}/retry", post(health::retry))
}

/// Nothing of the console is kept by a browser: after signing out, the way back shows nothing.
pub(super) async fn keep_private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    // A page with a script says so itself.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CONTENT_POLICY));
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
        let is_refused = || refused_cookies::are_refused(&parts.headers, &["/sign-in", "/sign-in/passkey"]);
        signed_in.map(Self).ok_or_else(|| if is_refused() { Stop::NoCookie } else { Stop::NotSignedIn })
    }
}

/// Refuses what the role of whoever is signed in does not let them do, with an entry that says so.
async fn allow(state: &ApiState, signed_in: &SignedIn, permission: Permission) -> Result<(), Stop> {
    if signed_in.staff.role.may(permission) {
        return Ok(());
    }
    let entry = state.gate().refuse_staff(signed_in, permission).await?;
    Err(Problem { entry: Some(entry), ..Problem::not_of_the_role(signed_in.staff.role.label()) }.into())
}

/// What stands around a page of the console.
fn frame(signed_in: &SignedIn, here: &str) -> Frame {
    let role = signed_in.staff.role;
    Frame {
        operator: signed_in.caller.account.name.clone(),
        role: role.label(),
        groups: places::groups(role, here),
        links: places::beside(role, here),
        form_token: signed_in.form_token.clone(),
    }
}

/// A page, rendered.
fn shown(page: &impl Template) -> Result<Response, Stop> {
    let Html(text) = html(page.render())?;
    Ok(Html(text).into_response())
}

//! The routes, a folder a noun, a file an endpoint or a few that belong together.

mod access_log;
mod accounts;
mod assessments;
mod attestations;
mod audit;
mod bulk;
mod cases;
mod complaints;
mod decisions;
mod demo;
mod entries;
mod erasures;
mod events;
mod holds;
mod incidents;
mod keys;
mod operation;
mod outbox;
pub(crate) mod pages;
mod policy;
mod records;
mod requests;
mod retention;
mod rotation;
mod staff;
mod subjects;
pub(crate) mod view;
pub(crate) mod visits;
mod webhooks;

#[cfg(test)]
pub(crate) use {bulk::BulkLine, records::create::CreateRecord};

use std::time::Duration;

use axum::{Router, extract::DefaultBodyLimit};
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{ApiState, Limits, Problem};

/// Every documented route.
pub(crate) fn documented() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .merge(of_people())
        .merge(of_rights())
        .merge(of_complaints())
        .merge(for_other_systems())
        .merge(of_visits())
        .merge(of_the_operator())
}

/// Subjects, their records, and what may be done with them.
fn of_people() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(subjects::create::create, subjects::read::list))
        .routes(routes!(subjects::read::read))
        .routes(routes!(subjects::lookup::lookup))
        .routes(routes!(subjects::age::say))
        .routes(routes!(subjects::triggers::pull))
        .routes(routes!(subjects::triggers::take_back))
        .routes(routes!(subjects::merge::merge))
        .routes(routes!(subjects::merge::split))
        .routes(routes!(subjects::choices::list))
        .routes(routes!(subjects::choices::read, subjects::choices::say))
        .routes(routes!(subjects::choices::receipt))
        .routes(routes!(records::create::create))
        .routes(routes!(records::list::list))
        .routes(routes!(records::metadata::query))
        .routes(routes!(records::metadata::change))
        .routes(routes!(records::read::read, records::update::update, records::delete::delete))
        .routes(routes!(bulk::bulk))
        .routes(routes!(decisions::decide))
}

/// What people ask for, what must stay, and what goes.
fn of_rights() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(erasures::erase))
        .routes(routes!(erasures::discover_child))
        .routes(routes!(erasures::read))
        .routes(routes!(holds::list, holds::place))
        .routes(routes!(holds::read))
        .routes(routes!(holds::review))
        .routes(routes!(holds::release))
        .routes(routes!(retention::plan))
        .routes(routes!(requests::open::list, requests::open::open))
        .routes(routes!(requests::open::read))
        .routes(routes!(requests::verify::make_code))
        .routes(routes!(requests::verify::verify))
        .routes(routes!(requests::way::extend))
        .routes(routes!(requests::way::pause))
        .routes(routes!(requests::way::resume))
        .routes(routes!(requests::way::withdraw))
        .routes(routes!(requests::way::finish_task))
        .routes(routes!(requests::way::redact))
        .routes(routes!(requests::answer::fulfil))
        .routes(routes!(requests::answer::deny))
        .routes(routes!(requests::package::fetch, requests::package::reissue))
        .routes(routes!(requests::package::preview))
        .routes(routes!(outbox::list))
        .routes(routes!(outbox::retry))
}

/// Policies, accounts, evidence, incidents, and what a machine asks of a server.
fn of_the_operator() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(accounts::set_contact))
        .routes(routes!(entries::of_subject))
        .routes(routes!(entries::read))
        .routes(routes!(policy::current))
        .routes(routes!(policy::versions, policy::publish))
        .routes(routes!(policy::replay::replay))
        .routes(routes!(accounts::list, accounts::open))
        .routes(routes!(accounts::accept))
        .routes(routes!(accounts::members::invite))
        .routes(routes!(accounts::state::suspend))
        .routes(routes!(accounts::state::reinstate))
        .routes(routes!(accounts::state::end))
        .routes(routes!(rotation::rotate))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(staff::list, staff::invite))
        .routes(routes!(staff::suspend))
        .routes(routes!(assessments::latest, assessments::assess))
        .routes(routes!(assessments::history::list))
        .routes(routes!(assessments::history::read))
        .routes(routes!(assessments::history::bundle))
        .routes(routes!(attestations::list, attestations::attest))
        .routes(routes!(attestations::withdraw))
        .routes(routes!(access_log::add))
        .routes(routes!(access_log::lookup))
        .routes(routes!(incidents::report::list, incidents::report::open))
        .routes(routes!(incidents::report::read))
        .routes(routes!(incidents::scope::scope))
        .routes(routes!(incidents::steps::assess))
        .routes(routes!(incidents::steps::tell))
        .routes(routes!(incidents::steps::close))
        .routes(routes!(incidents::steps::reopen))
        .routes(routes!(incidents::drafts::read))
        .routes(routes!(audit::checkpoint))
        .routes(routes!(audit::key))
        .routes(routes!(operation::healthz))
        .routes(routes!(operation::readyz))
        .routes(routes!(operation::metrics))
}

/// What is counted of visits.
fn of_visits() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(visits::stats::read))
        .routes(routes!(visits::links::link))
        .routes(routes!(visits::links::list))
        .routes(routes!(visits::links::visits))
        .routes(routes!(visits::links::end))
        .routes(routes!(visits::items::list))
        .routes(routes!(visits::items::read, visits::items::put, visits::items::remove))
        .routes(routes!(visits::items::next))
}

/// What other systems learn, and where it is delivered to.
fn for_other_systems() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(events::list))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::read, webhooks::remove))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhooks::replay))
        .routes(routes!(webhooks::test))
}

fn of_complaints() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(complaints::open::list, complaints::open::open))
        .routes(routes!(complaints::open::read))
        .routes(routes!(complaints::way::acknowledge))
        .routes(routes!(complaints::way::assign))
        .routes(routes!(complaints::decide::decide))
        .routes(routes!(complaints::way::appeal))
        .routes(routes!(complaints::remedy::remedy))
        .routes(routes!(complaints::remedy::remedied))
        .routes(routes!(complaints::way::escalate))
        .routes(routes!(complaints::way::withdraw))
}

/// The whole server: documented routes, the log's tiles, the public pages.
pub fn router(state: ApiState, limits: &Limits) -> Router {
    let (router, document) =
        OpenApiRouter::with_openapi(crate::openapi::base()).merge(documented()).split_for_parts();
    let document = crate::openapi::finish(document);
    router
        .merge(audit::tiles())
        .merge(pages::router())
        .merge(visits::router())
        .merge(demo::router(&state))
        .route(
            "/v1/openapi.json",
            axum::routing::get(move |_: crate::extract::Open| async move { axum::Json(document) }),
        )
        .fallback(|_: crate::extract::Open| async { Problem::not_found("path") })
        .method_not_allowed_fallback(|_: crate::extract::Open| async {
            Problem::new(
                axum::http::StatusCode::METHOD_NOT_ALLOWED,
                "/problems/method",
                "The method is not for this path",
                "The OpenAPI document at /v1/openapi.json names the methods of each path.",
            )
        })
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        // A body on which nothing moves ends after its request was given up, so that no task waits for it.
        .layer(RequestBodyTimeoutLayer::new(limits.request_time + Duration::from_secs(1)))
        .layer(axum::middleware::from_fn_with_state(state.clone(), crate::logged::note))
        .layer(axum::middleware::from_fn_with_state(limits.request_time, crate::limits::within))
        .with_state(state)
}

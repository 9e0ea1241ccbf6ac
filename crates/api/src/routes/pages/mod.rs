//! The public pages: the front page, the policy, and what each kind of problem means. They load nothing but one
//! stylesheet, and a browser is told to let them load nothing else.

mod console;
pub(crate) mod front;
mod message;
mod policy;
mod privacy;
mod problems;
mod refused_cookies;
pub(crate) mod steps;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    middleware::map_response,
    response::{Html, IntoResponse, Response},
    routing::get,
};

use crate::{ApiState, Problem, extract::Open};

/// No script, no frame, no form; a style only from here (Content Security Policy Level 3).
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                              form-action 'none'; frame-ancestors 'none'";
const STYLESHEET_PATH: &str = "/assets/bailee.css";

pub(crate) fn router() -> Router<ApiState> {
    Router::new()
        .route("/", get(front))
        .route("/policy", get(policy::page))
        .route("/problems/{slug}", get(problem))
        .route(STYLESHEET_PATH, get(stylesheet))
        .route("/assets/passkeys.js", get(script))
        .merge(console::router())
        .merge(privacy::router())
        .layer(map_response(protect))
}

async fn front(State(state): State<ApiState>, _: Open) -> Result<Html<String>, Problem> {
    html(front::page(&state)?.html())
}

async fn problem(_: Open, Path(slug): Path<String>) -> Result<Html<String>, Problem> {
    html(problems::page(&slug).ok_or_else(|| Problem::not_found("kind of problem"))?.html())
}

async fn stylesheet(_: Open) -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, web::STYLESHEET)
}

async fn script(_: Open) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, web::PASSKEYS_SCRIPT)
}

fn html(rendered: Result<String, web::RenderError>) -> Result<Html<String>, Problem> {
    rendered.map(Html).map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        gate::GateError::Damaged("a page").into()
    })
}

/// The headers of every page.
async fn protect(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With `no-referrer` a browser sends `Origin: null` with our own forms, and they are refused.
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        // A page that says more itself keeps it.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

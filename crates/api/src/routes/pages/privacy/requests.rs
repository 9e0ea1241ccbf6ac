//! `/privacy/requests`: what the person asked for, how it stands and what came of it.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Action, Request, RequestState, Right, id::RequestId, request::Answer};
use gate::Oneself;
use jiff::Timestamp;
use web::{
    Language,
    privacy::{RequestLine, RequestPage, RequestsPage},
};

use super::{
    Person, asking, frame,
    posted::{Nothing, Posted},
    shown,
    stop::Stop,
    words,
};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
    package,
    routes::pages::console::words::left_in,
};

/// The most requests that are listed.
const MOST: usize = 100;

pub(super) async fn list(
    State(state): State<ApiState>,
    Person(oneself, language): Person,
) -> Result<Response, Stop> {
    let requests = state.gate().own_requests(&oneself).await?;
    let lines = requests.iter().take(MOST).map(|request| line(language, request, state.now()));
    shown(&RequestsPage {
        lines: lines.collect(),
        rights: asking::rights(&state, &oneself).await?,
        frame: frame(&state, (&oneself, language), "/privacy/requests")?,
    })
}

fn line(language: Language, request: &Request, now: Timestamp) -> RequestLine {
    RequestLine {
        id: request.id.to_string(),
        asked: words::asked(request.right),
        state: words::state(request),
        received: language.moment(request.terms.received_at),
        due: language.moment(request.terms.due_at()),
        left: left_in(language, request, now).0,
    }
}

pub(super) async fn one(
    State(state): State<ApiState>,
    Path(request): Path<String>,
    Person(oneself, language): Person,
) -> Result<Response, Stop> {
    let request: RequestId = id(&request, "request")?;
    let request = state.gate().request(&oneself.caller, request).await?;
    let certificate = match request.right {
        Right::Erasure => {
            let secret = state.gate().certificate_link(&request).await?;
            Some(format!("/privacy/certificate?link={secret}"))
        }
        _ => None,
    };
    let steps = request.steps.iter().map(|one| (language.moment(one.at), words::asked_step(one.what)));
    shown(&RequestPage {
        frame: frame(&state, (&oneself, language), "/privacy/requests")?,
        line: line(language, &request, state.now()),
        is_open: request.is_open(),
        steps: steps.collect(),
        reason: reason(&state, &oneself, &request).await?,
        package: package_until(&request, state.now()).map(|at| language.moment(at)),
        certificate,
    })
}

/// Until when a package waits to be fetched.
fn package_until(request: &Request, now: Timestamp) -> Option<Timestamp> {
    match &request.state {
        RequestState::Fulfilled { answer: Answer::Package { until, fetched_at: None, .. }, .. } => {
            Some(*until).filter(|until| *until > now)
        }
        _ => None,
    }
}

/// Why it was refused, stopped or takes longer.
async fn reason(state: &ApiState, oneself: &Oneself, request: &Request) -> Result<Option<String>, Stop> {
    let (actions, since): (&[Action], _) = match &request.state {
        RequestState::Refused { at, .. } => (&[Action::RequestRefused], *at),
        RequestState::Fulfilled { at, .. } => (&[Action::RequestFulfilled], *at),
        RequestState::Open if request.terms.is_paused() => {
            (&[Action::RequestPaused], request.terms.received_at)
        }
        RequestState::Open if request.terms.is_extended => {
            (&[Action::RequestExtended], request.terms.received_at)
        }
        _ => return Ok(None),
    };
    Ok(state.gate().said_to(oneself, (&request.id.to_string(), actions), since).await?)
}

pub(super) async fn withdraw(
    State(state): State<ApiState>,
    Path(request): Path<String>,
    Posted { oneself, .. }: Posted<Nothing>,
) -> Result<Response, Stop> {
    let request: RequestId = id(&request, "request")?;
    state.gate().withdraw_request(&oneself.caller, request).await?;
    Ok(Redirect::to(&format!("/privacy/requests/{request}")).into_response())
}

/// The package, once. It is asked for by a button, as programs that look ahead would use it up.
pub(super) async fn package(
    State(state): State<ApiState>,
    Path(request): Path<String>,
    Posted { oneself, .. }: Posted<Nothing>,
) -> Result<Response, Stop> {
    let request: RequestId = id(&request, "request")?;
    let place = package::place().ok_or_else(Problem::too_many)?;
    let (request, acting) = state.gate().fetch_own_package(&oneself, request).await?;
    let named = format!("attachment; filename=\"{}.zip\"", request.id);
    let headers =
        [(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, named)];
    Ok((headers, package::stream(&state, acting, request, place)).into_response())
}

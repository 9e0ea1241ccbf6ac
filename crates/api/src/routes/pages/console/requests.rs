//! `/console/requests`: the queue, one request, and what can be done about it. Each step asks the matrix.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Filed, Permission, Request, RequestId};
use gate::Determination;
use jiff::Timestamp;
use serde::Deserialize;
use web::console::{RequestLine, RequestPage, RequestsPage, StepForm, StepLine};

use super::{
    Staff, allow, frame,
    posted::Posted,
    shown,
    stop::Stop,
    words::{channel, left, moment, step as step_in_words},
};
use crate::{
    ApiState, Problem,
    extract::{Path, Strict, id},
    routes::{
        cases::{QueueQuery, cursor},
        requests::Said,
        view::next,
    },
};

/// What can be done about a request: the last part of its address, what that needs, and its form.
const STEPS: [(Permission, StepForm); 4] = [
    (
        Permission::ExtendRequest,
        StepForm {
            step: "extend",
            label: "Extend",
            explains: "Takes more time, once, as the policy allows. The person is told why.",
            asks: Some("Why it takes longer"),
        },
    ),
    (
        Permission::PauseRequest,
        StepForm {
            step: "pause",
            label: "Pause",
            explains: "Stops the clock while something is awaited from the person, who is told what.",
            asks: Some("What is awaited"),
        },
    ),
    (
        Permission::ResumeRequest,
        StepForm { step: "resume", label: "Resume", explains: "Lets the clock run on.", asks: None },
    ),
    (
        Permission::DenyRequest,
        StepForm {
            step: "deny",
            label: "Deny",
            explains: "Refuses the request and closes it. The person is told why, and what to do next.",
            asks: Some("Why it is refused"),
        },
    ),
];

pub(super) async fn queue(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<QueueQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeRequests).await?;
    let Strict(query) = query?;
    let limit = query.limit();
    let requests: Vec<Request> =
        state.gate().queue(&signed_in.caller, query.is_open(), query.after()?, limit).await?;
    shown(&RequestsPage {
        frame: frame(&signed_in, "/console/requests"),
        is_closed: !query.is_open(),
        next: next(&requests, limit, |request| cursor(&request.filing())),
        lines: requests.iter().map(|request| line(request, state.now())).collect(),
    })
}

fn line(request: &Request, now: Timestamp) -> RequestLine {
    let (left, is_urgent) = left(request, now);
    RequestLine {
        id: request.id.to_string(),
        right: request.right.as_str(),
        channel: channel(request.channel),
        state: request.state.as_str(),
        due: moment(request.terms.due_at()),
        left,
        is_urgent,
    }
}

pub(super) async fn one(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(request): Path<String>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeRequests).await?;
    let request = state.gate().request(&signed_in.caller, id(&request, "request")?).await?;
    let is_ours = request.answered_by() == signed_in.caller.account_id();
    let role = signed_in.staff.role;
    let forms = STEPS
        .iter()
        .filter(|(permission, form)| is_ours && role.may(*permission) && is_possible(&request, form.step));
    shown(&RequestPage {
        frame: frame(&signed_in, "/console/requests"),
        line: line(&request, state.now()),
        received: moment(request.terms.received_at),
        paused: request.terms.paused_since.map(moment),
        identifiers: request.identifiers.iter().map(|one| (one.field.clone(), one.is_proved())).collect(),
        steps: request
            .steps
            .iter()
            .map(|step| StepLine { at: moment(step.at), what: step_in_words(step.what) })
            .collect(),
        forms: forms.map(|(_, form)| *form).collect(),
    })
}

/// What a form would be shown for; whether it is done is decided by the rules of the request.
fn is_possible(request: &Request, step: &str) -> bool {
    let is_paused = request.terms.is_paused();
    request.is_open()
        && match step {
            "extend" => !request.terms.is_extended,
            "pause" => !is_paused,
            "resume" => is_paused,
            _ => true,
        }
}

/// The reason that was filled in.
#[derive(Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    because: String,
}

pub(super) async fn step(
    State(state): State<ApiState>,
    Path((request, step)): Path<(String, String)>,
    Posted { signed_in, form }: Posted<Reason>,
) -> Result<Response, Stop> {
    let known = STEPS.iter().find(|(_, form)| form.step == step);
    let (permission, known) = known.ok_or_else(|| Problem::not_found("path"))?;
    allow(&state, &signed_in, *permission).await?;
    let id: RequestId = id(&request, "request")?;
    let said = |because| Said { by: None, because }.read();
    let why: Determination =
        if known.asks.is_some() { said(form.because)? } else { Determination::default() };
    let (gate, caller) = (state.gate(), &signed_in.caller);
    match known.step {
        "extend" => gate.extend_request(caller, id, &why).await?,
        "pause" => gate.pause_request(caller, id, &why).await?,
        "resume" => gate.resume_request(caller, id).await?,
        _ => gate.refuse_request(caller, id, None, &why).await?,
    };
    Ok(Redirect::to(&format!("/console/requests/{id}")).into_response())
}

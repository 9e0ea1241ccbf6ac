//! `/privacy/complaints`: what is not as it should be, what somebody wants to know, and what was answered.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Action, Complaint, ComplaintId, ComplaintState, complaint::Matter, request::Channel};
use gate::{Determination, NewComplaint, Oneself};
use serde::Deserialize;
use service::Repetition;
use web::{
    Language,
    privacy::{ComplaintLine, ComplaintPage, ComplaintsPage},
};

use super::{
    Person, frame,
    posted::{Nothing, Posted},
    shown,
    stop::Stop,
    words,
};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
    routes::requests::Said,
};

/// The longest message, in characters.
const MESSAGE: usize = 10_000;
/// The most complaints that are listed.
const MOST: usize = 100;

pub(super) async fn list(
    State(state): State<ApiState>,
    Person(oneself, language): Person,
) -> Result<Response, Stop> {
    let complaints = state.gate().own_complaints(&oneself).await?;
    let effective = state.gate().policy(oneself.caller.account_id())?;
    let declared = effective.declaring().document().complaints.as_ref();
    shown(&ComplaintsPage {
        lines: complaints.iter().take(MOST).map(|one| line(language, one)).collect(),
        are_taken_in: declared.is_some_and(|declared| declared.get_ref().record.is_some()),
        frame: frame(&state, (&oneself, language), "/privacy/complaints")?,
    })
}

fn line(language: Language, complaint: &Complaint) -> ComplaintLine {
    ComplaintLine {
        id: complaint.id.to_string(),
        matter: words::matter(complaint.matter),
        state: words::complaint(complaint.state),
        received: language.moment(complaint.answer.terms.received_at),
        due: complaint.due_at().map(|at| language.moment(at)),
    }
}

/// What somebody writes.
#[derive(Deserialize)]
pub(super) struct Written {
    matter: Matter,
    message: String,
}

pub(super) async fn open(
    State(state): State<ApiState>,
    Posted { oneself, form, .. }: Posted<Written>,
) -> Result<Response, Stop> {
    let length = form.message.chars().count();
    if form.message.trim().is_empty() || length > MESSAGE {
        return Err(Problem::malformed("Write what it is about, in at most 10,000 characters.").into());
    }
    let session = oneself.session.id;
    let key = format!("{session} {} {}", form.matter.as_str(), form.message);
    // The same words in one session are one complaint: a form that was sent twice.
    let repetition = Repetition { key: &key, target: "a complaint", body: form.message.as_bytes() };
    let replay = state.service.replay(&oneself.caller, &repetition)?;
    let new = NewComplaint {
        matter: form.matter,
        channel: Channel::Page,
        received_at: None,
        subject: Some(oneself.subject()),
        about: Vec::new(),
        message: form.message,
        scan: None,
        contact: Vec::new(),
    };
    let (complaint, _) = state.gate().open_complaint(&oneself.caller, &new, Some(&replay)).await?;
    Ok(to(complaint.id))
}

fn to(complaint: ComplaintId) -> Response {
    Redirect::to(&format!("/privacy/complaints/{complaint}")).into_response()
}

pub(super) async fn one(
    State(state): State<ApiState>,
    Path(complaint): Path<String>,
    Person(oneself, language): Person,
) -> Result<Response, Stop> {
    let complaint: ComplaintId = id(&complaint, "complaint")?;
    let complaint = state.gate().complaint(&oneself.caller, complaint).await?;
    let is_decided = matches!(complaint.state, ComplaintState::Decided);
    let is_undecided = matches!(complaint.state, ComplaintState::Received | ComplaintState::Acknowledged);
    let steps = complaint.steps.iter().map(|one| (language.moment(one.at), words::step(one.what)));
    shown(&ComplaintPage {
        line: line(language, &complaint),
        steps: steps.collect(),
        findings: findings(&state, &oneself, &complaint).await?,
        can_appeal: is_decided && complaint.matter != Matter::Question,
        can_withdraw: is_undecided,
        frame: frame(&state, (&oneself, language), "/privacy/complaints")?,
    })
}

/// What was found, in the words of whoever decided, who is not named.
async fn findings(
    state: &ApiState,
    oneself: &Oneself,
    complaint: &Complaint,
) -> Result<Option<String>, Stop> {
    let Some(decision) = complaint.decisions.last() else { return Ok(None) };
    let case = complaint.id.to_string();
    Ok(state.gate().said_to(oneself, (&case, &[Action::ComplaintDecided]), decision.at).await?)
}

pub(super) async fn withdraw(
    State(state): State<ApiState>,
    Path(complaint): Path<String>,
    Posted { oneself, .. }: Posted<Nothing>,
) -> Result<Response, Stop> {
    let complaint: ComplaintId = id(&complaint, "complaint")?;
    state.gate().withdraw_complaint(&oneself.caller, complaint).await?;
    Ok(to(complaint))
}

/// Why somebody turns to another one.
#[derive(Deserialize)]
pub(super) struct Reason {
    because: String,
}

pub(super) async fn appeal(
    State(state): State<ApiState>,
    Path(complaint): Path<String>,
    Posted { oneself, form, .. }: Posted<Reason>,
) -> Result<Response, Stop> {
    let complaint: ComplaintId = id(&complaint, "complaint")?;
    let why: Determination = Said { by: None, because: form.because }.read()?;
    state.gate().appeal_complaint(&oneself.caller, complaint, None, &why).await?;
    Ok(to(complaint))
}

//! `/v1/requests`: what people ask for about their data, from receipt to answer.

pub(crate) mod answer;
pub(crate) mod open;
pub(crate) mod package;
pub(crate) mod verify;
pub(crate) mod way;

use axum::Json;
use domain::{
    EntryId, ErasureId, Request, RequestState, Right,
    request::{Answer, Channel, Step, Task, What},
};
use gate::{Caller, Determination};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Problem, routes::view::is_name};

/// The longest reason, in characters.
const REASON: usize = 4_000;

/// A request.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestView {
    /// The request's id.
    #[schema(value_type = String)]
    id: domain::id::RequestId,
    /// `access`, `rectification`, `erasure`, `restriction`, `portability` or `objection`.
    #[schema(value_type = String)]
    right: Right,
    /// How it came: `api`, `page`, `email`, `post`, `fax` or `voice`.
    #[schema(value_type = String)]
    channel: Channel,
    /// The account that must answer.
    #[schema(value_type = String)]
    account: domain::AccountId,
    /// `verifying`, `open`, `fulfilled`, `refused`, `withdrawn`, `lapsed` or `duplicate`; for
    /// whoever passed it on the answered ones are just `answered`.
    state: &'static str,
    /// When it was received.
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// By when it must be answered.
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// Since when its clock stands still.
    #[schema(value_type = Option<String>, format = DateTime)]
    paused_since: Option<Timestamp>,
    /// Whether the deadline was extended.
    is_extended: bool,
    /// Whether the operator answers it after all, as the Client it was passed on to did not.
    is_taken_over: bool,
    /// The identifiers that were named, and whether each is proved. Their values are sealed.
    identifiers: Vec<IdentifierView>,
    /// Whom it is about; shown to whoever answers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    subjects: Option<Vec<domain::SubjectId>>,
    /// The record of the person's own words; shown likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    record: Option<domain::RecordId>,
    /// What systems outside must do before it can be fulfilled.
    #[schema(value_type = Vec<Object>)]
    tasks: Vec<Task>,
    /// What has happened.
    #[schema(value_type = Vec<Object>)]
    steps: Vec<Step>,
    /// The request that asks for the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    duplicate_of: Option<domain::id::RequestId>,
    /// The exception under which it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<String>,
    /// The erasures that it led to, each with its certificate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    erasures: Vec<ErasureId>,
    /// Until when its package can be fetched, unless it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    package_until: Option<Timestamp>,
    /// The entry of what was just done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    entry: Option<EntryId>,
}

/// An identifier and whether it is proved.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentifierView {
    /// The lookup field.
    #[schema(example = "email")]
    field: String,
    /// Whether it is the person's.
    is_proved: bool,
}

impl RequestView {
    /// As the caller may see it: whoever passed a request on does not learn whether the person is known.
    pub(crate) fn of(request: Request, caller: &Caller, entry: Option<EntryId>) -> Self {
        let answers = request.answered_by() == caller.account_id();
        let (erasures, package_until) = (request.erasures().to_vec(), package_until(&request));
        let (duplicate_of, exception) = match &request.state {
            RequestState::Duplicate { of, .. } => (Some(*of), None),
            RequestState::Refused { exception, .. } => (None, exception.clone()),
            _ => (None, None),
        };
        let identifiers = request.identifiers.iter().map(|identifier| IdentifierView {
            field: identifier.field.clone(),
            is_proved: identifier.is_proved(),
        });
        Self {
            id: request.id,
            right: request.right,
            channel: request.channel,
            account: request.account,
            state: if answers { request.state.as_str() } else { seen_from_outside(&request.state) },
            received_at: request.terms.received_at,
            due_at: request.terms.due_at(),
            paused_since: request.terms.paused_since,
            is_extended: request.terms.is_extended,
            is_taken_over: request.is_taken_over,
            identifiers: identifiers.collect(),
            subjects: answers.then_some(request.subjects),
            record: request.record.filter(|_| answers),
            tasks: if answers { request.tasks } else { Vec::new() },
            steps: request.steps.into_iter().filter(|step| answers || is_for_all(step)).collect(),
            duplicate_of: duplicate_of.filter(|_| answers),
            exception: exception.filter(|_| answers),
            erasures: if answers { erasures } else { Vec::new() },
            package_until: package_until.filter(|_| answers),
            entry,
        }
    }
}

/// The state as whoever passed a request on sees it: how it was answered would tell whether the person is known, and so
/// would that they ask for the same already.
const fn seen_from_outside(state: &RequestState) -> &'static str {
    match state {
        RequestState::Fulfilled { .. } | RequestState::Refused { .. } => "answered",
        RequestState::Duplicate { .. } => "open",
        open => open.as_str(),
    }
}

/// Whether a step tells nothing of whom a request is about.
const fn is_for_all(step: &Step) -> bool {
    !matches!(
        step.what,
        What::Reviewed
            | What::TaskDone
            | What::Amended
            | What::Fulfilled
            | What::Refused
            | What::Duplicate
            | What::Fetched
            | What::Reissued
    )
}

/// What a step made of a request, for whoever took it.
fn moved(caller: &Caller, (request, entry): (Request, EntryId)) -> Json<RequestView> {
    Json(RequestView::of(request, caller, Some(entry)))
}

fn package_until(request: &Request) -> Option<Timestamp> {
    match &request.state {
        RequestState::Fulfilled {
            answer: Answer::Package { until, fetched_at: None, is_over: false },
            ..
        } => Some(*until),
        _ => None,
    }
}

/// Who decided something and why. Both are sealed in the audit entry; the person is told the reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    /// Who.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) by: Option<String>,
    /// Why, or on what evidence.
    #[schema(min_length = 1, max_length = 4000)]
    pub(crate) because: String,
}

impl Said {
    pub(crate) const fn new(by: String, because: String) -> Self {
        Self { by: Some(by), because }
    }

    pub(crate) fn read(self) -> Result<Determination, Problem> {
        if self.by.as_ref().is_some_and(|by| !is_name(by)) {
            return Err(Problem::malformed("`by` names someone in 1 to 200 characters."));
        }
        if self.because.trim().is_empty() || self.because.chars().count() > REASON {
            return Err(Problem::malformed("`because` takes 1 to 4,000 characters."));
        }
        Ok(Determination { by: self.by, because: self.because })
    }
}

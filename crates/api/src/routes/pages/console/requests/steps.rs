//! What can be done about a request: what each step is called and needs, and its taking.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Permission, Request, RequestId, RequestState, Right,
    request::{Answer, Redaction},
};
use gate::{Determination, SignedIn};
use serde::Deserialize;

use super::{
    super::{allow, fresh::must_be_fresh, posted::Posted, stop::Stop},
    PLACE, fulfilling,
};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
    routes::requests::{Said, package},
};

/// Something that can be done about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Code,
    Verify,
    Preview,
    Redact,
    Task,
    Fulfil,
    Extend,
    Pause,
    Resume,
    Withdraw,
    Deny,
    Reissue,
}

impl Step {
    pub(super) const ALL: [Self; 12] = [
        Self::Code,
        Self::Verify,
        Self::Preview,
        Self::Redact,
        Self::Task,
        Self::Fulfil,
        Self::Extend,
        Self::Pause,
        Self::Resume,
        Self::Withdraw,
        Self::Deny,
        Self::Reissue,
    ];

    /// The last part of the address that its form is sent to.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Verify => "verify",
            Self::Preview => "preview",
            Self::Redact => "redact",
            Self::Task => "task",
            Self::Fulfil => "fulfil",
            Self::Extend => "extend",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Withdraw => "withdraw",
            Self::Deny => "deny",
            Self::Reissue => "reissue",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }

    /// What one must be allowed for it.
    pub(super) const fn permission(self) -> Permission {
        match self {
            Self::Code => Permission::SendCode,
            Self::Verify => Permission::VerifyRequest,
            Self::Preview | Self::Redact => Permission::PreviewPackage,
            Self::Task => Permission::FinishTask,
            Self::Fulfil | Self::Reissue => Permission::FulfilRequest,
            Self::Extend => Permission::ExtendRequest,
            Self::Pause => Permission::PauseRequest,
            Self::Resume => Permission::ResumeRequest,
            Self::Withdraw => Permission::WithdrawRequest,
            Self::Deny => Permission::DenyRequest,
        }
    }

    /// What its button says.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Code => "Send a code",
            Self::Verify => "Verify by hand",
            Self::Preview => "Look through the package",
            Self::Redact => "Leave out",
            Self::Task => "Note as done",
            Self::Fulfil => "Fulfil",
            Self::Extend => "Extend",
            Self::Pause => "Pause",
            Self::Resume => "Resume",
            Self::Withdraw => "Taken back",
            Self::Deny => "Deny",
            Self::Reissue => "Issue again",
        }
    }

    /// What it does, in a sentence.
    pub(super) const fn explains(self) -> &'static str {
        match self {
            Self::Code => "Mails a code to the address that was named. Nobody here sees it.",
            Self::Verify => {
                "Says that you looked, and that the identifier is the person’s. Only then is anyone found by it."
            }
            Self::Preview => "Downloads what the package would be. What you open is recorded.",
            Self::Redact => "Says what is about others, and does not go into the package.",
            Self::Task => "Says that a system outside did its part.",
            Self::Fulfil => "Does what is asked for, and closes the request. You are asked once more.",
            Self::Extend => "Takes more time, once, as the policy allows. The person is told why.",
            Self::Pause => "Stops the clock while something is awaited from the person, who is told what.",
            Self::Resume => "Lets the clock run on.",
            Self::Withdraw => "The person takes the request back, which closes it.",
            Self::Deny => "Refuses the request and closes it. The person is told why, and what to do next.",
            Self::Reissue => "Lets the package be fetched once more.",
        }
    }

    /// What must be filled in as its reason; none where nothing must.
    pub(super) const fn asks(self) -> Option<&'static str> {
        match self {
            Self::Verify => Some("What you looked at"),
            Self::Redact => Some("Why it is left out"),
            Self::Task => Some("What shows it"),
            Self::Fulfil => Some("What was decided, and why"),
            Self::Extend => Some("Why it takes longer"),
            Self::Pause => Some("What is awaited"),
            Self::Deny => Some("Why it is refused"),
            Self::Reissue => Some("Why it is issued again"),
            Self::Code | Self::Preview | Self::Resume | Self::Withdraw => None,
        }
    }

    /// What a form would be shown for; whether it is done is decided by the rules of the request.
    pub(super) fn is_possible(self, request: &Request) -> bool {
        let (is_open, is_paused) = (request.is_open(), request.terms.is_paused());
        let is_known = request.state == RequestState::Open;
        let has_package = matches!(request.right, Right::Access | Right::Portability);
        let has_tasks = request.tasks.iter().any(|task| task.done_at.is_none());
        match self {
            Self::Code | Self::Verify => is_open && request.identifiers.iter().any(|one| !one.is_proved()),
            Self::Preview | Self::Redact => is_known && has_package,
            Self::Task => is_open && has_tasks,
            Self::Fulfil => is_known && !is_paused && !has_tasks,
            Self::Extend => is_open && !request.terms.is_extended,
            Self::Pause => is_open && !is_paused,
            Self::Resume => is_open && is_paused,
            Self::Withdraw | Self::Deny => is_open,
            Self::Reissue => {
                matches!(&request.state, RequestState::Fulfilled { answer: Answer::Package { .. }, .. })
            }
        }
    }
}

/// What is filled in for a step.
#[derive(Deserialize)]
pub(in super::super) struct Filled {
    #[serde(default)]
    because: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    system: String,
    #[serde(default)]
    exception: String,
    #[serde(default)]
    pub(super) details: String,
    #[serde(flatten)]
    pub(super) confirmed: super::super::doing::Confirmed,
    /// Whatever else a form has: the purposes and recipients of an objection.
    #[serde(flatten)]
    pub(super) others: BTreeMap<String, String>,
}

impl Filled {
    pub(super) fn why(&self) -> Result<Determination, Problem> {
        Said { by: None, because: self.because.clone() }.read()
    }

    fn place(&self) -> Result<usize, Problem> {
        self.place.parse().map_err(|_| Problem::not_found("identifier"))
    }
}

pub(in super::super) async fn take(
    State(state): State<ApiState>,
    Path((request, step)): Path<(String, String)>,
    Posted { signed_in, form }: Posted<Filled>,
) -> Result<Response, Stop> {
    let step = Step::parse(&step).ok_or_else(|| Problem::not_found("path"))?;
    allow(&state, &signed_in, step.permission()).await?;
    let id: RequestId = id(&request, "request")?;
    match step {
        Step::Preview => preview(&state, &signed_in, id).await,
        // It may erase somebody.
        Step::Fulfil => {
            must_be_fresh(&state, &signed_in, PLACE)?;
            fulfilling::fulfil(&state, &signed_in, id, &form).await
        }
        _ => move_on(&state, &signed_in, (id, step), &form).await,
    }
}

async fn move_on(
    state: &ApiState,
    signed_in: &SignedIn,
    (id, step): (RequestId, Step),
    form: &Filled,
) -> Result<Response, Stop> {
    let why = if step.asks().is_some() { form.why()? } else { Determination::default() };
    let (gate, caller) = (state.gate(), &signed_in.caller);
    let exception = Some(form.exception.as_str()).filter(|name| !name.is_empty());
    match step {
        Step::Code => gate.mail_code(caller, id, form.place()?).await?,
        Step::Verify => gate.verify_by_hand(caller, id, form.place()?, &why).await?,
        Step::Redact => gate.redact_request(caller, id, &left_out(&form.details)?, &why).await?,
        Step::Task => gate.finish_task(caller, id, &form.system, &why).await?,
        Step::Extend => gate.extend_request(caller, id, &why).await?,
        Step::Pause => gate.pause_request(caller, id, &why).await?,
        Step::Resume => gate.resume_request(caller, id).await?,
        Step::Withdraw => gate.withdraw_request(caller, id).await?,
        Step::Reissue => gate.reissue_package(caller, id, &why).await?,
        Step::Deny => gate.refuse_request(caller, id, exception, &why).await?,
        Step::Preview | Step::Fulfil => return Err(Problem::not_found("path").into()),
    };
    Ok(Redirect::to(&format!("{PLACE}/{id}")).into_response())
}

async fn preview(state: &ApiState, signed_in: &SignedIn, id: RequestId) -> Result<Response, Stop> {
    let place = crate::package::place().ok_or_else(Problem::too_many)?;
    let (request, acting) = state.gate().preview_package(&signed_in.caller, id).await?;
    Ok(package::zipped(state, acting, request, place))
}

/// What is left out of a package, a line each: a record, and a field where only that is.
fn left_out(lines: &str) -> Result<Vec<Redaction>, Problem> {
    let read = |line: &str| {
        let mut words = line.split_whitespace();
        let record = id(words.next().unwrap_or_default(), "record")?;
        Ok(Redaction { record, field: words.next().map(str::to_owned) })
    };
    lines.lines().filter(|line| !line.trim().is_empty()).map(read).collect()
}

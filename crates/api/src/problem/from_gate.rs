//! From the gate's errors to problem documents.

use axum::http::StatusCode;
use domain::{ComplaintId, EntryId, SubjectId, Unmergeable, complaint, screen::Finding, value::FieldFault};
use gate::{Frozen, GateError, PublishError, Screened, TooSoon};
use policy::Refusal;

use super::{FieldProblem, Problem, ReasonView};

impl From<GateError> for Problem {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Refused { refusals, entry } => refused(&refusals, entry),
            GateError::Screened(screened) => self::screened(*screened),
            GateError::Frozen(frozen) => kept(*frozen),
            GateError::NotFound(what) => Self::not_found(what),
            GateError::Gone(what) => Self::new(
                StatusCode::GONE,
                "/problems/gone",
                "It is gone",
                format!("This {what} was erased, or its time is over."),
            ),
            GateError::Merged { into } => merged(into),
            GateError::Unmergeable(why) => unmergeable(why),
            GateError::Invalid(faults) => invalid(faults),
            GateError::Malformed(detail) => Self::malformed(detail),
            GateError::Stale { current } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "/problems/stale",
                "The record was changed since",
                format!("Its version is {current} now. Read it again and base the change on that."),
            ),
            error @ (GateError::NotNow(_) | GateError::Untimely(_)) => Self::new(
                StatusCode::CONFLICT,
                "/problems/not-now",
                "This step cannot be taken where things stand",
                format!("Nothing was changed: {error}."),
            ),
            GateError::Complaint { why, entry } => complaint(why, entry),
            GateError::KeyReused => Self::new(
                StatusCode::CONFLICT,
                "/problems/idempotency-key",
                "The idempotency key was used with another request",
                "Use a new key for a new request.",
            ),
            GateError::Unfit(unfit) => cannot(&unfit),
            GateError::NothingToRetry => cannot(&error),
            GateError::Exists => Self::new(
                StatusCode::CONFLICT,
                "/problems/exists",
                "It exists already",
                "Nothing was changed.",
            ),
            error @ GateError::TooManyToday(_) => tomorrow(&error),
            GateError::Crowded => crowded(),
            GateError::Revoked => Self::unauthenticated(),
            GateError::Closed => Self::closed(),
            GateError::NotAccepted => Self::not_accepted(),
            GateError::Busy => unavailable("Others are changing what this depends on. Try again."),
            GateError::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "/problems/full",
                "There is no room",
                "Nothing was stored, and nothing is opened without room for its audit entry. Erasing still works.",
            ),
            GateError::Unavailable(why) => {
                tracing::error!(%why, "a store did not answer");
                unavailable("A store did not answer. Try again.")
            }
            GateError::Damaged(what) => {
                tracing::error!(what, "stored data is damaged");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "/problems/damaged",
                    "Stored data is damaged",
                    "What is stored here is not what was written. Nothing of it is served; tell the operator.",
                )
            }
        }
    }
}

fn cannot(why: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "/problems/state",
        "Where it stands, this cannot be done",
        format!("Nothing was changed: {why}."),
    )
}

fn unmergeable(why: Unmergeable) -> Problem {
    let detail = format!("Nothing was changed: {why}.");
    Problem::new(StatusCode::CONFLICT, "/problems/unmergeable", "The two are not made one", detail)
}

fn merged(into: SubjectId) -> Problem {
    let detail = "This subject was found to be one person with another one, and everything of it is there.";
    let mut problem = Problem::new(StatusCode::GONE, "/problems/gone", "It is gone", detail);
    problem.merged_into = Some(Box::new(into));
    problem
}

/// A step that a complaint does not take is told apart from one that only this hand must not take.
fn complaint(why: complaint::NotNow, entry: Option<EntryId>) -> Problem {
    let (status, kind, title) = if why.is_partial() {
        (StatusCode::FORBIDDEN, "/problems/own-cause", "Nobody judges in their own cause")
    } else {
        (
            StatusCode::CONFLICT,
            "/problems/complaint-not-now",
            "The complaint cannot take this step where it stands",
        )
    };
    let mut problem = Problem::new(status, kind, title, format!("Nothing was changed: {why}."));
    problem.entry = entry;
    problem
}

fn tomorrow(why: &GateError) -> Problem {
    let detail = format!("Nothing was done: {why}. Tomorrow, in UTC, there are new ones.");
    Problem { retry_after: 3_600, ..Problem::too_many_because(detail) }
}

fn crowded() -> Problem {
    Problem { retry_after: 5, ..unavailable("Too many are signing in at this moment. Try again.") }
}

fn unavailable(detail: &str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/unavailable", "Not available just now", detail)
}

fn refused(refusals: &[Refusal], entry: Option<EntryId>) -> Problem {
    let reasons = ReasonView::all(refusals);
    let first = reasons.first();
    let detail =
        first.map_or_else(String::new, |one| format!("Refused by section {}: {}.", one.clause, one.text));
    let mut problem =
        Problem::new(StatusCode::FORBIDDEN, "/problems/refused", "The policy does not permit this", detail);
    problem.clause = first.map(|one| one.clause);
    problem.sentence = first.map(|one| one.sentence.clone());
    problem.promise = first.map(|one| one.promise);
    problem.reason = first.map(|one| one.reason);
    problem.reasons = reasons;
    problem.entry = entry;
    problem
}

/// A refusal of text names the fields and what was found, never what was written.
fn screened(screened: Screened) -> Problem {
    let mut problem = refused(&screened.refusals, screened.entry);
    let describe = |found: Finding| FieldProblem {
        field: found.field,
        detail: format!("the text seems to hold `{}`; take that out and send it again", found.flag),
    };
    problem.fields = screened.findings.into_iter().map(describe).collect();
    problem
}

/// Every refusal to delete says what keeps it, why, and until when.
fn kept(frozen: Frozen) -> Problem {
    let what = match (&frozen.exception, &frozen.ground) {
        (Some(exception), Some(ground)) => {
            format!("the hold {} under the exception `{exception}` ({ground})", frozen.by)
        }
        (Some(exception), None) => format!("the hold {} under the exception `{exception}`", frozen.by),
        (None, _) if frozen.by.parse::<ComplaintId>().is_ok() => format!("the open complaint {}", frozen.by),
        (None, _) => format!("the open request {}", frozen.by),
    };
    let when = if frozen.exception.is_some() { "It is looked at again on" } else { "It is answered by" };
    let detail = format!("It is kept as it is by {what}. {when} {}.", frozen.until);
    let mut problem = Problem::new(
        StatusCode::CONFLICT,
        "/problems/frozen",
        "It must not be deleted or changed now",
        detail,
    );
    problem.clause = Some(frozen.clause);
    problem.entry = frozen.entry;
    problem.frozen_by = Some(frozen.by);
    problem.until = Some(frozen.until);
    problem
}

fn invalid(faults: Vec<FieldFault>) -> Problem {
    let mut problem = Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "/problems/invalid",
        "Some fields cannot be stored",
        "Nothing was stored. Mend the fields named here and send it again.",
    );
    let describe = |found: FieldFault| FieldProblem { field: found.field, detail: found.fault.to_string() };
    problem.fields = faults.into_iter().map(describe).collect();
    problem
}

fn notice(TooSoon { ahead, day }: &TooSoon) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "/problems/notice",
        "The notice of this change would not be over",
        format!(
            "It permits more than before, and the policy in force promises notice of that {ahead} ahead. With \
             `effective = {day}` or later it can be published now; what cannot wait, with `?because=` and the reason."
        ),
    )
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Gate(error) => error.into(),
            PublishError::TooSoon(too_soon) => notice(&too_soon),
            PublishError::Diagnostics(found) => {
                let mut problem = Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "/problems/policy",
                    "The policy has errors",
                    "The policy in force stays so. `bailee policy check` shows each error in its place.",
                );
                problem.diagnostics = found.iter().filter_map(|one| serde_json::to_value(one).ok()).collect();
                problem
            }
        }
    }
}

//! What the clock does about requests: it reminds whoever must answer, says when one is overdue, closes what nobody proved,
//! and does what the policy says when a Client leaves one unanswered.

use domain::{Request, request::Milestone};
use policy::document::Unanswered;

use super::{Moved, declared, has_lapsed, told};
use crate::{Caller, Effective, Gate, GateError, attempts::Failed};

impl Gate {
    pub(crate) async fn wake_request(&self, request: Request) -> Result<(), GateError> {
        let acting = Caller::system(self.account(request.account).await?);
        let Some((milestone, after)) = request.clone().woken(self.now()) else { return Ok(()) };
        let effective = self.effective(&acting)?;
        let after = if takes_over(&effective, &after, milestone) { after.taken_over() } else { after };
        warn(&after, milestone);
        let moved = Moved { action: told(milestone), before: &request, after, said: None };
        self.move_request(&acting, moved).await.map(drop).map_err(Failed::into_error)
    }
}

/// Whether the operator answers a request itself that it had passed on.
fn takes_over(effective: &Effective, request: &Request, milestone: Milestone) -> bool {
    // The operator's word counts: it is the one that passed it on.
    let operator = effective.operator.policy.document().requests.as_ref();
    let says = operator.map(|requests| *requests.get_ref().unanswered.get_ref());
    milestone == Milestone::Due
        && request.is_open()
        && request.passed_on_by.is_some()
        && says.or_else(|| declared(effective).map(|requests| *requests.unanswered.get_ref()))
            == Some(Unanswered::TakeOver)
}

fn warn(request: &Request, milestone: Milestone) {
    let word = if has_lapsed(request) { "lapsed" } else { milestone.as_str() };
    metrics::counter!("bailee_request_clock_total", "milestone" => word).increment(1);
    match milestone {
        Milestone::Due => tracing::warn!(request = %request.id, word, "the time of a request is over"),
        Milestone::Half | Milestone::FourFifths => {
            tracing::info!(request = %request.id, word, "part of the time of a request is over");
        }
    }
}

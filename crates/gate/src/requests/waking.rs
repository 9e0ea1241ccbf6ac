//! What the clock does about requests: it reminds whoever must answer, says when one is overdue, closes what nobody proved,
//! ends pauses, and does what the policy says when a Client leaves one unanswered.

use domain::{
    Request,
    request::{Milestone, Woken},
};
use policy::document::Unanswered;

use super::{Moved, declared, done_by_the_clock};
use crate::{Caller, Effective, Gate, GateError, attempts::Failed};

impl Gate {
    pub(crate) async fn wake_request(&self, request: Request) -> Result<(), GateError> {
        let acting = Caller::system(self.account(request.account).await?);
        let Some((woken, after)) = request.clone().woken(self.now()) else { return Ok(()) };
        let effective = self.effective(&acting)?;
        let after = if takes_over(&effective, &after, woken) { after.taken_over() } else { after };
        warn(&after, woken);
        let moved = Moved { action: done_by_the_clock(woken), before: &request, after, said: None };
        self.move_request(&acting, moved).await.map(drop).map_err(Failed::into_error)
    }
}

/// Whether the operator answers a request itself that it had passed on.
fn takes_over(effective: &Effective, request: &Request, woken: Woken) -> bool {
    // The operator's word counts: it is the one that passed it on.
    let operator = effective.operator.policy.document().requests.as_ref();
    let says = operator.map(|requests| *requests.get_ref().unanswered.get_ref());
    woken == Woken::Told(Milestone::Due)
        && request.is_open()
        && request.passed_on_by.is_some()
        && says.or_else(|| declared(effective).map(|requests| *requests.unanswered.get_ref()))
            == Some(Unanswered::TakeOver)
}

fn warn(request: &Request, woken: Woken) {
    let word = match woken {
        Woken::Told(milestone) => milestone.as_str(),
        Woken::Lapsed => "lapsed",
        Woken::Resumed => "resumed",
        Woken::PackageOver => "package_over",
    };
    metrics::counter!("bailee_request_clock_total", "milestone" => word).increment(1);
    if woken == Woken::Told(Milestone::Due) {
        tracing::warn!(request = %request.id, "the time of a request is over");
    } else {
        tracing::info!(request = %request.id, word, "the clock of a request has moved");
    }
}

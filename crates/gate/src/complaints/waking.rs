//! What the clock does about complaints: it reminds whoever must acknowledge, answer or remedy one, says when one is
//! overdue, and settles what can be appealed no more.

use domain::{Action, Complaint, complaint::Woken, terms::Milestone};

use super::Moved;
use crate::{Caller, Gate, GateError, attempts::Failed};

impl Gate {
    pub(crate) async fn wake_complaint(&self, complaint: Complaint) -> Result<(), GateError> {
        let acting = Caller::system(self.account(complaint.account).await?);
        let Some((woken, after)) = complaint.woken(self.now()) else { return Ok(()) };
        let (what, milestone) = said(woken);
        metrics::counter!("bailee_complaint_clock_total", "what" => what, "milestone" => milestone)
            .increment(1);
        let action = done_by_the_clock(woken);
        if action == Action::ComplaintOverdue {
            tracing::warn!(complaint = %after.id, what, "the time of a complaint is over");
        } else {
            tracing::info!(complaint = %after.id, what, milestone, "the clock of a complaint has moved");
        }
        let note = Some(format!("{what}, {milestone}"));
        let moved = Moved { action, after, said: None, note };
        self.move_complaint(&acting, moved).await.map(drop).map_err(Failed::into_error)
    }
}

/// What the clock says is not done yet, and how much of its time is over.
const fn said(woken: Woken) -> (&'static str, &'static str) {
    match woken {
        Woken::Unacknowledged(milestone) => ("acknowledge", milestone.as_str()),
        Woken::Unanswered(milestone) => ("answer", milestone.as_str()),
        Woken::Unremedied => ("remedy", Milestone::Due.as_str()),
        Woken::Settled => ("appeal", Milestone::Due.as_str()),
    }
}

/// The action that the entry of what the clock did names.
const fn done_by_the_clock(woken: Woken) -> Action {
    match woken {
        Woken::Settled => Action::ComplaintSettled,
        Woken::Unremedied | Woken::Unacknowledged(Milestone::Due) | Woken::Unanswered(Milestone::Due) => {
            Action::ComplaintOverdue
        }
        Woken::Unacknowledged(_) | Woken::Unanswered(_) => Action::ComplaintReminded,
    }
}

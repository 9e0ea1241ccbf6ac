//! What the clock makes of a complaint.

use jiff::Timestamp;

use super::{Complaint, ComplaintState, What};
use crate::terms::Milestone;

/// What the clock made of a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// Part of the time to acknowledge it is over, or all of it.
    Unacknowledged(Milestone),
    /// Part of the time to answer it is over, or all of it.
    Unanswered(Milestone),
    /// What was to be done was not done in time.
    Unremedied,
    /// The decision can be appealed no more.
    Settled,
}

impl Complaint {
    /// What the clock makes of it by now.
    pub fn woken(mut self, now: Timestamp) -> Option<(Woken, Self)> {
        if self.wake_at().is_none_or(|wake| wake > now) {
            return None;
        }
        if self.is_unacknowledged()
            && let Some((milestone, acknowledge)) = self.acknowledge.tell(now)
        {
            let told = Self { acknowledge, ..self.stepped(now, What::Told { milestone }) };
            return Some((Woken::Unacknowledged(milestone), told));
        }
        if self.is_unanswered()
            && let Some((milestone, answer)) = self.answer.tell(now)
        {
            let told = Self { answer, ..self.stepped(now, What::Told { milestone }) };
            return Some((Woken::Unanswered(milestone), told));
        }
        if matches!(self.state, ComplaintState::Decided) && self.appeal.due_at() <= now {
            return Some((Woken::Settled, self.stepped(now, What::Settled).settled(now)));
        }
        let late = self.remedies.iter_mut().find(|one| one.is_awake() && one.due_at <= now)?;
        late.is_told = true;
        Some((Woken::Unremedied, self.stepped(now, What::RemedyLate)))
    }

    /// When the clock must look at it next.
    pub(super) fn wake_at(&self) -> Option<Timestamp> {
        let acknowledge = self.acknowledge.wake_at().filter(|_| self.is_unacknowledged());
        let answer = self.answer.wake_at().filter(|_| self.is_unanswered());
        let is_decided = matches!(self.state, ComplaintState::Decided);
        let appeal = is_decided.then(|| self.appeal.due_at());
        let awake = self.remedies.iter().filter(|one| one.is_awake() && self.is_open());
        let remedy = awake.map(|remedy| remedy.due_at).min();
        [acknowledge, answer, appeal, remedy].into_iter().flatten().min()
    }

    const fn is_unacknowledged(&self) -> bool {
        matches!(self.state, ComplaintState::Received)
    }

    const fn is_unanswered(&self) -> bool {
        matches!(
            self.state,
            ComplaintState::Received | ComplaintState::Acknowledged | ComplaintState::Appealed
        )
    }
}

impl super::Remedy {
    const fn is_awake(&self) -> bool {
        self.done_at.is_none() && !self.is_told
    }
}

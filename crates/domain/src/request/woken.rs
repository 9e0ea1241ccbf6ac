//! What the clock makes of a request.

use jiff::{SignedDuration, Timestamp};

use super::{Answer, Milestone, Request, RequestState, What};

/// How long a pause lasts at most: then the clock runs on by itself.
pub(super) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(60 * 24);
/// How long whoever asks has to show who they are after anything was done, even past the deadline.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// What the clock made of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// Part of its time is over, or all of it.
    Told(Milestone),
    /// A pause was long enough.
    Resumed,
    /// Nobody had shown to be the person.
    Lapsed,
    /// Its package can be fetched no more.
    PackageOver,
}

impl Request {
    /// What the clock makes of it by now.
    pub fn woken(self, now: Timestamp) -> Option<(Woken, Self)> {
        if self.wake_at().is_none_or(|wake| wake > now) {
            return None;
        }
        if let RequestState::Fulfilled { answer: Answer::Package { is_over, .. }, .. } = &self.state {
            let is_over = *is_over;
            return (!is_over).then(|| (Woken::PackageOver, self.package_over()));
        }
        if self.terms.is_paused() {
            let resumed =
                self.terms.resumed(now).map(|terms| Self { terms, ..self.stepped(now, What::Resumed) });
            return resumed.map(|resumed| (Woken::Resumed, resumed));
        }
        match self.terms.reached(now).filter(|reached| Some(*reached) > self.told) {
            Some(milestone) => {
                let told = Self { told: Some(milestone), ..self.stepped(now, What::Told { milestone }) };
                Some((Woken::Told(milestone), told))
            }
            // All is told, and still nobody has shown to be the person.
            None => Some((Woken::Lapsed, self.closed(now, What::Lapsed, RequestState::Lapsed { at: now }))),
        }
    }

    /// When the clock must look at it next.
    pub(super) fn wake_at(&self) -> Option<Timestamp> {
        match &self.state {
            RequestState::Fulfilled {
                answer: Answer::Package { until, fetched_at: None, is_over: false },
                ..
            } => Some(*until),
            RequestState::Verifying | RequestState::Open => match self.terms.paused_since {
                Some(since) => since.saturating_add(LONGEST_PAUSE).ok(),
                None => self.terms.next_after(self.told).or_else(|| self.lapses_at()),
            },
            _ => None,
        }
    }

    /// When one that nobody has proved lapses: after its deadline, and never soon after something was done about it.
    fn lapses_at(&self) -> Option<Timestamp> {
        let is_unproved = matches!(self.state, RequestState::Verifying);
        let done = self.steps.iter().rev().find(|step| !matches!(step.what, What::Told { .. }));
        let done = done.map_or(self.terms.received_at, |step| step.at);
        is_unproved.then(|| done.saturating_add(PATIENCE).unwrap_or(done).max(self.terms.due_at()))
    }
}

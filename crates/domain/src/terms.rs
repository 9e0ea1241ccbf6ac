//! Terms that run from receipt: calendar months or days, as the policy says, with one extension and any number of pauses.
//! Counted in UTC; a month after 31 January ends on the last of February. Requests and complaints run on them.

use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::calendar;

/// The terms that something was received under, whatever the policy says later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// When it was received: the clock starts here.
    pub received_at: Timestamp,
    /// By when it is answered.
    deadline: Span,
    /// By how much that may be extended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    extension: Option<Span>,
    /// Whether it was.
    pub is_extended: bool,
    /// For how long the clock has stood still, in pauses that are over, in seconds.
    paused_seconds: i64,
    /// Since when it stands still.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub paused_since: Option<Timestamp>,
}

/// Terms are the same when they are written the same: a month is not thirty days.
impl PartialEq for Terms {
    fn eq(&self, other: &Self) -> bool {
        let written = |terms: &Self| {
            (
                terms.received_at,
                terms.deadline.fieldwise(),
                terms.extension.map(Span::fieldwise),
                terms.is_extended,
                terms.paused_seconds,
                terms.paused_since,
            )
        };
        written(self) == written(other)
    }
}

impl Eq for Terms {}

/// What is told of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// Half of the time is over.
    Half,
    /// Four fifths of the time are over.
    FourFifths,
    /// All of it is over.
    Due,
}

impl Milestone {
    const ALL: [Self; 3] = [Self::Half, Self::FourFifths, Self::Due];

    /// Which part of the time, in tenths.
    const fn tenths(self) -> i32 {
        match self {
            Self::Half => 5,
            Self::FourFifths => 8,
            Self::Due => 10,
        }
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Half => "half",
            Self::FourFifths => "four_fifths",
            Self::Due => "due",
        }
    }
}

impl Terms {
    /// The terms of what was received at a time.
    pub const fn new(received_at: Timestamp, deadline: Span, extension: Option<Span>) -> Self {
        let (is_extended, paused_seconds, paused_since) = (false, 0, None);
        Self { received_at, deadline, extension, is_extended, paused_seconds, paused_since }
    }

    /// The same time again, from another moment on.
    #[must_use]
    pub fn anew(&self, from: Timestamp) -> Self {
        Self::new(from, self.deadline, self.extension)
    }

    /// By when it must be answered; while the clock stands still, as if it ran on from the moment it stopped.
    pub fn due_at(&self) -> Timestamp {
        let extension = self.extension.filter(|_| self.is_extended).unwrap_or_default();
        let due = calendar::after(self.received_at, self.deadline);
        // A term too long for the calendar is refused by the checker; here it is due at once rather than never.
        let due = due.and_then(|due| calendar::after(due, extension)).unwrap_or(self.received_at);
        due.saturating_add(SignedDuration::from_secs(self.paused_seconds)).unwrap_or(Timestamp::MAX)
    }

    /// Whether the clock stands still.
    pub const fn is_paused(&self) -> bool {
        self.paused_since.is_some()
    }

    /// When a milestone is reached.
    pub fn at(&self, milestone: Milestone) -> Timestamp {
        let due = self.due_at();
        let part = due.duration_since(self.received_at) / 10 * milestone.tenths();
        if milestone == Milestone::Due { due } else { self.received_at.saturating_add(part).unwrap_or(due) }
    }

    /// The last milestone that is reached by now; none while the clock stands still.
    pub fn reached(&self, now: Timestamp) -> Option<Milestone> {
        let reached = Milestone::ALL.into_iter().rev().find(|milestone| self.at(*milestone) <= now);
        reached.filter(|_| !self.is_paused())
    }

    /// When the next milestone after one is reached; none while the clock stands still.
    pub fn next_after(&self, told: Option<Milestone>) -> Option<Timestamp> {
        let next = Milestone::ALL.into_iter().find(|milestone| Some(*milestone) > told);
        next.filter(|_| !self.is_paused()).map(|next| self.at(next))
    }

    pub(crate) fn extended(&self, at: Timestamp) -> Option<Self> {
        let may = self.extension.is_some() && !self.is_extended && at <= self.due_at();
        may.then(|| Self { is_extended: true, ..self.clone() })
    }

    pub(crate) fn paused(&self, at: Timestamp) -> Option<Self> {
        (!self.is_paused()).then(|| Self { paused_since: Some(at), ..self.clone() })
    }

    pub(crate) fn resumed(&self, at: Timestamp) -> Option<Self> {
        let since = self.paused_since?;
        // A clock that was set back in between takes nothing from the time that is left.
        let stood = at.duration_since(since).as_secs().max(0);
        let paused_seconds = self.paused_seconds.saturating_add(stood);
        Some(Self { paused_since: None, paused_seconds, ..self.clone() })
    }
}

/// A term together with how much of it has been told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The term.
    pub terms: Terms,
    /// How much of it has been told.
    pub told: Option<Milestone>,
}

impl Watched {
    /// A term that begins to run at a time.
    pub const fn new(from: Timestamp, term: Span) -> Self {
        Self { terms: Terms::new(from, term, None), told: None }
    }

    /// The same time again, from another moment on.
    #[must_use]
    pub fn anew(&self, from: Timestamp) -> Self {
        Self { terms: self.terms.anew(from), told: None }
    }

    /// When something is to be told next.
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.terms.next_after(self.told)
    }

    /// What is to be told by now, and the clock once it was.
    pub fn tell(&self, now: Timestamp) -> Option<(Milestone, Self)> {
        let milestone = self.terms.reached(now).filter(|reached| Some(*reached) > self.told)?;
        Some((milestone, Self { told: Some(milestone), ..self.clone() }))
    }
}

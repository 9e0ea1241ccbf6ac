//! The 72 hours within which the authority is told (GDPR, article 33(1)). They are hours, not days of a calendar: they
//! run through nights, holidays and the change to summer time, and from the very moment of becoming aware, although
//! Regulation (EEC, Euratom) 1182/71, article 3(1), would let them begin with the next full hour.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// How long there is.
pub const NOTIFY_WITHIN: SignedDuration = SignedDuration::from_hours(72);
/// How long before the end it is warned.
pub const WARN_BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// How the clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Countdown {
    /// It runs.
    Running {
        /// Whole hours that are left.
        hours_left: i64,
    },
    /// It runs, and there is no more than a day left.
    Warning {
        /// Whole hours that are left.
        hours_left: i64,
    },
    /// It is over, and the authority was not told: it must be, with the reasons for the delay.
    Overdue {
        /// Hours since, those begun included.
        hours_over: i64,
    },
    /// The authority was told in time.
    Met,
    /// The authority was told too late, and must have been told why.
    Late {
        /// Hours after the end, those begun included.
        hours_over: i64,
    },
    /// A risk is unlikely, so the authority need not be told.
    NotNeeded,
}

impl Countdown {
    /// The word used in the API and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running { .. } => "running",
            Self::Warning { .. } => "warning",
            Self::Overdue { .. } => "overdue",
            Self::Met => "met",
            Self::Late { .. } => "late",
            Self::NotNeeded => "not_needed",
        }
    }
}

/// When the time is over.
pub fn due_at(aware_at: Timestamp) -> Timestamp {
    aware_at.saturating_add(NOTIFY_WITHIN).unwrap_or(Timestamp::MAX)
}

/// How the clock stands at `now`, for an incident that someone became aware of at `aware_at` and of which the authority
/// was `told` or not.
pub fn countdown(aware_at: Timestamp, told: Option<Timestamp>, is_needed: bool, now: Timestamp) -> Countdown {
    let left = due_at(aware_at).duration_since(told.unwrap_or(now));
    let hours_left = left.as_hours();
    // An hour that has begun counts.
    let hours_over =
        left.abs().as_hours() + i64::from(left.abs().subsec_nanos() > 0 || left.abs().as_secs() % 3_600 > 0);
    match told {
        Some(_) if left.is_negative() => Countdown::Late { hours_over },
        Some(_) => Countdown::Met,
        None if !is_needed => Countdown::NotNeeded,
        None if left.is_negative() => Countdown::Overdue { hours_over },
        None if left <= WARN_BEFORE => Countdown::Warning { hours_left },
        None => Countdown::Running { hours_left },
    }
}

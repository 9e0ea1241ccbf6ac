//! Holds: someone determined that an exception of the policy applies to a person, and until it is released nothing that it
//! names is deleted (promises `erasure-exceptions`, `retention`). Who determined it, and on what evidence, is sealed in the
//! hold's entry.

use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    calendar,
    case::{CaseKind, Filed, Filing},
    freeze::Freeze,
    id::{AccountId, HoldId, SubjectId},
};

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// The account that holds the data.
    pub account: AccountId,
    /// Whose data.
    pub subject: SubjectId,
    /// The exception of the policy.
    pub exception: String,
    /// The record types that it names.
    pub record_types: Vec<String>,
    /// Counts its changes, from 1.
    pub version: u32,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Whether it stands.
    pub state: HoldState,
    /// Whether the clock has still to look at it: when its review is due, or once it was released.
    pub is_waking: bool,
}

/// Whether a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum HoldState {
    /// It stands, and someone must look at it again by then. It does not end by itself.
    Placed {
        /// By when.
        review_at: Timestamp,
    },
    /// It was released: what it froze goes when its time is over, or at once when the person was erased.
    Released {
        /// When.
        released_at: Timestamp,
    },
}

impl Hold {
    /// What it freezes while it stands.
    pub fn freeze(&self) -> Option<Freeze> {
        let HoldState::Placed { review_at } = self.state else { return None };
        let types = self.record_types.iter().map(String::as_str);
        Some(Freeze::by_hold(self.id.to_string(), &self.exception, types, review_at))
    }

    /// The hold after someone looked at it and it still stands; none once it was released.
    #[must_use]
    pub fn reviewed(self, review_at: Timestamp) -> Option<Self> {
        self.moved(HoldState::Placed { review_at })
    }

    /// The hold once it was released; none when it was before.
    #[must_use]
    pub fn released(self, released_at: Timestamp) -> Option<Self> {
        self.moved(HoldState::Released { released_at })
    }

    fn moved(self, state: HoldState) -> Option<Self> {
        let stands = matches!(self.state, HoldState::Placed { .. });
        stands.then(|| Self { state, version: self.version + 1, is_waking: true, ..self })
    }

    /// The hold after the clock looked at it.
    #[must_use]
    pub fn asleep(self) -> Self {
        Self { is_waking: false, version: self.version + 1, ..self }
    }

    fn wake_at(&self) -> Option<Timestamp> {
        self.is_waking.then_some(match self.state {
            HoldState::Placed { review_at } => review_at,
            HoldState::Released { released_at } => released_at,
        })
    }
}

impl Filed for Hold {
    const KIND: CaseKind = CaseKind::Hold;

    fn filing(&self) -> Filing {
        let due_at = match self.state {
            HoldState::Placed { review_at } => Some(review_at),
            HoldState::Released { .. } => None,
        };
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: Some(self.subject),
            is_open: due_at.is_some(),
            due_at,
            wake_at: self.wake_at(),
            version: self.version,
        }
    }
}

/// When a hold is looked at next: a term of the policy after it was placed or looked at, in calendar months counted in UTC.
pub fn next_review(from: Timestamp, every: Span) -> Timestamp {
    // A term too long for the calendar is refused by the checker; here the hold is looked at rather too early.
    calendar::after(from, every).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;

    fn placed() -> Hold {
        Hold {
            id: HoldId::from_bytes([1; 16]),
            account: AccountId::from_bytes([2; 16]),
            subject: SubjectId::from_bytes([3; 16]),
            exception: "fraud".to_owned(),
            record_types: vec!["order".to_owned()],
            version: 1,
            placed_at: Timestamp::UNIX_EPOCH,
            state: HoldState::Placed { review_at: Timestamp::UNIX_EPOCH },
            is_waking: true,
        }
    }

    #[test]
    fn a_hold_is_released_once_and_freezes_no_more() {
        let released = placed().released(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((released.version, released.freeze()), (2, None));
        assert_eq!(released.clone().reviewed(Timestamp::UNIX_EPOCH), None);
        assert_eq!(released.clone().released(Timestamp::UNIX_EPOCH), None);
        assert!(placed().freeze().unwrap().names("order"));
        let case = Case::of(&released).unwrap();
        assert_eq!((case.is_open, case.due_at, case.read::<Hold>()), (false, None, Some(released.clone())));
        assert_eq!(case.wake_at, Some(Timestamp::UNIX_EPOCH), "what it alone kept must go");
        assert_eq!(Case::of(&released.asleep()).unwrap().wake_at, None);
    }

    #[test]
    fn a_review_in_half_a_year_keeps_to_the_calendar() {
        let from: Timestamp = "2026-08-31T10:00:00Z".parse().unwrap();
        assert_eq!(next_review(from, Span::new().months(6)), "2027-02-28T10:00:00Z".parse().unwrap());
    }
}

//! Attestations: a person says that a measure is in place which no machine can look at, and says so again before that is
//! too old (promise `verification`). Who said it, and what document shows it, is sealed in the entry.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    case::{CaseKind, Filed, Filing},
    id::{AccountId, AttestationId},
};

/// An attestation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// Its id.
    pub id: AttestationId,
    /// Whose policy declares what is attested.
    pub account: AccountId,
    /// What is attested: the name of the policy's declaration.
    pub measure: String,
    /// What that was then, in the words of the policy.
    pub label: String,
    /// The SHA-256 of the document that shows it, in hexadecimal digits.
    pub document: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// The first moment at which it holds no more.
    pub until: Timestamp,
    /// Whether it holds.
    pub state: AttestationState,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// Whether an attestation holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum AttestationState {
    /// It does.
    Holds,
    /// Nobody gave it again in time.
    Lapsed {
        /// When that was noticed.
        at: Timestamp,
    },
    /// It was given again.
    Replaced {
        /// When.
        at: Timestamp,
    },
    /// Someone found that it is not so.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

impl AttestationState {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Lapsed { .. } => "lapsed",
            Self::Replaced { .. } => "replaced",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

impl Attestation {
    /// Whether it holds at a time, also where nobody has noticed yet that it does not.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.state == AttestationState::Holds && now < self.until
    }

    /// After its time; none before, and none when it held no more.
    pub fn lapsed(self, at: Timestamp) -> Option<Self> {
        (at >= self.until).then(|| self.ended(AttestationState::Lapsed { at }))?
    }

    /// After it was given again; none when it held no more.
    pub fn replaced(self, at: Timestamp) -> Option<Self> {
        self.ended(AttestationState::Replaced { at })
    }

    /// After someone found that it is not so; none when it held no more.
    pub fn withdrawn(self, at: Timestamp) -> Option<Self> {
        self.ended(AttestationState::Withdrawn { at })
    }

    fn ended(self, state: AttestationState) -> Option<Self> {
        let holds = self.state == AttestationState::Holds;
        holds.then(|| Self { state, version: self.version + 1, ..self })
    }
}

impl Filed for Attestation {
    const KIND: CaseKind = CaseKind::Attestation;

    fn filing(&self) -> Filing {
        let holds = self.state == AttestationState::Holds;
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: None,
            is_open: holds,
            due_at: Some(self.until),
            wake_at: holds.then_some(self.until),
            version: self.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(hour)
    }

    fn given() -> Attestation {
        Attestation {
            id: AttestationId::from_bytes([1; 16]),
            account: AccountId::from_bytes([2; 16]),
            measure: "premises".to_owned(),
            label: "the doors are locked".to_owned(),
            document: "00".repeat(32),
            given_at: at(0),
            until: at(10),
            state: AttestationState::Holds,
            version: 1,
        }
    }

    #[test]
    fn it_lapses_at_its_time_and_not_before() {
        assert!(given().holds_at(at(9)) && !given().holds_at(at(10)));
        assert_eq!(given().lapsed(at(9)), None);
        let lapsed = given().lapsed(at(10)).unwrap();
        assert!(!lapsed.holds_at(at(9)), "a clock that is set back brings it not back");
        let case = Case::of(&lapsed).unwrap();
        assert_eq!((case.is_open, case.wake_at, case.version), (false, None, 2));
        assert_eq!(Case::of(&given()).unwrap().wake_at, Some(at(10)));
    }

    #[test]
    fn it_ends_once() {
        for ended in [given().lapsed(at(10)), given().replaced(at(1)), given().withdrawn(at(1))] {
            let ended = ended.unwrap();
            assert_eq!(ended.clone().lapsed(at(20)), None);
            assert_eq!(ended.clone().replaced(at(20)), None);
            assert_eq!(ended.withdrawn(at(20)), None);
        }
    }
}

//! Members of staff: who signs in to the console, and as what (promises `security`, `roles`). Their name, their e-mail
//! address and the hash of their password are a record of the vault; here are only states, times and ids.
//!
//! ```text
//!               set a password                suspend
//!   Invited ─────────────────────▶ Active ─────────────▶ Suspended
//!       └──────────────────── suspend ──────────────────────▲
//! ```

mod role;
mod session;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use role::{ConsoleRole, Permission};
pub use session::{Browser, Ended, Session, SessionState};

use crate::{
    case::{CaseKind, Filed, Filing},
    id::{AccountId, RecordId, SubjectId},
};

/// How long the link of an invitation opens.
const INVITATION: SignedDuration = SignedDuration::from_hours(3 * 24);

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Who: a subject of the operator's. The case has the same sixteen bytes, so that it is found by whoever is.
    pub subject: SubjectId,
    /// The operator's account.
    pub account: AccountId,
    /// The record of what they sign in with.
    pub record: RecordId,
    /// As what.
    pub role: ConsoleRole,
    /// Whether they can sign in.
    pub state: StaffState,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// Whether a member of staff can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StaffState {
    /// Once they have set a password.
    Invited {
        /// The hash of the secret in their link, in hexadecimal digits.
        link: String,
        /// The first moment at which the link opens no more.
        until: Timestamp,
    },
    /// They can.
    Active {
        /// The hash of what is stored of their password, in hexadecimal digits: what was written past the invitation lets
        /// nobody in.
        credential: String,
    },
    /// Not any more.
    Suspended {
        /// Since when.
        at: Timestamp,
    },
}

impl StaffState {
    /// Its name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Invited { .. } => "invited",
            Self::Active { .. } => "active",
            Self::Suspended { .. } => "suspended",
        }
    }
}

impl Staff {
    /// Someone who is invited now, by a link of whose secret this is the hash.
    pub fn invited(
        (subject, account, record): (SubjectId, AccountId, RecordId),
        role: ConsoleRole,
        link: String,
        now: Timestamp,
    ) -> Self {
        let until = now.saturating_add(INVITATION).unwrap_or(Timestamp::MAX);
        let state = StaffState::Invited { link, until };
        Self { subject, account, record, role, state, version: 1 }
    }

    /// The hash of the secret that opens the invitation now; none when no link does.
    pub fn open_link(&self, now: Timestamp) -> Option<&str> {
        match &self.state {
            StaffState::Invited { link, until } if now < *until => Some(link),
            _ => None,
        }
    }

    /// After they set a password; none when no link was open.
    pub fn activated(self, credential: String, now: Timestamp) -> Option<Self> {
        self.open_link(now)?;
        Some(Self { state: StaffState::Active { credential }, version: self.version + 1, ..self })
    }

    /// After they became something else; none when they are it, or are not let in.
    pub fn with_role(self, role: ConsoleRole) -> Option<Self> {
        let may = role != self.role && !matches!(self.state, StaffState::Suspended { .. });
        may.then(|| Self { role, version: self.version + 1, ..self })
    }

    /// After someone let them in no more; none when they were not let in.
    pub fn suspended(self, at: Timestamp) -> Option<Self> {
        let may = !matches!(self.state, StaffState::Suspended { .. });
        may.then(|| Self { state: StaffState::Suspended { at }, version: self.version + 1, ..self })
    }
}

impl Filed for Staff {
    const KIND: CaseKind = CaseKind::Staff;

    fn filing(&self) -> Filing {
        Filing {
            id: *self.subject.as_bytes(),
            account: self.account,
            subject: Some(self.subject),
            is_open: !matches!(self.state, StaffState::Suspended { .. }),
            due_at: None,
            wake_at: None,
            version: self.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    fn invited() -> Staff {
        let ids =
            (SubjectId::from_bytes([1; 16]), AccountId::from_bytes([2; 16]), RecordId::from_bytes([3; 16]));
        Staff::invited(ids, ConsoleRole::Custodian, "5e".repeat(32), at(0))
    }

    #[test]
    fn a_link_opens_once_and_for_three_days() {
        assert!(invited().open_link(at(71)).is_some());
        assert_eq!(invited().open_link(at(72)), None);
        assert_eq!(invited().activated("c".to_owned(), at(72)), None);
        let active = invited().activated("c".to_owned(), at(1)).unwrap();
        assert_eq!((active.open_link(at(1)), active.version), (None, 2));
        assert_eq!(active.activated("c".to_owned(), at(1)), None);
    }

    #[test]
    fn whoever_is_let_in_can_become_something_else() {
        let owner = invited().with_role(ConsoleRole::Owner).unwrap();
        assert_eq!((owner.role, owner.version), (ConsoleRole::Owner, 2));
        assert_eq!(owner.clone().with_role(ConsoleRole::Owner), None);
        assert_eq!(owner.suspended(at(1)).unwrap().with_role(ConsoleRole::Support), None);
    }

    #[test]
    fn whoever_is_suspended_stays_so() {
        let suspended = invited().activated("c".to_owned(), at(1)).unwrap().suspended(at(2)).unwrap();
        assert!(!suspended.filing().is_open);
        assert_eq!(suspended.clone().activated("c".to_owned(), at(2)), None);
        assert_eq!(suspended.suspended(at(3)), None);
        assert_eq!(invited().suspended(at(1)).unwrap().open_link(at(1)), None, "the link is dead, too");
    }
}

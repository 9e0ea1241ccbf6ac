//! Accounts: the operator itself, and each of its Clients.
//!
//! ```text
//!   Active ──── suspend ───▶ Suspended ──── reinstate ───▶ Active
//!     ├──────── cancel ────▶ Cancelled         │
//!     └──────── end ───────▶ Ended ◀── end ────┘
//! ```

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    case::{CaseKind, Filed, Filing},
    id::{AccountId, RecordId, SubjectId},
};

/// A tenant: whoever's API keys reach a set of subjects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub kind: AccountKind,
    /// The company's name.
    pub name: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// The operator's policy version that it accepted, for itself and on behalf of its End Users, having stated
    /// that it informs them (promise `roles`). Without it none of its keys work.
    pub accepted_policy: Option<u32>,
    /// When it did.
    pub accepted_at: Option<Timestamp>,
    /// Where the operator writes to it.
    pub contact: Option<Contact>,
    /// Whether it goes on.
    pub state: AccountState,
}

/// Whether an account goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccountState {
    /// It does.
    #[default]
    Active,
    /// The operator has closed it for now: nobody comes in.
    Suspended {
        /// Since when.
        at: Timestamp,
    },
    /// The Client has ended it: what is there can be taken back until its time is over.
    Cancelled {
        /// When.
        at: Timestamp,
    },
    /// The operator has ended it for a violation: nobody comes in, and none of its people returns.
    Ended {
        /// When.
        at: Timestamp,
    },
}

impl AccountState {
    /// The word used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Cancelled { .. } => "cancelled",
            Self::Ended { .. } => "ended",
        }
    }

    /// Since when it stands so, where it is not as from the beginning.
    pub const fn since(self) -> Option<Timestamp> {
        match self {
            Self::Active => None,
            Self::Suspended { at } | Self::Cancelled { at } | Self::Ended { at } => Some(at),
        }
    }

    /// Reads both back.
    pub fn read(word: &str, at: Timestamp) -> Option<Self> {
        let all = [Self::Active, Self::Suspended { at }, Self::Cancelled { at }, Self::Ended { at }];
        all.into_iter().find(|one| one.as_str() == word)
    }

    /// Whether one may follow on the other.
    pub const fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Active, Self::Suspended { .. } | Self::Cancelled { .. } | Self::Ended { .. })
            | (Self::Suspended { .. }, Self::Active | Self::Ended { .. }) => true,
            (Self::Active, Self::Active)
            | (Self::Suspended { .. }, _)
            | (Self::Cancelled { .. } | Self::Ended { .. }, _) => false,
        }
    }
}

/// The end of an account, until everyone in it knows: their clocks run from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEnd {
    /// Which; the case has the same sixteen bytes.
    pub account: AccountId,
    /// When it ended.
    pub at: Timestamp,
    /// Whether it was for a violation: then its people do not return.
    pub is_violation: bool,
    /// The last End User who knows; none while its members do not.
    pub through: Option<SubjectId>,
    /// Whether everyone does.
    pub is_done: bool,
    /// Counts its changes, from 1.
    pub version: u32,
}

impl Filed for AccountEnd {
    const KIND: CaseKind = CaseKind::AccountEnd;

    fn filing(&self) -> Filing {
        Filing {
            id: *self.account.as_bytes(),
            account: self.account,
            subject: None,
            is_open: !self.is_done,
            due_at: None,
            wake_at: (!self.is_done).then_some(self.at),
            version: self.version,
        }
    }
}

/// Where a Client is written to: a field of a record that the operator holds of someone there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The record, of the operator's own account.
    pub record: RecordId,
    /// Its field.
    pub field: String,
}

/// Whose an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// The operator's own: its subjects deal with the operator directly.
    Operator,
    /// A Client's: its subjects are End Users, held for the Client.
    Client,
}

impl AccountKind {
    /// The word used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Client => "client",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Operator, Self::Client].into_iter().find(|kind| kind.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_does_not_begin_again() {
        let at = Timestamp::UNIX_EPOCH;
        let all = [
            AccountState::Active,
            AccountState::Suspended { at },
            AccountState::Cancelled { at },
            AccountState::Ended { at },
        ];
        let followed = all.map(|from| {
            let next = all.into_iter().filter(|next| from.may_become(*next));
            next.map(AccountState::as_str).collect::<Vec<_>>().join(", ")
        });
        assert_eq!(followed, ["suspended, cancelled, ended", "active, ended", "", ""]);
        for state in all {
            assert_eq!(AccountState::read(state.as_str(), at), Some(state));
        }
    }
}

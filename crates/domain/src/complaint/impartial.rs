//! Who may see to a complaint: nobody whom it is about, and on appeal nobody who decided it.

use serde::{Deserialize, Serialize};

use super::{Complaint, ComplaintState, NotNow};
use crate::id::{AccountId, KeyId};

/// A member of staff, as a keyed hash of their name: enough to know them again, and no name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mark(pub String);

/// Whom a complaint is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A member of staff.
    Staff(Mark),
    /// An API key.
    Key(KeyId),
    /// Another account.
    Account(AccountId),
}

/// Who does something about a complaint: a member of staff, by a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// Who.
    pub staff: Mark,
    /// By which key; none when the system itself acts.
    pub key: Option<KeyId>,
}

impl Complaint {
    /// That a member of staff is neither whom it is about nor, on appeal, who decided it.
    pub(super) fn may_see_to_it(&self, staff: &Mark) -> Result<(), NotNow> {
        if self.about.iter().any(|party| *party == Party::Staff(staff.clone())) {
            return Err(NotNow::Concerned);
        }
        let is_appealed = matches!(self.state, ComplaintState::Appealed);
        if is_appealed && self.decisions.iter().any(|decision| decision.by == *staff) {
            return Err(NotNow::DecidedBefore);
        }
        Ok(())
    }

    /// That a key which does anything about it is not what it is about.
    ///
    /// # Errors
    /// It is.
    pub fn not_by(&self, key: Option<KeyId>) -> Result<(), NotNow> {
        let is_about = |key: KeyId| self.about.contains(&Party::Key(key));
        if key.is_some_and(is_about) { Err(NotNow::Concerned) } else { Ok(()) }
    }

    /// Likewise of whoever acts, whose key must not be what it is about either.
    pub(super) fn impartial(&self, hand: &Hand) -> Result<(), NotNow> {
        self.not_by(hand.key)?;
        self.may_see_to_it(&hand.staff)
    }
}

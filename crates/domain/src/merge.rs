//! Merges: two subjects turn out to be one person, and everything of the one becomes the other's. It takes many steps, so it
//! is a case that the clock takes up again wherever it stopped. Afterwards it says where the one went.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    case::{CaseKind, Filed, Filing},
    id::{AccountId, MergeId, SubjectId},
};

/// How long whoever began it has to bring it to its end before the clock looks after it.
const PATIENCE: SignedDuration = SignedDuration::from_mins(1);

/// Why two subjects are not made one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unmergeable {
    /// It is one already.
    #[error("a subject is not merged into itself")]
    Same,
    /// They have different roles.
    #[error("the two have different roles, and what may be held of each differs")]
    Roles,
    /// Something is open about one of them.
    #[error("something is open about one of the two: answer, release or close it first")]
    Open,
    /// For one of them an account or a contract has ended, and not for the other.
    #[error(
        "an account or a contract has ended for one of the two only: tell it of the other one too, or take it back, first"
    )]
    Ended,
}

/// A merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// Its id.
    pub id: MergeId,
    /// The account that holds both.
    pub account: AccountId,
    /// Whose everything becomes the other's.
    pub from: SubjectId,
    /// The other.
    pub into: SubjectId,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When nothing was left to be moved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended_at: Option<Timestamp>,
    /// How many records were moved.
    pub records: u64,
    /// Counts its changes, from 1.
    pub version: u32,
}

impl Merge {
    /// One that is about to begin.
    pub const fn new(
        id: MergeId,
        account: AccountId,
        (from, into): (SubjectId, SubjectId),
        at: Timestamp,
    ) -> Self {
        Self { id, account, from, into, begun_at: at, ended_at: None, records: 0, version: 1 }
    }

    /// Whether something is still to be moved.
    pub const fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    /// The same after some more records were moved.
    #[must_use]
    pub fn moved(self, records: u64) -> Self {
        Self { records: self.records + records, version: self.version + 1, ..self }
    }

    /// The same once nothing is left.
    #[must_use]
    pub fn ended(self, at: Timestamp) -> Self {
        Self { ended_at: Some(at), version: self.version + 1, ..self }
    }
}

impl Filed for Merge {
    const KIND: CaseKind = CaseKind::Merge;

    fn filing(&self) -> Filing {
        let wake_at = self.begun_at.saturating_add(PATIENCE).unwrap_or(self.begun_at);
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: Some(self.from),
            is_open: self.is_open(),
            due_at: self.is_open().then_some(wake_at),
            wake_at: self.is_open().then_some(wake_at),
            version: self.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;

    #[test]
    fn the_clock_looks_after_it_until_it_has_ended() {
        let (from, into) = (SubjectId::from_bytes([3; 16]), SubjectId::from_bytes([4; 16]));
        let account = AccountId::from_bytes([2; 16]);
        let merge = Merge::new(MergeId::from_bytes([1; 16]), account, (from, into), Timestamp::UNIX_EPOCH);
        let case = Case::of(&merge).unwrap();
        assert_eq!((case.is_open, case.wake_at), (true, Some(Timestamp::UNIX_EPOCH + PATIENCE)));
        let ended = merge.moved(50).moved(3).ended(Timestamp::UNIX_EPOCH);
        let case = Case::of(&ended).unwrap();
        assert_eq!((case.is_open, case.wake_at, case.version), (false, None, 4));
        assert_eq!(case.read::<Merge>(), Some(ended.clone()));
        assert_eq!(ended.records, 53);
    }
}

//! Subjects: the people whose data is held.

use jiff::Timestamp;

use crate::{
    age::Known,
    choice::Standing,
    freeze::Freezes,
    id::{AccountId, SubjectId},
    trigger::Triggers,
};

/// A person whose data is held. Nothing here says who they are: that stands in records, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Its id.
    pub id: SubjectId,
    /// The account that holds the data.
    pub account: AccountId,
    /// The role of the policy.
    pub role: String,
    /// Where it stands in its life.
    pub state: SubjectState,
    /// Counts every change, so that a decision can check that nothing changed since it was made.
    pub version: u32,
    /// When it was created.
    pub created_at: Timestamp,
    /// The person's country (ISO 3166-1), when known.
    pub region: Option<String>,
    /// Whether the person is old enough: only the answer, never the age.
    pub age: Known,
    /// What they chose. Another choice is another version of the subject, so that it binds at the next decision.
    pub choices: Standing,
    /// What must not be deleted. Another freeze is another version likewise.
    pub freezes: Freezes,
    /// What happened, as far as a retention clock may run from it. Another trigger is another version likewise.
    pub triggers: Triggers,
}

/// Where a subject stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectState {
    /// Data may be stored and used as the policy says.
    Active,
    /// Its erasure has begun: nothing opens any more.
    Erasing,
    /// Erased; what an exception keeps is still sealed under its own key.
    Erased,
    /// It is one with another subject: its records are that one's, or are on their way there.
    Merged,
}

impl SubjectState {
    /// The number stored for it.
    pub const fn code(self) -> u8 {
        match self {
            Self::Active => 0,
            Self::Erasing => 1,
            Self::Erased => 2,
            Self::Merged => 3,
        }
    }

    /// Reads the number back.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Active),
            1 => Some(Self::Erasing),
            2 => Some(Self::Erased),
            3 => Some(Self::Merged),
            _ => None,
        }
    }
}

//! Why the gate did not do something. No variant holds personal data.

use domain::{
    EntryId, SubjectId, Unmergeable, complaint, incident::Unfit, request::NotNow, screen::Finding, trigger,
    value::FieldFault,
};
use jiff::Timestamp;
use policy::Refusal;
use store::{CommitError, Conflict, StoreError, key_store::KeyStoreError};

/// Why the gate did not do something.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The policy refuses it, and an entry says so.
    #[error("the policy refuses this")]
    Refused {
        /// Every reason, the most telling first.
        refusals: Vec<Refusal>,
        /// The entry that records the refusal; none when nobody is concerned.
        entry: Option<EntryId>,
    },
    /// The policy refuses what free text seems to hold, and an entry says so.
    #[error("the policy refuses what a text seems to hold")]
    Screened(Box<Screened>),
    /// It must not be deleted or changed now, and an entry says so.
    #[error("a hold, or an open request or complaint, keeps this")]
    Frozen(Box<Frozen>),
    /// There is no such thing for this caller, whether or not there is for another.
    #[error("there is no such {0} in this account")]
    NotFound(&'static str),
    /// It was there, and its time is over or it was erased.
    #[error("this {0} is gone")]
    Gone(&'static str),
    /// It is one with another subject now.
    #[error("this subject was merged into another one")]
    Merged {
        /// The other.
        into: SubjectId,
    },
    /// Two subjects that are not made one.
    #[error("{0}")]
    Unmergeable(#[from] Unmergeable),
    /// Values that may not be stored.
    #[error("some fields cannot be stored")]
    Invalid(Vec<FieldFault>),
    /// A request that cannot be meant, in words for the caller.
    #[error("{0}")]
    Malformed(String),
    /// A step that a request cannot take where it stands.
    #[error("{0}")]
    NotNow(NotNow),
    /// What happened to a person cannot be said, or taken back, where things stand.
    #[error("{0}")]
    Untimely(#[from] trigger::NotNow),
    /// A message that was sent, or may be on its way.
    #[error("the message was sent, or is being sent")]
    NothingToRetry,
    /// A step that a complaint cannot take where it stands, or not by this hand.
    #[error("{why}")]
    Complaint {
        /// Why.
        why: complaint::NotNow,
        /// The entry that records the refusal, where somebody judged in their own cause.
        entry: Option<EntryId>,
    },
    /// The record has another version than the caller named.
    #[error("the record was changed since; read it again")]
    Stale {
        /// The version that it has.
        current: u32,
    },
    /// The idempotency key was used for something else.
    #[error("this idempotency key was used with another request")]
    KeyReused,
    /// An incident cannot take that step.
    #[error("{0}")]
    Unfit(#[from] Unfit),
    /// Something by this name is there already.
    #[error("this exists already")]
    Exists,
    /// As much of something was done today as may be.
    #[error("as many {0} today as may be")]
    TooManyToday(&'static str),
    /// So many passwords are being compared that this one would wait too long.
    #[error("too many are signing in at this moment")]
    Crowded,
    /// The caller's key was revoked since it was checked.
    #[error("the key was revoked")]
    Revoked,
    /// The caller's account was closed.
    #[error("the account is closed")]
    Closed,
    /// The caller's account has not accepted the policy in force.
    #[error("the account has not accepted the policy in force")]
    NotAccepted,
    /// What the decision was based on kept changing.
    #[error("what this depends on is being changed by others; try again")]
    Busy,
    /// There is no room.
    #[error("the data store is full; nothing was stored")]
    Full,
    /// A store did not answer.
    #[error("a store did not answer: {0}")]
    Unavailable(String),
    /// Something that must be there is not, or is not what was written.
    #[error("stored data is damaged: {0}")]
    Damaged(&'static str),
}

/// What was found in which fields, and why it is refused. Nothing of the text is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screened {
    /// What was found, and where.
    pub findings: Vec<Finding>,
    /// Every reason, the most telling first.
    pub refusals: Vec<Refusal>,
    /// The entry that records the refusal.
    pub entry: Option<EntryId>,
}

/// What keeps something, why and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The hold, or the open request or complaint, by its id.
    pub by: String,
    /// The exception of the policy under which a hold stands.
    pub exception: Option<String>,
    /// The ground of that exception.
    pub ground: Option<String>,
    /// When the hold is looked at again, or the request or complaint must be answered.
    pub until: Timestamp,
    /// The section of the policy.
    pub clause: u16,
    /// The entry that records the refusal.
    pub entry: Option<EntryId>,
}

impl From<StoreError> for GateError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(why) => Self::Unavailable(why),
            StoreError::Corrupt(what) => {
                tracing::error!(what, "the data store holds a row that cannot be right");
                Self::Damaged("a row of the data store")
            }
        }
    }
}

impl From<KeyStoreError> for GateError {
    fn from(error: KeyStoreError) -> Self {
        tracing::error!(%error, "the key store failed");
        match error {
            KeyStoreError::Unavailable(_) => Self::Unavailable("the key store is unavailable".to_owned()),
            KeyStoreError::JournalBroken { .. } => Self::Damaged("the deletion journal of the key store"),
            _ => Self::Damaged("a slot of the key store"),
        }
    }
}

impl From<CommitError> for GateError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Full => Self::Full,
            CommitError::Store(error) => error.into(),
            CommitError::Unknown(why) => Self::Unavailable(why),
            CommitError::Conflict(Conflict::Exists) => Self::Exists,
            CommitError::Conflict(_) => Self::Busy,
        }
    }
}

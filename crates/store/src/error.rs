//! How storage fails. No variant holds personal data: rows are sealed before they come here.

/// A read that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The engine could not answer; trying again may help.
    #[error("the data store could not answer: {0}")]
    Unavailable(String),
    /// What stands there cannot be what was written.
    #[error("the data store holds a row that cannot be right: {0}")]
    Corrupt(String),
}

/// A unit that was not committed. Nothing of it was stored, unless the error says that this is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Something it relied on had changed.
    #[error("what the change was based on is no longer so: {0:?}")]
    Conflict(Conflict),
    /// There is no room.
    #[error("the data store is full")]
    Full,
    /// The engine could not commit; whether it did is known: it did not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine was lost while it committed, and whether it did is not known.
    #[error("the data store was lost while it committed: {0}")]
    Unknown(String),
}

/// What had changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The policy has another version now.
    Policy,
    /// The subject changed, or its erasure began.
    Subject,
    /// The record changed or is gone.
    Record,
    /// The metadata of a record changed, or other records match by now.
    Metadata,
    /// The idempotency key has been used.
    IdempotencyKey,
    /// Something by this id is there already.
    Exists,
    /// The case was moved on by another.
    Case,
    /// Another sequencer has moved the log on.
    Log,
    /// An erasure has moved on.
    Erasure,
    /// What processes keep in memory has changed.
    Registry,
    /// Another process does the job.
    Lease,
    /// An incident has moved on.
    Incident,
    /// The webhook has another version, or is not there.
    Webhook,
    /// The visits of a day are not those that were added up.
    Visit,
}

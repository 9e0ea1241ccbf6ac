//! Steps that a request cannot take where it stands.

/// A step that a request cannot take where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// It is closed.
    #[error("the request is closed")]
    Closed,
    /// Nobody has shown to be the person.
    #[error("nobody has shown yet to be the person: verify an identifier first")]
    NotVerified,
    /// Its clock stands still.
    #[error("the request is paused: resume it first")]
    Paused,
    /// Its clock does not stand still.
    #[error("the request is not paused")]
    NotPaused,
    /// It was extended, or the policy lets nobody extend it.
    #[error("the policy allows one extension of this right at most, before its deadline")]
    NotExtensible,
    /// It is being answered.
    #[error(
        "the request is being answered just now: the same answer again goes on with it, another one does not"
    )]
    BeingAnswered,
    /// Its time is over.
    #[error("its time is over, and a clock that has run out is not stopped any more")]
    TooLate,
    /// Too much has happened with it.
    #[error("too much has happened with this request already: answer it")]
    TooMany,
    /// A system outside has not done its part.
    #[error("a system outside has not done its part yet: see the request's tasks")]
    TasksLeft,
    /// There is no such task left to do.
    #[error("there is no such task to be done")]
    NoSuchTask,
    /// There is no such identifier, or it is proved.
    #[error("there is no such identifier to be verified")]
    NoSuchIdentifier,
    /// As many codes were sent as may be.
    #[error("as many codes were sent as may be; verify the identifier by hand, or open a new request")]
    NoMoreCodes,
    /// The package was fetched, its time is over, or there is none.
    #[error("there is no package to be fetched: it was fetched once, or its time is over")]
    NoPackage,
}

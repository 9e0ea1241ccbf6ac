//! Steps that a complaint cannot take where it stands, or not with whoever takes them.

/// Why a complaint does not take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// It is closed.
    #[error("the complaint is closed")]
    Closed,
    /// It was acknowledged before.
    #[error("the complaint was acknowledged before")]
    Acknowledged,
    /// It was not acknowledged.
    #[error("acknowledge the complaint first, so that whoever complains knows that it is looked into")]
    NotAcknowledged,
    /// Nobody sees to it.
    #[error("assign the complaint first to someone whom it is not about")]
    NotOwned,
    /// It was decided.
    #[error("the complaint is decided: only an appeal leads to another decision")]
    Decided,
    /// It is a question, or none.
    #[error("a question is `answered`; anything else is `upheld`, `partly` upheld or `rejected`")]
    WrongOutcome,
    /// There is nothing to appeal, or its time is over.
    #[error(
        "there is no decision that can be appealed: there is none, it was made on appeal, or the time is over"
    )]
    NoAppeal,
    /// There is nothing to be done about it.
    #[error("a remedy goes with a decision that upholds a complaint at least partly")]
    NothingToRemedy,
    /// There is no such remedy to be done.
    #[error("there is no such remedy left to be done")]
    NoSuchRemedy,
    /// Only an allegation opens an incident, once.
    #[error("only an allegation that is open opens an incident, and only one")]
    NoIncident,
    /// Too much has happened with it.
    #[error("too much has happened with this complaint already: bring it to its end")]
    TooMany,
    /// It is about whoever would see to it.
    #[error("whom a complaint is about neither owns it nor decides anything about it")]
    Concerned,
    /// They decided it before.
    #[error("an appeal goes to another one than who decided")]
    DecidedBefore,
}

impl NotNow {
    /// Whether somebody else could take the step.
    pub const fn is_partial(self) -> bool {
        matches!(self, Self::Concerned | Self::DecidedBefore)
    }
}

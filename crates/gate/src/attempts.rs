//! Deciding anew when what a decision was based on changed under it.

use store::{CommitError, Conflict};

use crate::{Gate, GateError};

/// How often a decision is made before the caller is told to come back.
const ATTEMPTS: usize = 8;

/// An attempt that failed; another may not.
pub(crate) enum Failed {
    Commit(CommitError),
    Gate(GateError),
}

impl Failed {
    /// Whether what it was based on changed meanwhile.
    const fn was_overtaken(&self) -> bool {
        match self {
            Self::Commit(error) => {
                matches!(
                    error,
                    CommitError::Conflict(
                        Conflict::Policy
                            | Conflict::Registry
                            | Conflict::Subject
                            | Conflict::Metadata
                            | Conflict::Case
                            | Conflict::Incident
                            | Conflict::Webhook
                    )
                )
            }
            Self::Gate(error) => matches!(error, GateError::Busy),
        }
    }

    pub(crate) fn into_error(self) -> GateError {
        match self {
            Self::Commit(error) => error.into(),
            Self::Gate(error) => error,
        }
    }
}

impl<T: Into<GateError>> From<T> for Failed {
    fn from(error: T) -> Self {
        Self::Gate(error.into())
    }
}

impl Gate {
    /// Runs attempts until one was not overtaken. Each reads anew what it is based on, and what is kept in memory is
    /// read anew before it.
    pub(crate) async fn retried<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, Failed>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        for _ in 0..ATTEMPTS {
            match attempt().await {
                Err(failed) if failed.was_overtaken() => {}
                other => return other,
            }
            self.refresh().await?;
            tokio::task::yield_now().await;
        }
        Err(GateError::Busy.into())
    }
}

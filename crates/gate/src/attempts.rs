//! Deciding anew when what a decision was based on changed under it.

use store::{CommitError, Conflict};

use crate::GateError;

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
                        Conflict::Policy | Conflict::Registry | Conflict::Subject | Conflict::Metadata
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

/// Runs attempts until one was not overtaken. Each reads anew what it is based on.
pub(crate) async fn retried<T, F>(attempt: impl Fn() -> F) -> Result<T, Failed>
where
    F: Future<Output = Result<T, Failed>>,
{
    for _ in 0..ATTEMPTS {
        match attempt().await {
            Err(failed) if failed.was_overtaken() => {}
            other => return other,
        }
        // Whoever was faster has yet to say what is so now, for example which policy is in force.
        tokio::task::yield_now().await;
    }
    Err(GateError::Busy.into())
}

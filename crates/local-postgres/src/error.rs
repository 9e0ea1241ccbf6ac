//! Why there is no server.

use std::{io, path::PathBuf};

/// Why a server could not be started or set up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no `initdb`.
    #[error("no PostgreSQL server in /usr/lib/postgresql or PATH: install postgresql-15")]
    NotInstalled,
    /// PostgreSQL refuses to run as root, and there is nobody else to run it.
    #[error(
        "PostgreSQL does not run as root and /etc/passwd has no user postgres: create it or be another user"
    )]
    NoAccount,
    /// The server's user could not reach its own files.
    #[error(
        "the user postgres cannot enter {0}: name a folder that everybody may enter (mode o+x, parents too)"
    )]
    Unreachable(PathBuf),
    /// The operating system refused a step.
    #[error("cannot {step}: {source}")]
    System {
        /// What was to be done.
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A program of PostgreSQL ended with an error, or the server was not ready in time.
    #[error("{program} {what}; it said last:\n{tail}")]
    Program {
        /// Its name.
        program: &'static str,
        /// What became of it.
        what: String,
        /// The last lines that it wrote.
        tail: String,
    },
}

impl StartError {
    /// For `map_err`: the step at which the system refused.
    pub(crate) fn at(step: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { step, source }
    }
}

//! What a failure of the database means.

use deadpool_postgres::{PoolError, TimeoutType};
use store::{CommitError, StoreError, key_store::KeyStoreError};
use tokio_postgres::error::{Severity, SqlState};

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address cannot be one.
    #[error("the address of the database cannot be used: {0}")]
    Address(String),
    /// No certificate can be trusted, or the file of them cannot be read.
    #[error("the certificates of {place} cannot be checked: {why}")]
    Certificates {
        /// Where the database is.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// The database does not answer, or refuses.
    #[error("the database at {place} cannot be used: {why}")]
    Database {
        /// Where it is, without secrets.
        place: String,
        /// What it said.
        why: String,
    },
    /// Another version of the program has written there, or none.
    #[error("the {what} at {place} has schema {found}, this program writes schema {known}; {}", mend(*.found, *.known))]
    Schema {
        /// Where it is.
        place: String,
        /// Which store.
        what: &'static str,
        /// What was found.
        found: i64,
        /// What this program knows.
        known: i64,
    },
}

/// What a role must be allowed. The server says what it refused, and not what to do about it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Right {
    /// To come in.
    Connect,
    /// To make the tables.
    Create,
    /// To use the tables, and to vacuum them.
    Own,
}

impl Right {
    /// How to give it, in a line.
    pub(crate) fn grant(self, database: &str, role: &str) -> String {
        let (database, role) = (quoted(database), quoted(role));
        match self {
            Self::Connect => format!("run `GRANT CONNECT ON DATABASE {database} TO {role}`"),
            Self::Create => format!("run `GRANT USAGE, CREATE ON SCHEMA public TO {role}` there"),
            Self::Own => format!("{role} must own the tables: run `ALTER TABLE … OWNER TO {role}` for each"),
        }
    }
}

/// A name as SQL has it, whatever is in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

const fn mend(found: i64, known: i64) -> &'static str {
    if found > known { "use a newer program" } else { "start a server of this version first" }
}

/// A call that failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The database said so, or the connection broke.
    Database(tokio_postgres::Error),
    /// It took too long.
    Slow,
    /// No connection was to be had.
    NoConnection(String),
    /// The role lacks a right, and the database would only warn of it.
    NotAllowed(String),
}

impl Failure {
    /// Whether the same transaction may well succeed when it is tried again.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.code(), Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED)
    }

    /// Whether another statement of the same transaction failed before, and says why.
    pub(crate) fn is_of_another(&self) -> bool {
        self.code().is_some_and(|code| *code == SqlState::IN_FAILED_SQL_TRANSACTION)
    }

    /// Whether the connection is still good for something else.
    pub(crate) fn spares_connection(&self) -> bool {
        /// What comes back with every further use of the connection: a plan or a statement that does not fit any more,
        /// or a database that only reads.
        const LASTING: [SqlState; 3] = [
            SqlState::FEATURE_NOT_SUPPORTED,
            SqlState::INVALID_SQL_STATEMENT_NAME,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ];
        self.is_statements() && !self.code().is_some_and(|code| LASTING.contains(code))
    }

    /// Whether a statement failed and the database goes on. When it ends the connection, as on its own shutdown, it may
    /// have done before what it was asked for.
    pub(crate) fn is_statements(&self) -> bool {
        let Self::Database(error) = self else { return false };
        error.as_db_error().is_some_and(|said| said.parsed_severity() == Some(Severity::Error))
    }

    fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Database(error) => error.code(),
            Self::Slow | Self::NoConnection(_) | Self::NotAllowed(_) => None,
        }
    }

    /// Whether the role may not do it.
    pub(crate) fn is_forbidden(&self) -> bool {
        self.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE)
    }

    /// Whether the database has no place for another connection: of this role, or at all.
    pub(crate) fn is_crowd(&self) -> bool {
        self.code() == Some(&SqlState::TOO_MANY_CONNECTIONS)
    }

    fn is_full(&self) -> bool {
        matches!(self.code(), Some(code) if *code == SqlState::DISK_FULL)
    }

    /// What it said, without the values of any row: those stand in the detail, which is left out.
    pub(crate) fn why(&self) -> String {
        match self {
            Self::Database(error) => described(error),
            Self::Slow => "the database did not answer in time".to_owned(),
            Self::NoConnection(why) | Self::NotAllowed(why) => why.clone(),
        }
    }
}

fn described(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("{} ({})", said.message(), said.code().code()),
        None => std::error::Error::source(error)
            .map_or_else(|| error.to_string(), |source| format!("{error}: {source}")),
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Database(error),
            PoolError::Timeout(TimeoutType::Wait) => {
                Self::NoConnection("every connection to the database is in use".to_owned())
            }
            PoolError::Timeout(_) => Self::Slow,
            other => Self::NoConnection(other.to_string()),
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::Unavailable(failure.why())
    }
}

impl From<Failure> for CommitError {
    fn from(failure: Failure) -> Self {
        if failure.is_full() { Self::Full } else { Self::Store(failure.into()) }
    }
}

impl From<Failure> for KeyStoreError {
    fn from(failure: Failure) -> Self {
        Self::Unavailable(failure.why().into())
    }
}

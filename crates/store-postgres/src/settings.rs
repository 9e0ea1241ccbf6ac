//! Where the database is, and how much may be asked of it.

use std::{path::PathBuf, time::Duration};

/// How to reach one database.
#[derive(Clone)]
pub struct Settings {
    /// The address: `postgres://role@host:port/database`, or the `key=value` form
    /// (<https://www.postgresql.org/docs/15/libpq-connect.html>, of which `tokio-postgres` knows most).
    pub url: String,
    /// The password, where the address has none.
    pub password: Option<String>,
    /// The certificates of the authorities that may vouch for the database, as PEM; the system's when none is named.
    pub certificate_authorities: Option<PathBuf>,
    /// Connections at most, of this process.
    pub connections: usize,
    /// How long one answer may take before the caller is told to come back.
    pub patience: Duration,
}

impl Settings {
    /// The defaults, at an address.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            password: None,
            certificate_authorities: None,
            connections: 16,
            patience: Duration::from_secs(5),
        }
    }
}

//! A PostgreSQL server of one's own, for tests and measurements: made by `initdb` in a temporary directory, reached
//! on a free port of 127.0.0.1, killed and started again at will, and gone with the process that started it.

mod account;
mod binaries;
mod error;
mod folder;
mod processes;
mod running;
mod server;
mod watcher;

pub use error::StartError;
pub use server::LocalPostgres;

use std::path::PathBuf;

/// How a server is started.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Settings of the server as in `postgresql.conf`, by name; a later one wins.
    pub options: Vec<(String, String)>,
    /// Where the server's temporary directory is made; without it, where the system keeps temporary files.
    pub folder: Option<PathBuf>,
}

//! A PostgreSQL server on the disk that is measured, for peers and for the engine that stands on it.

use std::{path::Path, rc::Rc};

use local_postgres::{LocalPostgres, Settings};
use tokio_postgres::{Client, NoTls};

/// Set up as for a small server of its own; every commit is durable, which is the default and is said here because
/// everything compared depends on it.
const OPTIONS: [(&str, &str); 9] = [
    ("fsync", "on"),
    ("synchronous_commit", "on"),
    ("full_page_writes", "on"),
    ("max_connections", "400"),
    ("shared_buffers", "1GB"),
    ("max_wal_size", "4GB"),
    ("logging_collector", "on"),
    ("log_directory", "log"),
    ("log_filename", "statements.log"),
];

/// The server, shared by all that have a database of it.
#[derive(Clone)]
pub(super) struct Databases(Rc<LocalPostgres>);

impl Databases {
    /// Starts one in a folder.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub(super) fn start(folder: &Path) -> anyhow::Result<Self> {
        let options = OPTIONS.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Ok(Self(Rc::new(LocalPostgres::start(&Settings { options, folder: Some(folder.to_owned()) })?)))
    }

    pub(super) fn url(&self, database: &str) -> String {
        self.0.url(database)
    }

    /// A connection to a database. It ends when its client is dropped.
    ///
    /// # Errors
    /// The server does not answer.
    pub(super) async fn connect(&self, database: &str) -> anyhow::Result<Client> {
        let (client, connection) = tokio_postgres::connect(&self.url(database), NoTls).await?;
        // What breaks the connection is told to whoever asks next.
        tokio::spawn(async { drop(connection.await) });
        Ok(client)
    }

    /// Runs statements outside of any transaction.
    ///
    /// # Errors
    /// The server refuses one.
    pub(super) async fn run(&self, database: &str, statements: &[&str]) -> anyhow::Result<()> {
        let client = self.connect(database).await?;
        for statement in statements {
            client.batch_execute(statement).await?;
        }
        Ok(())
    }

    /// Makes a database that holds what another holds, and writes down all that is still in memory, so that whoever
    /// is measured next does not pay for it.
    ///
    /// # Errors
    /// The server refuses; nobody may be connected to the other.
    pub(super) async fn copy(&self, from: &str, to: &str) -> anyhow::Result<()> {
        self.run("postgres", &[&format!("CREATE DATABASE {to} TEMPLATE {from}"), "CHECKPOINT"]).await
    }

    /// Removes a database, and whoever is connected to it.
    ///
    /// # Errors
    /// The server refuses.
    pub(super) async fn remove(&self, name: &str) -> anyhow::Result<()> {
        self.run("postgres", &[&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), "CHECKPOINT"]).await
    }

    /// Stops it where it stands, so that it takes nothing from what is measured beside it.
    ///
    /// # Errors
    /// The system refuses.
    pub(super) fn pause(&self) -> std::io::Result<()> {
        self.0.pause()
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// The system refuses.
    pub(super) fn resume(&self) -> std::io::Result<()> {
        self.0.resume()
    }

    /// The bytes of the log of statements.
    pub(super) fn logged_bytes(&self) -> u64 {
        let file = self.0.data_directory().join("log/statements.log");
        std::fs::metadata(file).map(|file| file.len()).unwrap_or_default()
    }
}

//! Opening the data store: settings, schema, readers and the writer.

use std::path::Path;

use rusqlite::Connection;
use store::StoreError;

use crate::{
    SqliteStore,
    apply::Applier,
    reader::Readers,
    rows::{Read, unavailable},
    writer::Writer,
};

/// The version of the schema that this program writes.
const SCHEMA: i64 = 1;
/// Enough for the cores of one machine; a reader waits for its turn only when all are busy.
const READERS: usize = 8;

impl SqliteStore {
    /// Opens the database file, and creates it when it is missing.
    ///
    /// # Errors
    /// The file cannot be opened, is no database, or was written by a newer version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path).map_err(unavailable)?;
        configure(&connection)?;
        migrate(&connection)?;
        let readers = Readers::open(path, READERS)?;
        let applier = Applier::load(&connection)?;
        let writer = Writer::start(connection, applier)
            .map_err(|error| StoreError::Unavailable(format!("no thread for the writer: {error}")))?;
        Ok(Self { readers, writer })
    }

    /// Where the database stands.
    pub fn path(&self) -> &Path {
        self.readers.path()
    }
}

fn configure(connection: &Connection) -> Read<()> {
    connection.set_prepared_statement_cache_capacity(128);
    connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(unavailable)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA secure_delete = ON;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA wal_autocheckpoint = 4000;
             PRAGMA journal_size_limit = 33554432;",
        )
        .map_err(unavailable)
}

/// Creates the schema, or checks that this program can write the one that is there.
fn migrate(connection: &Connection) -> Read<()> {
    let version: i64 =
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(unavailable)?;
    match version {
        SCHEMA => Ok(()),
        0 => connection
            .execute_batch(&format!(
                "BEGIN; {} PRAGMA user_version = {SCHEMA}; COMMIT;",
                include_str!("schema.sql")
            ))
            .map_err(unavailable),
        newer => Err(StoreError::Unavailable(format!(
            "the data store has schema {newer}, this program writes schema {SCHEMA}; use a newer program"
        ))),
    }
}

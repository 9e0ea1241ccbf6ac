//! Opening the data store: settings, schema, readers and the writer.

use std::{
    ffi::OsString,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::Connection;
use store::StoreError;

use crate::{
    SqliteStore,
    apply::Applier,
    migrations::{SCHEMA, migrate, schema, wrong_schema},
    reader::{Readers, connect, keep_plans},
    reserve::Reserve,
    rows::{Read, unavailable},
    writer::Writer,
};

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
        let readers = Arc::new(Readers::open(path, READERS)?);
        let applier = Applier::load(&connection)?;
        Ok(Self { readers, writer: start_writer(connection, applier, Reserve::beside(path))? })
    }

    /// Opens the database file to read it, as to verify its log: nothing is created or changed, and every commit
    /// fails. A server may have it open. Only where a write-ahead log lies beside it does SQLite need its index of
    /// that log (`-shm`) there too.
    ///
    /// # Errors
    /// There is no such file, it is no database, or it is of another version.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let address = read_only_address(path);
        let connection = connect(&address)?;
        match schema(&connection)? {
            SCHEMA => {}
            other => return Err(wrong_schema(other)),
        }
        let readers = Arc::new(Readers::open_at(path, &address, READERS)?);
        let applier = Applier::load(&connection)?;
        Ok(Self { readers, writer: start_writer(connection, applier, Reserve::none())? })
    }

    /// Where the database stands.
    pub fn path(&self) -> &Path {
        self.readers.path()
    }
}

fn configure(connection: &Connection) -> Read<()> {
    connection.set_prepared_statement_cache_capacity(128);
    keep_plans(connection)?;
    connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(unavailable)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA secure_delete = ON;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -16384;
             PRAGMA wal_autocheckpoint = 4000;
             PRAGMA journal_size_limit = 33554432;",
        )
        .map_err(unavailable)
}

fn start_writer(connection: Connection, applier: Applier, reserve: Reserve) -> Read<Writer> {
    Writer::start(connection, applier, reserve)
        .map_err(|error| StoreError::Unavailable(format!("no thread for the writer: {error}")))
}

/// A file at rest is opened as one that nobody changes: SQLite then needs nothing beside it. While a write-ahead
/// log is there someone may have it open, and the newest pages are in that log.
fn read_only_address(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if Path::new(&log).exists() {
        return path.to_owned();
    }
    let mut address = b"file:".to_vec();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'?' | b'#' | b'%' => address.extend(format!("%{byte:02X}").bytes()),
            byte => address.push(*byte),
        }
    }
    address.extend(b"?immutable=1");
    PathBuf::from(OsString::from_vec(address))
}

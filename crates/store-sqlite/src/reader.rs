//! Readers: a few connections, each used by one call at a time.
//!
//! Point reads run where they are asked: from the page cache they take a few microseconds, less than handing
//! them to another thread would. What reads thousands of rows is handed over.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, Params, Row, config::DbConfig};
use store::StoreError;

use crate::rows::{Read, unavailable};

/// A small set of read-only connections.
pub(crate) struct Readers {
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
    path: PathBuf,
}

impl Readers {
    pub(crate) fn open(path: &Path, count: usize) -> Read<Self> {
        Self::open_at(path, path, count)
    }

    /// Likewise of a database that `address` names: a path, or a URI with settings (<https://sqlite.org/uri.html>).
    pub(crate) fn open_at(path: &Path, address: &Path, count: usize) -> Read<Self> {
        let connections = (0..count).map(|_| connect(address).map(Mutex::new)).collect::<Read<_>>()?;
        Ok(Self { connections, next: AtomicUsize::new(0), path: path.to_owned() })
    }

    /// The first free connection, so that few are used and what those have cached stays warm; when all are busy,
    /// the next in turn.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Connection) -> Read<T>) -> Read<T> {
        if let Some(connection) = self.connections.iter().find_map(Mutex::try_lock) {
            return work(&connection);
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        work(&self.connections[turn].lock())
    }

    /// Work that may take long, on a thread that serves nobody: on the threads that do, each request behind it would wait
    /// for it.
    pub(crate) async fn apart<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Read<T> + Send + 'static,
    ) -> Read<T> {
        let readers = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || readers.at_once(work)).await;
        done.unwrap_or_else(|_| Err(StoreError::Unavailable("a query that did not end".to_owned())))
    }

    /// Several queries that see the database at one moment. That is cheaper too: each view that begins after a
    /// commit fills the connection's page cache anew.
    pub(crate) fn at_once<T>(&self, work: impl FnOnce(&Connection) -> Read<T>) -> Read<T> {
        self.with(|connection| {
            let _view = View::begin(connection)?;
            work(connection)
        })
    }

    /// The rows of a query, each read by `map`.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        map: impl Fn(&Row<'_>) -> Read<T>,
    ) -> Read<Vec<T>> {
        self.with(|connection| query(connection, sql, parameters, map))
    }

    /// The first row of a query, read by `map`.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        map: impl Fn(&Row<'_>) -> Read<T>,
    ) -> Read<Option<T>> {
        self.with(|connection| first(connection, sql, parameters, map))
    }

    /// Where the database stands.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// One moment of the database, let go of when this is dropped: a view that stayed would keep the write-ahead log
/// from starting anew.
struct View<'a>(&'a Connection);

impl<'a> View<'a> {
    fn begin(connection: &'a Connection) -> Read<Self> {
        connection.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([])).map_err(unavailable)?;
        Ok(Self(connection))
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        drop(self.0.prepare_cached("COMMIT").and_then(|mut end| end.execute([])));
    }
}

/// A connection that can only read.
pub(crate) fn connect(address: &Path) -> Read<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(address, flags).map_err(unavailable)?;
    connection.set_prepared_statement_cache_capacity(64);
    keep_plans(&connection)?;
    // No memory map: the engine drops the whole of it after every commit of the writer, and mapping pages anew costs
    // more than reading the few that a point read needs.
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -1024;").map_err(unavailable)?;
    Ok(connection)
}

/// Plans each statement once. Otherwise the engine plans most joins anew whenever their parameters change, in case
/// other values deserve another plan; that takes longer than to find a record, and here no value does.
pub(crate) fn keep_plans(connection: &Connection) -> Read<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop).map_err(unavailable)
}

/// The first row of a query on one connection.
pub(crate) fn first<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    map: impl Fn(&Row<'_>) -> Read<T>,
) -> Read<Option<T>> {
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let mut rows = statement.query(parameters).map_err(unavailable)?;
    rows.next().map_err(unavailable)?.map(map).transpose()
}

/// The rows of a query on one connection.
pub(crate) fn query<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    map: impl Fn(&Row<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let mut rows = statement.query(parameters).map_err(unavailable)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(unavailable)? {
        all.push(map(row)?);
    }
    Ok(all)
}

//! How much of the disk it takes.

use std::{fs, path::Path};

use anyhow::Context;
use rusqlite::Connection;

use crate::commands::bench::{database::Databases, installation::Fresh};

/// The tables of the audit log, under one name on both engines.
const LOG: &str = "('audit_bundle', 'subject_entry', 'log_state', 'log_tile')";

/// Bytes on disk. The engine's own write-ahead log is in neither: both keep one of a size that is set, not grown into.
#[derive(Clone, Copy, Default)]
pub(super) struct Space {
    /// What keeps the records: tables, indexes, keys, and what deleted rows left behind.
    pub(super) data: u64,
    /// The log of who did what.
    pub(super) log: u64,
}

impl Space {
    /// Of an installation whose server has ended.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn of(fresh: &Fresh) -> anyhow::Result<Self> {
        match fresh.database() {
            Some((databases, name)) => Self::of_database(databases, name, LOG).await,
            None => Self::of_files(&fresh.data()),
        }
    }

    /// Of a peer: the table of entries is its log, and so is what its server logs.
    ///
    /// # Errors
    /// The server does not answer.
    pub(super) async fn of_peer(databases: &Databases, name: &str, logged: u64) -> anyhow::Result<Self> {
        let space = Self::of_database(databases, name, "('entries')").await?;
        Ok(Self { log: space.log + logged, ..space })
    }

    fn of_files(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join("bailee.db");
        let database = Connection::open(&file)?;
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let pages = format!(
            "SELECT coalesce(sum(pgsize), 0) FROM dbstat JOIN sqlite_schema USING (name) WHERE tbl_name IN {LOG}"
        );
        let log: i64 = database.query_row(&pages, [], |row| row.get(0))?;
        let log = u64::try_from(log)?;
        drop(database);
        Ok(Self { data: bytes_below(folder)? - log, log })
    }

    async fn of_database(databases: &Databases, name: &str, log: &str) -> anyhow::Result<Self> {
        let client = databases.connect(name).await?;
        let sizes = format!(
            "SELECT coalesce(sum(pg_total_relation_size(oid)) FILTER (WHERE relname NOT IN {log}), 0)::bigint,
                    coalesce(sum(pg_total_relation_size(oid)) FILTER (WHERE relname IN {log}), 0)::bigint
             FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text NOT LIKE 'pg\\_%'
                 AND relnamespace <> 'information_schema'::regnamespace"
        );
        let row = client.query_one(&sizes, &[]).await?;
        let bytes = |column: usize| anyhow::Ok(u64::try_from(row.try_get::<_, i64>(column)?)?);
        Ok(Self { data: bytes(0)?, log: bytes(1)? })
    }
}

fn bytes_below(folder: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        sum += if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() };
    }
    Ok(sum)
}

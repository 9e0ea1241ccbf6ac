//! The embedded engine: SQLite in the data directory, and the key store apart from it.

mod access_log;
mod accounts;
mod apply;
mod audit;
pub mod backup;
mod cases;
mod choices;
mod erasures;
mod events;
mod incidents;
pub mod key_store;
mod leases;
#[macro_use]
mod metadata;
mod migrations;
mod open;
mod policies;
mod purge;
mod reader;
mod records;
mod reserve;
mod retention;
mod rows;
mod sequence;
mod subjects;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
mod visits;
mod webhooks;
mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use store::{Commit, CommitError, Committed, Unit};

/// The data store on one machine.
pub struct SqliteStore {
    readers: Arc<reader::Readers>,
    writer: writer::Writer,
}

#[async_trait]
impl Commit for SqliteStore {
    async fn commit(&self, unit: Unit) -> Result<Committed, CommitError> {
        self.writer.commit(unit).await
    }
}

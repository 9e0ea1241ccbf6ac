//! The engine for more than one machine: PostgreSQL. Any number of processes work against one database; what they
//! must not do at the same time, the database keeps apart.

mod access_log;
mod accounts;
mod audit;
pub mod backup;
mod batches;
mod cases;
mod choices;
mod commit;
mod connect;
mod erasures;
mod error;
mod events;
mod incidents;
pub mod key_store;
mod leases;
#[macro_use]
mod metadata;
mod migrations;
mod policies;
mod records;
#[macro_use]
mod subjects;
mod retention;
mod rows;
mod settings;
#[cfg(test)]
mod tests;
mod turns;
mod visits;
mod webhooks;

use async_trait::async_trait;
use batches::Batches;
use domain::{RecordId, Subject, SubjectId};
use store::{Commit, CommitError, Committed, StoreError, Unit, records::Held, subjects::KeyBinding};

use self::commit::Lanes;
pub use self::{connect::Database, error::ConnectError, settings::Settings};

/// The steps of the data store's schema.
const SCHEMA: migrations::Schema = migrations::Schema {
    name: "data store",
    steps: &[
        include_str!("migrations/0001_initial.sql"),
        include_str!("migrations/0002_choices.sql"),
        include_str!("migrations/0003_cases.sql"),
        include_str!("migrations/0004_incidents.sql"),
        include_str!("migrations/0005_flags.sql"),
        include_str!("migrations/0006_events.sql"),
        include_str!("migrations/0007_webhooks.sql"),
        include_str!("migrations/0008_retention.sql"),
        include_str!("migrations/0009_messages.sql"),
        include_str!("migrations/0010_notices.sql"),
        include_str!("migrations/0011_members.sql"),
        include_str!("migrations/0012_visits.sql"),
        include_str!("migrations/0013_stretches.sql"),
        include_str!("migrations/0014_access_log.sql"),
    ],
};

/// The data store in a PostgreSQL database.
pub struct PostgresStore {
    database: Database,
    records: Batches<RecordId, Held, StoreError>,
    subjects: Batches<SubjectId, (Subject, Vec<KeyBinding>), StoreError>,
    /// None when it is only read.
    lanes: Option<Lanes>,
}

impl PostgresStore {
    /// Opens the data store in a database, and makes or completes its schema.
    ///
    /// # Errors
    /// The database cannot be reached, the role may not do what it must, or a newer program wrote the schema.
    pub async fn open(database: Database) -> Result<Self, ConnectError> {
        SCHEMA.migrate(&database).await?;
        let lanes = Some(Lanes::start(&database));
        Ok(Self::over(database, lanes))
    }

    /// Opens the data store in a database to read it: nothing is made or changed, and every commit fails. Servers may
    /// be at work on it.
    ///
    /// # Errors
    /// The database cannot be reached, holds no data store, or one of another version.
    pub async fn open_read_only(database: Database) -> Result<Self, ConnectError> {
        SCHEMA.check(&database).await?;
        Ok(Self::over(database, None))
    }

    fn over(database: Database, lanes: Option<Lanes>) -> Self {
        let records = Batches::start(&database, records::load);
        let subjects = Batches::start(&database, subjects::load);
        Self { database, records, subjects, lanes }
    }

    /// Whether a database holds a data store's schema, whatever is in it.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn is_there(database: &Database) -> Result<bool, ConnectError> {
        Ok(SCHEMA.version(database).await? > 0)
    }

    /// Where it is, without secrets.
    pub fn place(&self) -> &str {
        self.database.place()
    }
}

#[async_trait]
impl Commit for PostgresStore {
    async fn commit(&self, unit: Unit) -> Result<Committed, CommitError> {
        let Some(lanes) = &self.lanes else {
            return Err(
                StoreError::Unavailable("the data store was opened to be read only".to_owned()).into()
            );
        };
        lanes.commit(unit).await
    }
}

//! One transaction: begun, checked, and committed so that its outcome is known even when the database is lost
//! while it commits.

use std::time::{Duration, Instant};

use deadpool_postgres::Object;
use store::CommitError;
use tokio_postgres::{Row, Statement};

use crate::{
    Database,
    connect::{Parameters, prepared},
    error::Failure,
};

/// How long the fate of a transaction is asked for when the database was lost while it committed.
const SEARCH: Duration = Duration::from_secs(10);
/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(100);

/// A transaction under way. Dropped without an end, its connection is closed, which ends it in the database.
pub(crate) struct Transaction<'a> {
    database: &'a Database,
    connection: Option<Object>,
    /// Its number in the database, by which its fate can be asked for.
    number: u64,
    /// The number that its bundle of entries has.
    pub(crate) bundle: u64,
}

impl<'a> Transaction<'a> {
    /// Begins. It has its number from the start: what began before an erasure is known by it.
    pub(crate) async fn begin(database: &'a Database) -> Result<Self, Failure> {
        let connection = database.connection().await?;
        let mut transaction = Self { database, connection: Some(connection), number: 0, bundle: 0 };
        let numbers = "SELECT pg_current_xact_id()::text, nextval('bundle_number')";
        let begin = transaction.prepare("BEGIN").await?;
        let numbers = transaction.prepare(numbers).await?;
        let (_, rows) = tokio::try_join!(transaction.execute(&begin, &[]), transaction.query(&numbers, &[]))?;
        if let Some(row) = rows.first() {
            transaction.number = row.try_get::<_, &str>(0)?.parse().unwrap_or_default();
            transaction.bundle = row.try_get::<_, i64>(1)?.cast_unsigned();
        }
        Ok(transaction)
    }

    fn connection(&self) -> &Object {
        self.connection.as_ref().expect("a transaction has its connection until it ends")
    }

    /// A statement, prepared once on each connection.
    pub(crate) async fn prepare(&self, sql: &str) -> Result<Statement, Failure> {
        self.in_time(prepared(self.connection(), sql)).await
    }

    /// Runs a prepared statement; how many rows it touched.
    pub(crate) async fn execute(
        &self,
        statement: &Statement,
        parameters: Parameters<'_>,
    ) -> Result<u64, Failure> {
        self.in_time(async { Ok(self.connection().execute(statement, parameters).await?) }).await
    }

    /// The rows of a prepared statement.
    pub(crate) async fn query(
        &self,
        statement: &Statement,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, Failure> {
        self.in_time(async { Ok(self.connection().query(statement, parameters).await?) }).await
    }

    /// Prepares and runs a statement; how many rows it touched.
    pub(crate) async fn run(&self, sql: &str, parameters: Parameters<'_>) -> Result<u64, Failure> {
        let statement = self.prepare(sql).await?;
        self.execute(&statement, parameters).await
    }

    /// Prepares and runs a query.
    pub(crate) async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, Failure> {
        let statement = self.prepare(sql).await?;
        self.query(&statement, parameters).await
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        // On the heap: a statement of a commit would make every caller's future large otherwise.
        tokio::time::timeout(self.database.patience(), Box::pin(work)).await.unwrap_or(Err(Failure::Slow))
    }

    /// Commits. When the connection is lost meanwhile, the database is asked what became of it.
    pub(crate) async fn commit(mut self) -> Result<(), CommitError> {
        let outcome = self.run("COMMIT", &[]).await;
        let Some(connection) = self.connection.take() else { return Ok(()) };
        match outcome {
            Ok(_) => Ok(()),
            // The database says that it did not: a deferred check, or no room for the log.
            Err(failure) if failure.spares_connection() => Err(failure.into()),
            Err(failure) => {
                drop(Object::take(connection));
                self.ask_for_its_fate(failure).await
            }
        }
    }

    async fn ask_for_its_fate(&self, failure: Failure) -> Result<(), CommitError> {
        let begun = Instant::now();
        while begun.elapsed() < SEARCH {
            let sql = "SELECT pg_xact_status($1::text::xid8)";
            let rows = self.database.query(sql, &[&self.number.to_string()]).await;
            let status =
                rows.ok().and_then(|rows| rows.first()?.try_get::<_, Option<String>>(0).ok()).flatten();
            match status.as_deref() {
                Some("committed") => return Ok(()),
                Some("aborted") => return Err(failure.into()),
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
        Err(CommitError::Unknown(failure.why()))
    }

    /// Ends it without a trace.
    pub(crate) async fn roll_back(mut self) {
        let ended = self.run("ROLLBACK", &[]).await;
        if ended.is_ok() {
            // Back into the pool.
            drop(self.connection.take());
        }
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // One that was left in the middle must not be used for something else.
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }
}

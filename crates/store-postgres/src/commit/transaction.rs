//! One transaction: begun, checked, and committed so that its outcome is known even when the database is lost
//! while it commits.

use std::{
    pin::Pin,
    time::{Duration, Instant},
};

use deadpool_postgres::Object;
use store::CommitError;
use tokio_postgres::{Row, Statement};

use super::entries::{Bundle, Statements};
use crate::{
    Database,
    connect::{Parameters, prepared},
    error::Failure,
    turns::Connection,
};

/// How long the fate of a transaction is asked for when the database was lost while it committed.
const SEARCH: Duration = Duration::from_secs(10);
/// How much longer a statement may take for each row that it changes, on a slow disk too.
const EACH: Duration = Duration::from_millis(1);
/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(100);

/// Why a transaction did not end well.
pub(crate) enum Broken {
    /// Nothing of it is stored.
    Attempt(Failure),
    /// It was lost while it was committed.
    Commit(CommitError),
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Attempt(failure)
    }
}

impl From<Broken> for CommitError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Attempt(failure) => failure.into(),
            Broken::Commit(error) => error,
        }
    }
}

/// A transaction under way. Dropped without an end, its connection is closed, which ends it in the database.
pub(crate) struct Transaction<'a> {
    database: &'a Database,
    connection: Option<Connection>,
    /// What it begins with.
    start: Option<[Statement; 2]>,
}

/// What a transaction that has begun is known by.
#[derive(Clone, Copy)]
pub(crate) struct Numbers {
    /// In the database, where its fate can be asked for.
    transaction: u64,
    /// Its bundle of entries.
    pub(crate) bundle: u64,
}

impl<'a> Transaction<'a> {
    /// Takes a connection for it. Nothing is sent yet.
    pub(crate) async fn open(database: &'a Database) -> Result<Self, Failure> {
        let connection = database.connection().await?;
        let mut transaction = Self { database, connection: Some(connection), start: None };
        let begin = transaction.prepare("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
        let numbers =
            transaction.prepare("SELECT pg_current_xact_id()::text, nextval('bundle_number')").await?;
        transaction.start = Some([begin, numbers]);
        Ok(transaction)
    }

    /// Begins. What is sent from the first poll of this on belongs to it, so that checks can go along without waiting
    /// for an answer. It has its number from the start: what began before an erasure is known by it.
    pub(crate) async fn begin(&self) -> Result<Numbers, Failure> {
        let [begin, numbers] = self.start.as_ref().expect("an open transaction has its first statements");
        let (_, rows) = tokio::try_join!(biased; self.execute(begin, &[]), self.query(numbers, &[]))?;
        let row = rows.first().ok_or(Failure::Slow)?;
        let transaction = row.try_get::<_, &str>(0)?.parse().unwrap_or_default();
        Ok(Numbers { transaction, bundle: row.try_get::<_, i64>(1)?.cast_unsigned() })
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

    /// The rows of a query that changes so many that it may take longer than others.
    pub(crate) async fn rows_of_many(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
        count: usize,
    ) -> Result<Vec<Row>, Failure> {
        let patience = self.database.patience() + EACH * u32::try_from(count).unwrap_or(u32::MAX);
        let limit = patience.as_millis().to_string();
        self.rows("SELECT set_config('statement_timeout', $1, true)", &[&limit]).await?;
        let statement = self.prepare(sql).await?;
        within(patience, Box::pin(async { Ok(self.connection().query(&statement, parameters).await?) })).await
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        // On the heap: a statement of a commit would make every caller's future large otherwise.
        within(self.database.patience(), Box::pin(work)).await
    }

    /// Stores the bundle and commits. When the connection is lost meanwhile, the database is asked what became of it.
    pub(super) async fn commit(mut self, numbers: Numbers, bundle: &Bundle) -> Result<(), Broken> {
        // Prepared before anything of it is sent: or the COMMIT would go ahead of what still waits for its statement.
        let (commit, statements) = (self.prepare("COMMIT").await?, Statements::prepare(&self).await?);
        let outcome = tokio::try_join!(biased; bundle.store(&self, &statements), self.execute(&commit, &[]));
        let Some(connection) = self.connection.take() else { return Ok(()) };
        let Err(failure) = outcome else { return Ok(()) };
        connection.close();
        if failure.is_statements() {
            // The database says that it did not: a statement that failed, or no room for the log.
            return Err(Broken::Attempt(failure));
        }
        self.ask_for_its_fate(numbers, bundle, failure).await.map_err(Broken::Commit)
    }

    /// What became of it: its bundle is there or it is not, once it runs no more. Its number alone is no evidence, as
    /// a database that lost it in a crash gives the number to another.
    async fn ask_for_its_fate(
        &self,
        numbers: Numbers,
        bundle: &Bundle,
        failure: Failure,
    ) -> Result<(), CommitError> {
        let Some((number, leaves)) = bundle.evidence() else {
            return Err(CommitError::Unknown(failure.why()));
        };
        let begun = Instant::now();
        while begun.elapsed() < SEARCH {
            match self.is_there(numbers, number, leaves).await {
                Ok(Some(true)) => return Ok(()),
                Ok(Some(false)) => return Err(failure.into()),
                Ok(None) | Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
        Err(CommitError::Unknown(failure.why()))
    }

    /// Whether its bundle is there; none while it may still run.
    async fn is_there(&self, numbers: Numbers, number: i64, leaves: &[u8]) -> Result<Option<bool>, Failure> {
        let status = "SELECT pg_xact_status($1::text::xid8) IS NOT DISTINCT FROM 'in progress'";
        let ends = match self.database.query(status, &[&numbers.transaction.to_string()]).await {
            Ok(rows) => rows.first().map(|row| row.try_get(0)).transpose()? == Some(false),
            // A number that the database has not given yet: it lost the transaction in a crash.
            Err(failure) if failure.is_statements() => true,
            Err(failure) => return Err(failure),
        };
        if !ends {
            return Ok(None);
        }
        let there = "SELECT FROM audit_bundle WHERE number = $1 AND leaves = $2";
        Ok(Some(!self.database.query(there, &[&number, &leaves]).await?.is_empty()))
    }

    /// Gives the connection of one that has not begun back.
    pub(crate) fn leave(mut self) {
        drop(self.connection.take());
    }

    /// Ends it after a failure, without a trace.
    pub(crate) async fn give_up(self, failure: Failure) -> Failure {
        if failure.spares_connection() {
            self.roll_back().await;
        }
        failure
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

/// What comes of a statement, which may take so long and no longer.
async fn within<T>(
    patience: Duration,
    work: Pin<Box<impl Future<Output = Result<T, Failure>>>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(patience, work).await {
        // Several are under way at once, and one that was sent before this failed. Whoever waits for all of them must
        // hear of that one, by which it is known whether to try again.
        Ok(Err(failure)) if failure.is_of_another() => {
            tokio::time::sleep(patience).await;
            Err(failure)
        }
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::Slow),
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // One that was left in the middle must not be used for something else.
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
    }
}

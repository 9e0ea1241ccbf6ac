//! The schema, as numbered steps. One that has landed is never changed: the next step builds on it. A step only adds,
//! so that processes of the version before still run beside it; what nothing reads any more goes in a step of a later
//! version.

use tokio_postgres::Transaction;

use crate::{
    Database,
    error::{ConnectError, Failure, Right},
};

/// Held while the schema is changed, so that processes that start together do it one after the other.
const LOCK: i64 = 0x0062_6169_6c65_6500;

/// The steps of one store's schema.
pub(crate) struct Schema {
    pub(crate) name: &'static str,
    pub(crate) steps: &'static [&'static str],
}

impl Schema {
    /// How many steps a database has gone through.
    pub(crate) async fn version(&self, database: &Database) -> Result<i64, ConnectError> {
        let found = database.with(async |connection| self.read(connection).await).await;
        found.map_err(|failure| database.refused(&failure, Right::Own))
    }

    /// Brings the schema up to what this program writes, all or nothing.
    pub(crate) async fn migrate(&self, database: &Database) -> Result<(), ConnectError> {
        let found = self.version(database).await?;
        if found < self.known() {
            let completed = self.complete(database).await;
            completed.map_err(|failure| database.refused(&failure, Right::Create))?;
        }
        self.check(database).await
    }

    /// Checks that the schema is what this program writes.
    pub(crate) async fn check(&self, database: &Database) -> Result<(), ConnectError> {
        let (found, known) = (self.version(database).await?, self.known());
        if found == known {
            return Ok(());
        }
        let (place, what) = (database.place().to_owned(), self.name);
        Err(ConnectError::Schema { place, what, found, known })
    }

    pub(crate) fn known(&self) -> i64 {
        i64::try_from(self.steps.len()).unwrap_or(i64::MAX)
    }

    async fn read(&self, client: &tokio_postgres::Client) -> Result<i64, tokio_postgres::Error> {
        let there = client.query_one("SELECT to_regclass('schema_step') IS NOT NULL", &[]).await?;
        if !there.get::<_, bool>(0) {
            return Ok(0);
        }
        let sql = "SELECT coalesce(max(number), 0) FROM schema_step WHERE store = $1";
        Ok(client.query_one(sql, &[&self.name]).await?.get(0))
    }

    async fn complete(&self, database: &Database) -> Result<(), Failure> {
        let mut connection = database.connection().await?;
        let transaction = connection.transaction().await?;
        begin(&transaction).await?;
        // Another process may have been here while this one waited.
        let done = self.read(transaction.client()).await?;
        self.go_on(&transaction, done, self.known()).await?;
        Ok(transaction.commit().await?)
    }

    /// Makes the schema anew where its tables are gone, up to a version, or to what this program writes.
    pub(crate) async fn make(
        &self,
        transaction: &Transaction<'_>,
        version: Option<i64>,
    ) -> Result<(), Failure> {
        begin(transaction).await?;
        transaction.execute("DELETE FROM schema_step WHERE store = $1", &[&self.name]).await?;
        self.go_on(transaction, 0, version.unwrap_or(i64::MAX)).await
    }

    async fn go_on(&self, transaction: &Transaction<'_>, done: i64, version: i64) -> Result<(), Failure> {
        let steps = (1_i64..).zip(self.steps).skip_while(|(number, _)| *number <= done);
        for (number, step) in steps.take_while(|(number, _)| *number <= version) {
            transaction.batch_execute(step).await?;
            transaction.execute("INSERT INTO schema_step VALUES ($1, $2)", &[&self.name, &number]).await?;
        }
        Ok(())
    }
}

/// Waits until nobody else changes a schema, and makes the table that says how far each has come.
async fn begin(transaction: &Transaction<'_>) -> Result<(), Failure> {
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    transaction
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS schema_step (
                 store TEXT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (store, number)
             );
             COMMENT ON TABLE schema_step IS 'everywhere';",
        )
        .await?;
    Ok(())
}

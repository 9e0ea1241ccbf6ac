//! Leases.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use store::{Lease, Leases, StoreError};
use tokio_postgres::Row;

use crate::{
    PostgresStore,
    rows::{MOMENT, get, get_bytes},
};

#[async_trait]
impl Leases for PostgresStore {
    // By the database's clock, as it is taken.
    async fn lease(&self, name: &str, _now: Timestamp) -> Result<Option<Lease>, StoreError> {
        let sql = format!("SELECT name, holder, until - {MOMENT} AS remains FROM lease WHERE name = $1");
        let rows = self.database.query(&sql, &[&name]).await?;
        let read = |row: &Row| {
            Ok(Lease {
                name: get(row, "name")?,
                holder: get_bytes(row, "holder")?,
                left: SignedDuration::from_micros(get(row, "remains")?),
            })
        };
        rows.first().map(read).transpose()
    }

    fn is_shared(&self) -> bool {
        true
    }
}

//! Leases.

use async_trait::async_trait;
use store::{Lease, Leases, StoreError};
use tokio_postgres::Row;

use crate::{
    PostgresStore,
    rows::{get, get_bytes, get_time},
};

#[async_trait]
impl Leases for PostgresStore {
    async fn lease(&self, name: &str) -> Result<Option<Lease>, StoreError> {
        let rows =
            self.database.query("SELECT name, holder, until FROM lease WHERE name = $1", &[&name]).await?;
        let read = |row: &Row| {
            Ok(Lease {
                name: get(row, "name")?,
                holder: get_bytes(row, "holder")?,
                until: get_time(row, "until")?,
            })
        };
        rows.first().map(read).transpose()
    }

    fn is_shared(&self) -> bool {
        true
    }
}

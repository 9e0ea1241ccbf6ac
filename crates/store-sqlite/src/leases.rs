//! Leases.

use async_trait::async_trait;
use jiff::Timestamp;
use store::{Lease, Leases, StoreError};

use crate::{
    SqliteStore,
    rows::{get, get_time},
};

#[async_trait]
impl Leases for SqliteStore {
    async fn lease(&self, name: &str, now: Timestamp) -> Result<Option<Lease>, StoreError> {
        self.readers.first("SELECT * FROM lease WHERE name = ?1", [name], |row| {
            Ok(Lease {
                name: get(row, "name")?,
                holder: get(row, "holder")?,
                left: get_time(row, "until")?.duration_since(now),
            })
        })
    }

    // The lock of the key store beside it keeps a second process out.
    fn is_shared(&self) -> bool {
        false
    }
}

//! Leases.

use async_trait::async_trait;
use store::{Lease, Leases, StoreError};

use crate::{
    SqliteStore,
    rows::{get, get_time},
};

#[async_trait]
impl Leases for SqliteStore {
    async fn lease(&self, name: &str) -> Result<Option<Lease>, StoreError> {
        self.readers.first("SELECT * FROM lease WHERE name = ?1", [name], |row| {
            Ok(Lease { name: get(row, "name")?, holder: get(row, "holder")?, until: get_time(row, "until")? })
        })
    }

    // The lock of the key store beside it keeps a second process out.
    fn is_shared(&self) -> bool {
        false
    }
}

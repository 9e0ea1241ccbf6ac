//! Policy versions.

use async_trait::async_trait;
use store::{Policies, StoreError, policies::PolicyVersion};

use crate::{
    SqliteStore,
    rows::{get, get_count, get_id, get_time},
};

#[async_trait]
impl Policies for SqliteStore {
    async fn policy_versions(&self) -> Result<Vec<PolicyVersion>, StoreError> {
        self.readers.all("SELECT * FROM policy_version ORDER BY account_id, number", [], |row| {
            Ok(PolicyVersion {
                account: get_id(row, "account_id")?,
                number: get_count(row, "number")?,
                source: get(row, "source")?,
                published_at: get_time(row, "published_at")?,
                because: get(row, "because")?,
            })
        })
    }
}

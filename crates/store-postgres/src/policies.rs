//! Policy versions.

use async_trait::async_trait;
use store::{Policies, StoreError, policies::PolicyVersion};
use tokio_postgres::Row;

use crate::{
    PostgresStore,
    rows::{get, get_count, get_id, get_time},
};

#[async_trait]
impl Policies for PostgresStore {
    async fn policy_versions(&self) -> Result<Vec<PolicyVersion>, StoreError> {
        let sql = "SELECT account_id, number, source, published_at, because FROM policy_version ORDER BY account_id, number";
        let rows = self.database.query(sql, &[]).await?;
        let read = |row: &Row| {
            Ok(PolicyVersion {
                account: get_id(row, "account_id")?,
                number: get_count(row, "number")?,
                source: get(row, "source")?,
                published_at: get_time(row, "published_at")?,
                because: get(row, "because")?,
            })
        };
        rows.iter().map(read).collect()
    }
}

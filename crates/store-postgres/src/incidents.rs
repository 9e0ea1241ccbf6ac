//! Incidents.

use async_trait::async_trait;
use domain::{AccountId, Incident, IncidentId};
use store::{Incidents, StoreError};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    PostgresStore,
    rows::{Read, bucket, get, get_count, get_entry, get_id, get_json, get_time, number, uuid},
};

#[async_trait]
impl Incidents for PostgresStore {
    async fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        let sql =
            "SELECT id, account_id, version, opened_at, aware_at, state, report, bundle, position FROM incident
                   WHERE bucket = $1 AND id = $2";
        self.database.query(sql, &[&bucket(id), &uuid(id)]).await?.first().map(incident).transpose()
    }

    async fn incidents(
        &self,
        account: AccountId,
        before: Option<IncidentId>,
        limit: u32,
    ) -> Result<Vec<Incident>, StoreError> {
        let before = before.map_or(Uuid::max(), uuid);
        // The bucket is the account's, so that one node has them all.
        let sql =
            "SELECT id, account_id, version, opened_at, aware_at, state, report, bundle, position FROM incident
                   WHERE bucket = $1 AND account_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
        let rows =
            self.database.query(sql, &[&bucket(account), &uuid(account), &before, &number(limit)]).await?;
        rows.iter().map(incident).collect()
    }

    async fn unclosed_incidents(
        &self,
        after: Option<IncidentId>,
        limit: u32,
    ) -> Result<Vec<Incident>, StoreError> {
        let after = after.map_or(Uuid::nil(), uuid);
        let sql =
            "SELECT id, account_id, version, opened_at, aware_at, state, report, bundle, position FROM incident
                   WHERE NOT closed AND id > $1 ORDER BY id LIMIT $2";
        self.database.query(sql, &[&after, &number(limit)]).await?.iter().map(incident).collect()
    }
}

fn incident(row: &Row) -> Read<Incident> {
    Ok(Incident {
        id: get_id(row, "id")?,
        account: get_id(row, "account_id")?,
        version: get_count(row, "version")?,
        opened_at: get_time(row, "opened_at")?,
        aware_at: get_time(row, "aware_at")?,
        state: get_json(row, "state")?,
        report: get(row, "report")?,
        entry: get_entry(row)?,
    })
}

//! Incidents.

use async_trait::async_trait;
use domain::{AccountId, Incident, IncidentId};
use rusqlite::{Row, params};
use store::{Incidents, StoreError};

use crate::{
    SqliteStore,
    records::entry,
    rows::{Read, get, get_count, get_id, get_json, get_time},
};

#[async_trait]
impl Incidents for SqliteStore {
    async fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.readers.first("SELECT * FROM incident WHERE id = ?1", [id.as_bytes()], incident)
    }

    async fn incidents(
        &self,
        account: AccountId,
        before: Option<IncidentId>,
        limit: u32,
    ) -> Result<Vec<Incident>, StoreError> {
        let before = before.map_or([0xff; 16], |id| *id.as_bytes());
        let sql = "SELECT * FROM incident WHERE account_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
        self.readers.all(sql, params![account.as_bytes(), before, limit], incident)
    }

    async fn unclosed_incidents(
        &self,
        after: Option<IncidentId>,
        limit: u32,
    ) -> Result<Vec<Incident>, StoreError> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        let sql = "SELECT * FROM incident WHERE closed = 0 AND id > ?1 ORDER BY id LIMIT ?2";
        self.readers.all(sql, params![after, limit], incident)
    }
}

fn incident(row: &Row<'_>) -> Read<Incident> {
    Ok(Incident {
        id: get_id(row, "id")?,
        account: get_id(row, "account_id")?,
        version: get_count(row, "version")?,
        opened_at: get_time(row, "opened_at")?,
        aware_at: get_time(row, "aware_at")?,
        state: get_json(row, "state")?,
        report: get(row, "report")?,
        entry: entry(row)?,
    })
}

//! Incidents and where their handling stands.

use async_trait::async_trait;
use domain::{AccountId, Incident, IncidentId};

use crate::error::StoreError;

/// Reads incidents.
#[async_trait]
pub trait Incidents {
    /// One incident.
    async fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError>;
    /// The incidents of an account, newest first, before `before`.
    async fn incidents(
        &self,
        account: AccountId,
        before: Option<IncidentId>,
        limit: u32,
    ) -> Result<Vec<Incident>, StoreError>;
    /// The incidents of all accounts that are not closed, in the order of their ids, after `after`.
    async fn unclosed_incidents(
        &self,
        after: Option<IncidentId>,
        limit: u32,
    ) -> Result<Vec<Incident>, StoreError>;
}

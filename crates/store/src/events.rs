//! Events: what other systems of an account learn, in the order of the log.

use async_trait::async_trait;
use domain::{AccountId, Event, event::Place};

use crate::error::StoreError;

/// Reads events.
#[async_trait]
pub trait Events {
    /// The events of an account from a place on, in order. One whose entry has no place in the log yet is not there, so
    /// that none ever appears before one that was read.
    async fn events(&self, account: AccountId, from: Place, limit: u32) -> Result<Vec<Event>, StoreError>;
}

//! Repeated requests: what the first one made is found again by a keyed hash, and nothing is made twice.

use store::{Change, records::Replay};

use crate::{Gate, GateError};

/// The change that remembers what a request has made.
pub(crate) fn remember(replay: Option<&Replay>, result: [u8; 16]) -> Option<Change> {
    replay.map(|replay| Change::AddReplay(Replay { result, ..replay.clone() }))
}

impl Gate {
    /// What the first request with this idempotency key made, if there was one.
    ///
    /// # Errors
    /// The key was used with another request, or the data store fails.
    pub(crate) async fn repeated(&self, replay: Option<&Replay>) -> Result<Option<[u8; 16]>, GateError> {
        let Some(asked) = replay else { return Ok(None) };
        match self.store.replay(&asked.key).await? {
            Some(first) if first.body == asked.body => Ok(Some(first.result)),
            Some(_) => Err(GateError::KeyReused),
            None => Ok(None),
        }
    }
}

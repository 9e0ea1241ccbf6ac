//! Repeated requests: what the first one made is found again by a keyed hash, and nothing is made twice.

use store::{Change, records::Replay};

use crate::{Gate, GateError};

/// The change that remembers what a request has made.
pub(crate) fn remember(replay: Option<&Replay>, result: [u8; 16]) -> Option<Change> {
    replay.map(|replay| Change::AddReplay(Replay { result, ..replay.clone() }))
}

impl Gate {
    /// The first request with this idempotency key, if there was one: it is answered as it was then, whatever the
    /// policy says now.
    ///
    /// # Errors
    /// The key was used with another request, or the data store fails.
    pub(crate) async fn repeated(&self, replay: Option<&Replay>) -> Result<Option<Replay>, GateError> {
        let Some(asked) = replay else { return Ok(None) };
        match self.store.replay(&asked.key).await? {
            Some(first) if first.body == asked.body => Ok(Some(first)),
            Some(_) => Err(GateError::KeyReused),
            None => Ok(None),
        }
    }
}

//! Repeated requests: what the first one made is found again by a keyed hash, and nothing is made twice.

use domain::EntryId;
use store::{Change, CommitError, Conflict, records::Replay};

use crate::{Gate, GateError, attempts::Failed};

/// The change that remembers what a request has made.
pub(crate) fn remember(replay: Option<&Replay>, result: [u8; 16]) -> Option<Change> {
    replay.map(|replay| Change::AddReplay(Replay { result, ..replay.clone() }))
}

/// The entry of what the first one has made.
pub(crate) fn entry_before(first: &Replay) -> Result<EntryId, GateError> {
    first.entry.ok_or(GateError::Damaged("a repetition without its entry"))
}

/// What a request that may be a repetition led to.
pub(crate) enum Once<T> {
    /// It was the first.
    Made(T),
    /// What the first one has made.
    Before(Replay),
}

impl Gate {
    /// Runs attempts, as [`Gate::retried`] does, unless the request was made before: also by another one at the same
    /// moment, that was faster.
    pub(crate) async fn once<T, F>(
        &self,
        replay: Option<&Replay>,
        attempt: impl Fn() -> F,
    ) -> Result<Once<T>, GateError>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        if let Some(first) = self.repeated(replay).await? {
            return Ok(Once::Before(first));
        }
        match self.retried(attempt).await {
            Err(Failed::Commit(CommitError::Conflict(Conflict::IdempotencyKey))) => {
                Ok(Once::Before(self.repeated(replay).await?.ok_or(GateError::Busy)?))
            }
            other => other.map(Once::Made).map_err(Failed::into_error),
        }
    }

    /// Whether this very request was made before.
    ///
    /// # Errors
    /// The key was used with another request, or the data store fails.
    pub async fn was_made(&self, replay: &Replay) -> Result<bool, GateError> {
        Ok(self.repeated(Some(replay)).await?.is_some())
    }

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

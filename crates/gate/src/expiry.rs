//! Expiry: records whose time is over are deleted without being asked (promise `retention`).

use std::sync::atomic::Ordering;

use domain::{Action, RecordId};
use jiff::SignedDuration;
use store::{Change, Unit};

use crate::{Caller, Gate, GateError, attempts::Failed};

impl Gate {
    /// Deletes records whose time is over, at most `limit`. Returns how many; a job calls it until there are none.
    ///
    /// # Errors
    /// A store fails, or a record cannot be deleted; the others are, and what was deleted stays deleted.
    pub async fn expire(&self, limit: u32) -> Result<usize, GateError> {
        let expired = self.store.expired(self.now(), limit).await?;
        let (count, mut failed) = (expired.len(), None);
        for record in expired {
            match self.remove_expired(record.id).await {
                // Someone changed or deleted it meanwhile; the next round looks again.
                Ok(()) | Err(GateError::Stale { .. } | GateError::Frozen(_) | GateError::Busy) => {}
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(count), Err)
    }

    async fn remove_expired(&self, id: RecordId) -> Result<(), GateError> {
        let attempt = async || {
            let Some(held) = self.store.record(id).await? else { return Ok(()) };
            let caller = Caller::system(self.account(held.record.account).await?);
            Ok(self.remove(&caller, held, Action::RecordExpired).await.map(drop)?)
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Empties what the engine keeps behind rows that were deleted or changed since the last time.
    ///
    /// # Errors
    /// A store fails; the next call tries again.
    pub async fn scrub_remnants(&self) -> Result<(), GateError> {
        if self.remnants.swap(false, Ordering::Relaxed)
            && let Err(error) = self.store.scrub().await
        {
            self.remnants.store(true, Ordering::Relaxed);
            return Err(error.into());
        }
        Ok(())
    }

    /// Forgets idempotency keys older than this many hours.
    ///
    /// # Errors
    /// A store fails.
    pub async fn forget_replays(&self, hours: i64) -> Result<(), GateError> {
        let before = self.now() - SignedDuration::from_hours(hours);
        self.commit(Unit { changes: vec![Change::RemoveReplaysBefore(before)], ..Unit::default() }).await?;
        Ok(())
    }
}

//! Expiry: records whose time is over are deleted without being asked (promise `retention`).

use domain::Action;
use jiff::SignedDuration;
use store::{Change, Unit};

use crate::{Caller, Gate, GateError};

impl Gate {
    /// Deletes records whose time is over, at most `limit`. Returns how many; a job calls it until there are none.
    ///
    /// # Errors
    /// A store fails; what was deleted stays deleted.
    pub async fn expire(&self, limit: u32) -> Result<usize, GateError> {
        let expired = self.store.expired(self.now(), limit).await?;
        let count = expired.len();
        for record in expired {
            let Some(held) = self.store.record(record.id).await? else { continue };
            let caller = Caller::system(self.account(held.record.account)?);
            match self.remove(&caller, held, Action::RecordExpired).await {
                // Someone changed or deleted it meanwhile; the next round looks again.
                Ok(_) | Err(GateError::Stale { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
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

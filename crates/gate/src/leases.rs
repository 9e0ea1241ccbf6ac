//! Jobs that one of several processes does. A lease says who; on an engine that only one process opens there is
//! nothing to say.

mod moving;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use store::{Change, CommitError, Conflict, Unit};

use crate::{Gate, GateError};

pub(crate) use moving::Moving;

/// No lease lasts so long. One that ends later was taken by a clock that was wrong, perhaps that of a database which
/// another one has followed, and would keep everyone out until then.
const LONGEST: SignedDuration = SignedDuration::from_secs(120);

/// The leases of this process.
pub(crate) struct Leases {
    holder: [u8; 16],
    /// Until when each is held, by this process's clock.
    held: Mutex<HashMap<&'static str, Timestamp>>,
    /// Who this process was when it last took the lease for moving keys, until that is given back.
    moving: Mutex<Option<[u8; 16]>>,
}

impl Leases {
    pub(crate) fn of(holder: [u8; 16]) -> Self {
        Self { holder, held: Mutex::default(), moving: Mutex::default() }
    }
}

impl Gate {
    /// Takes a job over, or keeps it, for a while. Says whether it is this process's to do; it is renewed once half
    /// of its time is over.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn holds_lease(&self, job: &'static str, lasts: SignedDuration) -> Result<bool, GateError> {
        let until = self.leases.held.lock().get(job).copied();
        let half = SignedDuration::from_millis_i128(lasts.as_millis() / 2);
        let left = until.map(|until| until.duration_since(self.now()));
        // More than all of its time is left only after the clock was set back: then others see another end.
        if left.is_some_and(|left| left > half && left <= lasts) {
            return Ok(true);
        }
        let taken = self.take_lease(job, self.leases.holder, lasts, None).await?;
        let mut held = self.leases.held.lock();
        match taken {
            Some(until) => held.insert(job, until),
            None => held.remove(job),
        };
        Ok(taken.is_some())
    }

    /// Takes a job over, or keeps it, in a commit of its own: from then on nobody else's commit under this lease
    /// succeeds. Says until when it is held, none when it is another one's. `before` is a holder that this process was
    /// and is no more: its lease is over.
    async fn take_lease(
        &self,
        job: &'static str,
        holder: [u8; 16],
        lasts: SignedDuration,
        before: Option<[u8; 16]>,
    ) -> Result<Option<Timestamp>, GateError> {
        // Counted from before the commit, so that it is over here no later than for others, who go by the store's clock.
        let now = self.now();
        let until = now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
        if !self.store.is_shared() {
            return Ok(Some(until));
        }
        // Looked at first: asking again and again for another one's lease must not cost a commit each time.
        let mut over = before;
        if let Some(found) = self.store.lease(job, now).await?
            && found.holder != holder
            && found.left.is_positive()
        {
            if Some(found.holder) != before && found.left <= LONGEST {
                return Ok(None);
            }
            over = Some(found.holder);
        }
        let change = Change::TakeLease { name: job.to_owned(), holder, lasts, over, now };
        match self.commit(Unit { changes: vec![change], ..Unit::default() }).await {
            Ok(_) => Ok(Some(until)),
            Err(CommitError::Conflict(Conflict::Lease)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives every job back before its time, so that another process need not wait for its end: what a process does
    /// before it ends.
    ///
    /// # Errors
    /// The data store fails; the leases then end by themselves.
    pub async fn return_leases(&self) -> Result<(), GateError> {
        let held: Vec<&'static str> = self.leases.held.lock().drain().map(|(job, _)| job).collect();
        for job in held {
            self.give_back(job, self.leases.holder).await?;
        }
        self.return_moving().await
    }

    async fn give_back(&self, job: &'static str, holder: [u8; 16]) -> Result<(), GateError> {
        if self.store.is_shared() {
            let change = Change::ReturnLease { name: job.to_owned(), holder };
            self.commit(Unit { changes: vec![change], ..Unit::default() }).await?;
        }
        Ok(())
    }
}

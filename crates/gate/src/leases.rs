//! Jobs that one of several processes does. A lease says who; on an engine that only one process opens there is
//! nothing to say.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use store::{Change, CommitError, Conflict, Expect, Lease, Unit};

use crate::{Gate, GateError};

/// The lease of whoever moves keys to other slots, or destroys slots that no binding names.
pub(crate) const MOVING_KEYS: &str = "moving keys";

/// For how long: far longer than a page of keys takes.
pub(crate) const MOVING_LASTS: SignedDuration = SignedDuration::from_secs(30);

/// The leases of this process.
pub(crate) struct Leases {
    holder: [u8; 16],
    /// Until when each is held, by this process's clock.
    held: Mutex<HashMap<&'static str, Timestamp>>,
}

impl Leases {
    pub(crate) fn of(holder: [u8; 16]) -> Self {
        Self { holder, held: Mutex::default() }
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
        if until.is_some_and(|until| until.duration_since(self.now()) > half) {
            return Ok(true);
        }
        self.take_lease(job, lasts).await
    }

    /// Takes a job over, or keeps it, in a commit of its own: from then on nobody else's commit under this lease
    /// succeeds.
    pub(crate) async fn take_lease(
        &self,
        job: &'static str,
        lasts: SignedDuration,
    ) -> Result<bool, GateError> {
        if !self.store.is_shared() {
            return Ok(true);
        }
        let (now, holder) = (self.now(), self.leases.holder);
        let until = now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
        let lease = Lease { name: job.to_owned(), holder, until };
        let unit = Unit { changes: vec![Change::TakeLease { lease, now }], ..Unit::default() };
        match self.commit(unit).await {
            Ok(_) => {
                self.leases.held.lock().insert(job, until);
                Ok(true)
            }
            Err(CommitError::Conflict(Conflict::Lease)) => {
                self.leases.held.lock().remove(job);
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Gives a job back before its time, so that another process need not wait for its end.
    pub(crate) async fn return_lease(&self, job: &'static str) -> Result<(), GateError> {
        if self.leases.held.lock().remove(job).is_none() {
            return Ok(());
        }
        let change = Change::ReturnLease { name: job.to_owned(), holder: self.leases.holder };
        self.commit(Unit { changes: vec![change], ..Unit::default() }).await?;
        Ok(())
    }

    /// Gives every job back: what a process does before it ends.
    ///
    /// # Errors
    /// The data store fails; the leases then end by themselves.
    pub async fn return_leases(&self) -> Result<(), GateError> {
        let held: Vec<&'static str> = self.leases.held.lock().keys().copied().collect();
        for job in held {
            self.return_lease(job).await?;
        }
        Ok(())
    }

    /// What a commit under a lease expects: that nobody has taken the job over.
    pub(crate) fn expect_lease(&self, job: &'static str) -> Option<Expect> {
        let holder = self.leases.holder;
        self.store.is_shared().then(|| Expect::Lease { name: job.to_owned(), holder })
    }
}

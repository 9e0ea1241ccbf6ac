//! Cases through the door: whatever is opened, watched by a clock and closed. This is what holds and requests share.

use domain::{Case, CaseId, CaseKind, Filed};
use store::cases::Queue;

use crate::{Caller, Gate, GateError};

impl Gate {
    /// A noun that is kept as a case, whosever it is.
    pub(crate) async fn filed<T: Filed>(&self, id: [u8; 16]) -> Result<T, GateError> {
        let found = self.store.case(T::KIND, CaseId::from_bytes(id)).await?;
        read(&found.ok_or_else(|| GateError::NotFound(T::KIND.as_str()))?)
    }

    /// The nouns of one kind of the caller's account: the open ones or the closed ones, what is due first at the head.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn queue<T: Filed>(
        &self,
        caller: &Caller,
        is_open: bool,
        after: Option<(Option<jiff::Timestamp>, CaseId)>,
        limit: u32,
    ) -> Result<Vec<T>, GateError> {
        let wanted = Queue { account: caller.account_id(), kind: T::KIND, is_open, after, limit };
        self.store.queue(wanted).await?.iter().map(read).collect()
    }

    /// Looks at every case whose time has come, at most `limit`. Returns how many; a job calls it until there are none.
    ///
    /// # Errors
    /// A store fails, or a case cannot be moved on; the others are.
    pub async fn wake(&self, limit: u32) -> Result<usize, GateError> {
        let woken = self.store.woken(self.now(), limit).await?;
        let (mut moved_on, mut failed) = (0, None);
        for case in &woken {
            match self.wake_one(case).await {
                // Someone moved it on meanwhile; the next round looks again.
                Ok(()) => moved_on += 1,
                Err(GateError::Busy) => {}
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(moved_on), Err)
    }
}

impl Gate {
    async fn wake_one(&self, case: &Case) -> Result<(), GateError> {
        match case.kind {
            CaseKind::Hold => self.wake_hold(read(case)?).await,
            CaseKind::Request => self.wake_request(read(case)?).await,
            // Nothing is to be done about one.
            CaseKind::Assessment => Ok(()),
            CaseKind::Attestation => self.wake_attestation(read(case)?).await,
        }
    }
}

/// The noun of a case.
pub(crate) fn read<T: Filed>(case: &Case) -> Result<T, GateError> {
    case.read().ok_or(GateError::Damaged("a case"))
}

/// The case of a noun.
pub(crate) fn file<T: Filed>(noun: &T) -> Result<Case, GateError> {
    Case::of(noun).map_err(|_| GateError::Damaged("a case that cannot be written"))
}

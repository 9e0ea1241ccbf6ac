//! Whether requests are answered in time, and complaints.

use domain::{CaseId, Complaint, Filed, Request};
use jiff::{SignedDuration, Timestamp};

use crate::{Caller, Gate, GateError};

/// How many cases are looked at together.
const LOOKED_AT: u32 = 256;

impl Gate {
    /// The open requests of an account that were to be answered longer than a while ago.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn late_requests(
        &self,
        caller: &Caller,
        grace: SignedDuration,
    ) -> Result<Vec<Request>, GateError> {
        let late = self.overdue(caller, grace).await?;
        Ok(late.into_iter().filter(|request: &Request| !request.terms.is_paused()).collect())
    }

    /// The open complaints of an account of which something was to be done longer than a while ago.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn late_complaints(
        &self,
        caller: &Caller,
        grace: SignedDuration,
    ) -> Result<Vec<Complaint>, GateError> {
        let by = self.now().saturating_sub(grace).unwrap_or(Timestamp::MIN);
        let late = self.overdue(caller, grace).await?;
        Ok(late.into_iter().filter(|complaint: &Complaint| complaint.is_overdue(by)).collect())
    }

    /// The open cases of a kind that were due longer than a while ago.
    async fn overdue<T: Filed>(&self, caller: &Caller, grace: SignedDuration) -> Result<Vec<T>, GateError> {
        let by = self.now().saturating_sub(grace).unwrap_or(Timestamp::MIN);
        let is_late = |noun: &T| noun.filing().due_at.is_some_and(|due| due < by);
        let (mut late, mut after) = (Vec::new(), None);
        loop {
            let page: Vec<T> = self.queue(caller, true, after, LOOKED_AT).await?;
            let last = page.last().map(Filed::filing);
            after = last.map(|last| (last.due_at, CaseId::from_bytes(last.id)));
            // The queue is in the order of what is due: what follows is not late.
            let is_end = page.len() < LOOKED_AT as usize || page.last().is_some_and(|last| !is_late(last));
            late.extend(page.into_iter().filter(is_late));
            if is_end {
                return Ok(late);
            }
        }
    }
}

//! Whether requests are answered in time.

use domain::{CaseId, Request};
use jiff::SignedDuration;

use crate::{Caller, Gate, GateError};

/// How many requests are looked at together.
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
        let now = self.now();
        let is_late = |request: &Request| {
            !request.terms.is_paused() && now.duration_since(request.terms.due_at()) > grace
        };
        let (mut late, mut after) = (Vec::new(), None);
        loop {
            let page: Vec<Request> = self.queue(caller, true, after, LOOKED_AT).await?;
            after =
                page.last().map(|last| (Some(last.terms.due_at()), CaseId::from_bytes(*last.id.as_bytes())));
            // The queue is in the order of what is due: what follows is not late.
            let is_end =
                page.len() < LOOKED_AT as usize || page.last().is_some_and(|last| last.terms.due_at() > now);
            late.extend(page.into_iter().filter(is_late));
            if is_end {
                return Ok(late);
            }
        }
    }
}

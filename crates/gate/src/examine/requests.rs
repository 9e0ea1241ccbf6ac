//! Whether requests are answered in time.

use domain::Request;
use jiff::SignedDuration;

use crate::{Caller, Gate, GateError};

/// How many requests of an account are looked at.
const LOOKED_AT: u32 = 256;

impl Gate {
    /// The open requests of an account that were to be answered longer than a while ago, the latest first.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn late_requests(
        &self,
        caller: &Caller,
        grace: SignedDuration,
    ) -> Result<Vec<Request>, GateError> {
        let open: Vec<Request> = self.queue(caller, true, None, LOOKED_AT).await?;
        let now = self.now();
        let is_late = |request: &Request| {
            !request.terms.is_paused() && now.duration_since(request.terms.due_at()) > grace
        };
        Ok(open.into_iter().filter(is_late).collect())
    }
}

//! When a key was last used, to within a day: whoever holds many finds those that nobody needs.

use domain::{Action, Detail};
use store::{Change, Unit};

use crate::{Caller, Gate, GateError, attempts::Failed};

impl Gate {
    /// Notes once a day that a key is used, with an entry of its account.
    ///
    /// # Errors
    /// The key was revoked, or a store fails.
    pub async fn note_key_use(&self, caller: &Caller) -> Result<(), GateError> {
        let key = caller.key.and_then(|id| self.accounts.key(id));
        let Some(key) = key.filter(|key| key.is_use_due(self.now())) else { return Ok(()) };
        let now = self.now();
        let attempt = async || {
            let effective = self.effective_before_acceptance(caller)?;
            let detail = Detail {
                note: Some(key.id.to_string()),
                ..self.detail_under(caller, Action::KeyUsed, &effective)
            };
            let entries = vec![self.account_entry(key.account, &detail)?];
            let changes = vec![Change::NoteKeyUse(key.id, now)];
            self.commit(Unit { expects: effective.expects(), changes, entries }).await.map_err(Failed::Commit)
        };
        self.retried(attempt).await.map_err(Failed::into_error)?;
        self.accounts.used(key.id, now);
        Ok(())
    }
}

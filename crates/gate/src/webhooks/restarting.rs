//! Webhooks after a restore. What was delivered since the backup is not known any more, and places in the log beyond its end
//! will be others' now: every webhook goes on with what happens from the restore on, and is told at once that there was one.
//! One that was given up is taken up again, as its receiver must hear it.

use domain::{
    EventKind,
    event::{Facts, Place},
};
use store::Change;

use crate::{Gate, GateError};

impl Gate {
    /// The changes that let every webhook go on from the end of the log as it was restored, and that tell every account.
    pub(crate) async fn restart_webhooks(&self, end: u64) -> Result<Vec<Change>, GateError> {
        let (mut changes, mut told) = (Vec::new(), Vec::new());
        for account in self.accounts() {
            for webhook in self.store.webhooks(account.id).await? {
                let from = Place { index: end, ordinal: 0 };
                changes.push(Change::ReplaceWebhook(webhook.replayed(from)));
            }
            let facts = Facts { log_size: Some(end), ..Facts::default() };
            told.push(self.event(account.id, EventKind::BackupRestored, facts));
        }
        changes.push(Change::AddEvents(told));
        Ok(changes)
    }
}

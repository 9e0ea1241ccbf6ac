//! Restoring an installation from backups, and deleting again what was deleted since they were made.
//!
//! The data stands in its store already, marked as being restored: until the mark is gone nothing opens it. Whatever stops
//! a restore, it is begun anew from the backups. The keys are put back without those that the deletion journal names; then
//! what lost its keys, and the records that the journal names, are deleted again; then the index is made anew.

mod continuation;
mod journal;
mod keys;
mod replay;

use std::sync::Arc;

use domain::Action;
use store::{Change, CommitError, StoreError, Unit, backup::RESTORING, key_store::KeyStoreError};

pub use self::{
    continuation::{Continuation, ContinuationError, LOG_CONTINUED, verify_continuation},
    journal::{Journal, JournalError},
};
use crate::{
    Ambient, BackupError, BackupHeader, BackupRows, Caller, Gate, GateError, OpenError, RootKey, Stores,
};

/// What is restored, once the data stands in its store.
pub struct Restoration {
    /// The header of the backup that the data came from.
    pub data: BackupHeader,
    /// The backup of the keys; without one, those in the key store are used.
    pub keys: Option<BackupRows>,
    /// All that was deleted.
    pub journal: Journal,
    /// Whether to go on although keys are missing: then what they sealed is lost.
    pub accept_missing_keys: bool,
}

/// What a restore did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// People who were erased since the backup, and are again.
    pub people_erased: u64,
    /// Records that were deleted since the backup, and are again.
    pub records_removed: u64,
    /// Keys that a rotation moved since the backup, found where it moved them to.
    pub keys_moved: u64,
    /// Keys that are missing, and that nothing says were destroyed.
    pub keys_missing: u64,
    /// Records that people can be found by.
    pub records_indexed: u64,
    /// Records that cannot be opened, as their key is missing.
    pub records_locked: u64,
}

/// Why an installation could not be restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A backup cannot be used.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The key store holds a key that is not of this installation.
    #[error(
        "slot {0} of the key store holds another key than the backup: restore into an empty key store, or leave \
         `--keys` out to use the keys that are there"
    )]
    OtherKey(store::key_store::SlotNumber),
    /// Keys are missing.
    #[error(
        "{missing} keys are missing, and nothing says that they were destroyed: what they sealed would be lost. Use a \
         backup of the keys that was made after that of the data (and after the last rotation), or accept the loss with \
         --accept-missing-keys"
    )]
    MissingKeys {
        /// How many.
        missing: u64,
    },
    /// The restored installation does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key store failed.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// What must be deleted again could not be.
    #[error(transparent)]
    Gate(#[from] GateError),
}

impl From<CommitError> for RestoreError {
    fn from(error: CommitError) -> Self {
        GateError::from(error).into()
    }
}

impl Gate {
    /// Makes an installation of restored data, and opens it once more to whoever opens installations. `progress` is told
    /// of each record that was indexed. Returns what it did, and the verifying key under which the log goes on.
    ///
    /// # Errors
    /// A [`RestoreError`]. The installation stays closed then, and the restore can be begun anew.
    pub async fn restore(
        stores: Stores,
        ambient: Ambient,
        root: Arc<RootKey>,
        restoration: Restoration,
        progress: &dyn Fn(u64),
    ) -> Result<(Restored, String), RestoreError> {
        let Restoration { data, keys, journal, accept_missing_keys } = restoration;
        keys::put_back(&stores, keys, &journal).await?;
        let former = Self::assemble(stores.clone(), ambient.clone(), Arc::clone(&root)).await?;
        let end = former.log_size().await?;
        let first = former.continue_log(&data, &journal).await?;
        // Its log goes on under the new key.
        let gate = Self::assemble(stores.clone(), ambient, root).await?;
        gate.place_first(first).await?;
        let mut restored = Restored::default();
        let dead = gate.follow_keys(&journal, &mut restored).await?;
        // Before the journal is told anything of its own: another try may come with newer copies.
        if restored.keys_missing > 0 && !accept_missing_keys {
            return Err(RestoreError::MissingKeys { missing: restored.keys_missing });
        }
        gate.replay(&journal, dead, &mut restored).await?;
        keys::mark_the_end(&stores).await?;
        (restored.records_indexed, restored.records_locked) = gate.reindex(progress).await?;
        gate.drop_restored_messages().await?;
        gate.forget_strays().await?;
        gate.end_restore(&restored, end).await?;
        Ok((restored, gate.log_key().to_string()))
    }

    /// Says what was done, and takes the mark away: from here on the installation can be opened.
    async fn end_restore(&self, restored: &Restored, end: u64) -> Result<(), GateError> {
        let operator = Caller::system(self.operator()?);
        let mut detail = self.detail(&operator, Action::BackupRestored)?;
        detail.note = Some(format!(
            "{} people erased again, {} records deleted again, {} keys moved, {} keys missing, {} records indexed",
            restored.people_erased,
            restored.records_removed,
            restored.keys_moved,
            restored.keys_missing,
            restored.records_indexed
        ));
        let mut changes = vec![Change::PutInstallation(RESTORING, Vec::new())];
        changes.extend(self.restart_webhooks(end).await?);
        let unit = Unit {
            changes,
            entries: vec![self.account_entry(operator.account_id(), &detail)?],
            ..Unit::default()
        };
        self.commit(unit).await?;
        while self.advance_log().await? > 0 {}
        Ok(())
    }
}

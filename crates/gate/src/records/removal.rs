//! The one way in which single records go: the deletion journal is told before, so that no restore of older data brings back
//! what was deleted, or made another's, since; and told again when it did not go after all.

use domain::{RecordId, Subject};
use store::{
    CommitError, Committed, Unit,
    key_store::{Gone, Removal},
};

use crate::{Gate, GateError};

impl Gate {
    /// What the journal must know of a record before it goes.
    pub(crate) fn removal(&self, subject: &Subject, record: RecordId) -> Removal {
        Removal { at: self.now(), account: subject.account, subject: subject.id, record, stays: false }
    }

    /// Commits a unit that removes these records of a subject. The journal is told before, so that no crash leaves one that it
    /// does not know of; and again when they certainly did not go, so that a restore does not take what someone holds.
    ///
    /// # Errors
    /// The key store fails: nothing was committed then.
    pub(crate) async fn commit_removals(
        &self,
        unit: Unit,
        subject: &Subject,
        records: &[RecordId],
    ) -> Result<Result<Committed, CommitError>, GateError> {
        let removals: Vec<_> = records.iter().map(|record| self.removal(subject, *record)).collect();
        let gone: Vec<Gone> = removals.iter().cloned().map(Gone::Record).collect();
        self.keyring.key_store().bury(&gone).await?;
        let outcome = self.commit(unit).await;
        // Where nobody knows whether it was committed, a restore rather loses what it was about.
        if !matches!(outcome, Ok(_) | Err(CommitError::Unknown(_))) {
            self.unbury(removals).await;
        }
        Ok(outcome)
    }

    /// Tells the journal what did not go after all.
    pub(crate) async fn unbury(&self, removals: Vec<Removal>) {
        let stays = |removal| Gone::Record(Removal { stays: true, ..removal });
        let stays: Vec<Gone> = removals.into_iter().map(stays).collect();
        if !stays.is_empty()
            && let Err(error) = self.keyring.key_store().bury(&stays).await
        {
            tracing::error!(%error, "the journal says that records are deleted which are not");
        }
    }
}

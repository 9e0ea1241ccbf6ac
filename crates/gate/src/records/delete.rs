//! Deleting a record, by the caller.

use std::sync::atomic::Ordering;

use domain::{Action, EntryId, RecordId};
use store::{Change, CommitError, Conflict, Expect, Unit, records::Held};

use super::first_entry;
use crate::{Caller, Gate, GateError, attempts::Failed};

impl Gate {
    /// Deletes a record. The last record of a retention class takes the class's key with it.
    ///
    /// # Errors
    /// Stale when the record has another version than named; not there or gone; a store that fails.
    pub async fn delete_record(
        &self,
        caller: &Caller,
        id: RecordId,
        version: Option<u32>,
    ) -> Result<EntryId, GateError> {
        let attempt = async || {
            let held = self.held(caller, id).await?;
            if version.is_some_and(|version| version != held.record.version) {
                return Err(GateError::Stale { current: held.record.version }.into());
            }
            Ok(self.remove(caller, held).await?)
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Removes a record and shreds its class's key when nothing else is sealed under it.
    async fn remove(&self, caller: &Caller, held: Held) -> Result<EntryId, GateError> {
        let Held { record, subject, keys } = held;
        let effective = self.effective(caller)?;
        if let Some(freeze) = subject.freezes.on(&record.record_type) {
            return Err(self.refuse_frozen(caller, &effective, (&subject, &keys), freeze).await);
        }
        let mut detail = self.detail_under(caller, Action::RecordDeleted, &effective);
        detail.subject = Some(subject.id);
        detail.record = Some(record.id);
        detail.record_type = Some(record.record_type.clone());
        let entry = self.last_entry(&subject, &keys, detail).await?;
        // Whoever placed a hold meanwhile is not overlooked.
        let mut expects = effective.expects_of(&subject);
        expects.push(Expect::Record { id: record.id, version: record.version });
        let unit = Unit { expects, changes: vec![Change::RemoveRecord(record.id)], entries: vec![entry] };
        let committed =
            self.commit_removals(unit, &subject, &[record.id]).await?.map_err(|error| match error {
                CommitError::Conflict(Conflict::Record) => GateError::Stale { current: record.version },
                other => other.into(),
            })?;
        self.remnants.store(true, Ordering::Relaxed);
        self.shred_empty_class(subject.id, &record.class).await?;
        first_entry(&committed)
    }
}

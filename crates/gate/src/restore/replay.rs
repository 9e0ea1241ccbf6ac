//! Deleting again what was deleted since the backup of the data: people, records, and what lost its keys.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use domain::{
    Action, Detail, Erasure, ErasureId, ErasureState, Record, RecordId, Subject, SubjectId, SubjectState,
};
use store::{
    Change, Expect, Unit,
    key_store::Slot,
    subjects::{AUDIT_CLASS, KeyBinding},
};

use super::{Journal, Restored, journal::Fates};
use crate::{
    Caller, Gate, GateError,
    erasure::{Cause, ended, erasure_clause, kept},
};

/// How many rows are read, and changed, together.
const STEP: u32 = 500;
/// How often it is tried to purge rows, and how long others are waited for.
const ATTEMPTS: usize = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// The bindings of keys that were destroyed since the backup, by person.
pub(super) type Dead = BTreeMap<SubjectId, Vec<KeyBinding>>;

impl Gate {
    /// Deletes again what the journal says was deleted. What it did is added to `restored`.
    pub(super) async fn replay(
        &self,
        journal: &Journal,
        mut dead: Dead,
        restored: &mut Restored,
    ) -> Result<(), GateError> {
        let fates = Fates::of(journal);
        // Only now: a slot that was condemned for a moved key, and that the key lives in, is condemned no more.
        self.settle_condemned().await?;
        let concerned: BTreeSet<SubjectId> = dead.keys().chain(fates.erased.keys()).copied().collect();
        for subject in concerned {
            let bindings = dead.remove(&subject).unwrap_or_default();
            let Some((subject, keys)) = self.store.subject(subject).await? else { continue };
            self.bury_again(&fates, &subject, &keys, &bindings, restored).await?;
        }
        for record in fates.removed {
            if let Some(held) = self.store.record(record).await? {
                restored.records_removed +=
                    self.remove_again(&held.subject, &held.keys, &[held.record.id]).await?;
                self.shred_empty_class(held.subject.id, &held.record.class).await?;
            }
        }
        self.purge_again().await
    }

    /// Purges the rows of those who were erased. On an engine where others may still be at work it may have to wait for
    /// them; after a while it is left to the server, as it would be after any erasure: nothing opens these rows any more.
    async fn purge_again(&self) -> Result<(), GateError> {
        for _ in 0..ATTEMPTS {
            match self.finish_erasures(STEP).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(GateError::Busy) => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(error),
            }
        }
        self.finish_leftovers().await?;
        Ok(())
    }

    /// Binds every key where a rotation has moved it since, and gathers those that were destroyed. Counts the missing.
    pub(super) async fn follow_keys(
        &self,
        journal: &Journal,
        restored: &mut Restored,
    ) -> Result<Dead, GateError> {
        let (fates, mut dead) = (Fates::of(journal), Dead::new());
        for account in self.accounts() {
            let mut after = None;
            loop {
                let page = self.store.key_bindings(account.id, after, STEP).await?;
                let Some(last) = page.last() else { break };
                after = Some((last.subject, last.class.clone()));
                let mut changes = Vec::new();
                for binding in page {
                    let Some(home) = fates.home_of(binding.slot) else {
                        dead.entry(binding.subject).or_default().push(binding);
                        continue;
                    };
                    if !matches!(self.keyring.key_store().read(home).await, Ok(Slot::Live(_))) {
                        restored.keys_missing += 1;
                    }
                    if home != binding.slot {
                        restored.keys_moved += 1;
                        changes.push(Change::MoveKeyBinding(KeyBinding { slot: home, ..binding }));
                        changes.push(Change::ReleaseSlot(home));
                    }
                }
                if !changes.is_empty() {
                    self.commit(Unit { changes, ..Unit::default() }).await?;
                }
            }
        }
        Ok(dead)
    }

    /// What became of one person since: some of their keys were destroyed, or all, or they were erased.
    async fn bury_again(
        &self,
        fates: &Fates,
        subject: &Subject,
        keys: &[KeyBinding],
        dead: &[KeyBinding],
        restored: &mut Restored,
    ) -> Result<(), GateError> {
        let is_dead = |class: &str| dead.iter().any(|binding| binding.class == class);
        let erasure = fates.erased.get(&subject.id).copied();
        let is_erased = erasure.is_some() || is_dead(AUDIT_CLASS);
        let (mut after, mut removed) = (None, 0);
        loop {
            let page = self.store.records(subject.id, after, STEP).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let doomed = page.iter().filter(|record: &&Record| is_dead(&record.class));
            let doomed: Vec<RecordId> = doomed.map(|record| record.id).collect();
            removed += self.remove_again(subject, keys, &doomed).await?;
        }
        match subject.state {
            SubjectState::Active if is_erased => {
                self.entomb_again(subject, erasure).await?;
                restored.people_erased += 1;
                Ok(())
            }
            // Its erasure had begun, and ends with the others that had.
            SubjectState::Erasing => Ok(()),
            SubjectState::Active | SubjectState::Erased | SubjectState::Merged => {
                restored.records_removed += removed;
                let unbind =
                    |binding: &KeyBinding| Change::RemoveKeyBinding(subject.id, binding.class.clone());
                let changes = dead.iter().map(unbind).collect();
                self.commit(Unit { changes, ..Unit::default() }).await?;
                Ok(())
            }
        }
    }

    /// Deletes records again, with one entry for them all. Returns how many.
    async fn remove_again(
        &self,
        subject: &Subject,
        keys: &[KeyBinding],
        records: &[RecordId],
    ) -> Result<u64, GateError> {
        if records.is_empty() {
            return Ok(0);
        }
        let caller = Caller::system(self.account(subject.account).await?);
        let mut detail = self.detail(&caller, Action::RecordDeleted)?;
        detail.note = Some(format!("{} records, deleted again after a restore", records.len()));
        detail.record = (records.len() == 1).then(|| records[0]);
        let mut unit =
            Unit { entries: vec![self.entry_again(subject, keys, detail).await?], ..Unit::default() };
        unit.changes = records.iter().copied().map(Change::RemoveRecord).collect();
        self.commit(unit).await?;
        Ok(records.len() as u64)
    }

    /// An entry about someone, or about no one when their audit key is destroyed.
    async fn entry_again(
        &self,
        subject: &Subject,
        keys: &[KeyBinding],
        mut detail: Detail,
    ) -> Result<store::PendingEntry, GateError> {
        let audit = keys.iter().find(|binding| binding.class == AUDIT_CLASS);
        let found = match audit {
            Some(binding) => self.keyring.find(subject.account, binding.slot).await.ok().flatten(),
            None => None,
        };
        match found {
            Some(key) => {
                detail.subject = Some(subject.id);
                Ok(self.entry(&key.audit_key(), Some(subject.id), &detail))
            }
            None => self.account_entry(subject.account, &detail),
        }
    }

    /// The tombstone of someone who was erased since, under the same id when the journal knows it. The other steps are
    /// those of every erasure.
    async fn entomb_again(&self, subject: &Subject, id: Option<ErasureId>) -> Result<(), GateError> {
        let caller = Caller::system(self.account(subject.account).await?);
        let effective = self.effective(&caller)?;
        let fresh = || ErasureId::new(&*self.ambient.clock, self.randomness(), subject.id.bucket());
        let counts = self.store.type_counts(subject.id).await?;
        let cause = Cause::of(subject);
        let at = self.now();
        let kept = kept(effective.declaring().document(), counts, (subject, at), cause);
        let document = effective.declaring().document();
        let ended = ended(document, subject, (&kept, at), Cause::Asked);
        let state = ErasureState::Inaccessible { at, kept };
        let (id, account) = (id.unwrap_or_else(fresh), subject.account);
        let erasure = Erasure { id, subject: subject.id, account, state };
        let detail = Detail {
            clause: Some(erasure_clause(&effective, cause)),
            note: Some(format!("{id}, again after a restore")),
            ..self.detail_under(&caller, Action::ErasureBegun, &effective)
        };
        let mut changes =
            vec![Change::SetSubjectState(subject.id, SubjectState::Erasing), Change::AddErasure(erasure)];
        changes.extend(ended);
        let unit = Unit {
            expects: vec![Expect::Subject { id: subject.id, version: subject.version }],
            changes,
            entries: vec![self.account_entry(account, &detail)?],
        };
        self.commit(unit).await?;
        Ok(())
    }
}

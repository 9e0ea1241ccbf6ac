//! The keys of a subject, found through their bindings; and the shredding of those that nothing needs any more.

use domain::{AccountId, Detail, Subject, SubjectId, SubjectState};
use sealing::{AuditKey, SubjectKey};
use store::{
    Change, CommitError, Expect, PendingEntry, Unit,
    key_store::{Deletion, Slot},
    subjects::{AUDIT_CLASS, KeyBinding},
};

use crate::{Gate, GateError};

/// How many condemned slots are destroyed together.
const STEP: u32 = 256;

impl Gate {
    /// The key of one class of a subject that was read a moment ago.
    ///
    /// # Errors
    /// Gone when the subject is being erased, busy when the key was moved or shredded since the subject was read.
    /// A key that is missing without any of that is damage, and never taken for an erasure.
    pub(crate) async fn class_key(
        &self,
        subject: &Subject,
        keys: &[KeyBinding],
        class: &str,
    ) -> Result<SubjectKey, GateError> {
        let binding = keys.iter().find(|binding| binding.class == class);
        if let Some(binding) = binding
            && let Some(key) = self.keyring.find(subject.account, binding.slot).await?
        {
            return Ok(key);
        }
        let Some((now, bindings)) = self.store.subject(subject.id).await? else {
            return Err(GateError::Gone("subject"));
        };
        if now.state != SubjectState::Active {
            return Err(GateError::Gone("subject"));
        }
        if bindings.iter().find(|binding| binding.class == class) != binding {
            return Err(GateError::Busy);
        }
        tracing::error!(subject = %subject.id, class, "a key is missing without an erasure");
        Err(GateError::Damaged("a key is missing without an erasure"))
    }

    /// The audit key of a subject that was read a moment ago. Fails as [`Gate::class_key`] does.
    pub(crate) async fn audit_key(
        &self,
        subject: &Subject,
        keys: &[KeyBinding],
    ) -> Result<AuditKey, GateError> {
        Ok(self.class_key(subject, keys, AUDIT_CLASS).await?.audit_key())
    }

    /// An entry about something that takes a person's data away. It is made even when their audit key is gone or
    /// damaged: what must be deleted is deleted, and then the entry points at no one.
    pub(crate) async fn last_entry(
        &self,
        subject: &Subject,
        keys: &[KeyBinding],
        mut detail: Detail,
    ) -> Result<PendingEntry, GateError> {
        match self.key_of_log(subject, keys).await {
            Ok(audit) => Ok(self.entry(&audit, Some(subject.id), &detail)),
            Err(GateError::Gone(_) | GateError::Damaged(_)) => {
                detail.subject = None;
                self.account_entry(subject.account, &detail)
            }
            Err(error) => Err(error),
        }
    }

    /// Shreds the key of a retention class that nothing is sealed under any more. A record stored meanwhile keeps
    /// the key.
    pub(crate) async fn shred_empty_class(&self, subject: SubjectId, class: &str) -> Result<(), GateError> {
        let Some((owner, keys)) = self.store.subject(subject).await? else { return Ok(()) };
        let counts = self.store.type_counts(subject).await?;
        if let Some(binding) = keys.iter().find(|binding| binding.class == class)
            && counts.iter().all(|count| count.class != class)
        {
            self.shred(&owner, binding).await?;
        }
        self.shred_leftovers(subject).await
    }

    /// Shreds whatever key an erased subject still has once nothing of it is kept, and removes its last rows.
    pub(crate) async fn shred_leftovers(&self, subject: SubjectId) -> Result<(), GateError> {
        let Some((owner, keys)) = self.store.subject(subject).await? else { return Ok(()) };
        if owner.state != SubjectState::Erased || !self.store.type_counts(subject).await?.is_empty() {
            return Ok(());
        }
        for binding in &keys {
            self.shred(&owner, binding).await?;
        }
        self.purge_rows(subject, &[]).await
    }

    /// Takes up what was left of erased subjects of whom nothing is kept any more, where a process or a store ended
    /// before it was done. Returns how many it looked at.
    ///
    /// # Errors
    /// A store fails.
    pub async fn finish_leftovers(&self) -> Result<usize, GateError> {
        let (mut looked_at, mut after) = (0, None);
        loop {
            let page = self.store.inactive_subjects(after, STEP).await?;
            let Some(last) = page.last() else { return Ok(looked_at) };
            after = Some(last.id);
            looked_at += page.len();
            for subject in &page {
                match self.shred_what_is_left(subject).await {
                    // Its rows are in use just now; the next round looks again.
                    Ok(()) | Err(GateError::Busy) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }

    async fn shred_what_is_left(&self, subject: &Subject) -> Result<(), GateError> {
        self.drop_kept_of_child(subject).await?;
        self.forget_merged(subject).await?;
        self.shred_leftovers(subject.id).await
    }

    /// Unbinds a key of a class without records and destroys it. The slot is condemned with the unbinding, so that
    /// it is destroyed even when this process is not there to do it.
    pub(crate) async fn shred(&self, subject: &Subject, binding: &KeyBinding) -> Result<(), GateError> {
        let doomed = self.doomed(subject.account, binding);
        let unit = Unit {
            expects: vec![
                Expect::ClassEmpty { subject: subject.id, class: binding.class.clone() },
                Expect::Key(binding.clone()),
            ],
            changes: vec![
                Change::RemoveKeyBinding(subject.id, binding.class.clone()),
                Change::CondemnSlot(doomed.clone()),
            ],
            entries: Vec::new(),
        };
        match self.commit(unit).await {
            Ok(_) => self.destroy_condemned(&[doomed]).await,
            // A record was stored meanwhile, or the key was moved: the last record that goes looks again.
            Err(CommitError::Conflict(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Destroys slots that were condemned, and forgets that they were. The journal is told where the key lives on, when
    /// only a copy of it goes: after a restore of older data that is where it is looked for.
    pub(crate) async fn destroy_condemned(&self, doomed: &[Deletion]) -> Result<(), GateError> {
        let mut told = Vec::with_capacity(doomed.len());
        let mut owner: Option<(SubjectId, Vec<KeyBinding>)> = None;
        for deletion in doomed {
            let keys = match owner.take().filter(|(subject, _)| *subject == deletion.subject) {
                Some((_, keys)) => keys,
                None => self.store.subject(deletion.subject).await?.map(|(_, keys)| keys).unwrap_or_default(),
            };
            let bound = keys.iter().find(|key| key.class == deletion.class).map(|key| key.slot);
            let lives_in = match bound {
                Some(slot) if self.keyring.is_copy(deletion, slot).await => Some(slot),
                _ => None,
            };
            told.push(Deletion { lives_in, ..deletion.clone() });
            owner = Some((deletion.subject, keys));
        }
        self.keyring.key_store().destroy(&told).await?;
        let changes = doomed.iter().map(|deletion| Change::ReleaseSlot(deletion.slot)).collect();
        self.commit(Unit { changes, ..Unit::default() }).await?;
        Ok(())
    }

    /// Settles what an earlier process left condemned, before this one reserves its first slot: the number of a slot
    /// that was condemned and never filled may be reserved again, and must not be destroyed then.
    ///
    /// Where several processes are, numbers are never reserved again, and whoever condemned a slot may only be paused,
    /// and fill it yet. There nothing is forgotten that could still come to hold a key: it is destroyed, which no filling
    /// survives.
    pub(crate) async fn settle_condemned(&self) -> Result<(), GateError> {
        if !self.store.is_shared() {
            self.release_unfilled().await?;
        }
        self.finish_shredding().await
    }

    async fn release_unfilled(&self) -> Result<(), GateError> {
        let mut unfilled = Vec::new();
        for deletion in self.store.condemned_slots(u32::MAX).await? {
            if matches!(self.keyring.key_store().read(deletion.slot).await, Ok(Slot::Empty)) {
                unfilled.push(Change::ReleaseSlot(deletion.slot));
            }
        }
        if !unfilled.is_empty() {
            self.commit(Unit { changes: unfilled, ..Unit::default() }).await?;
        }
        Ok(())
    }

    /// Destroys what is condemned. Waits for a rotation, whose new slots are condemned until they are bound; one of
    /// another process is left alone.
    pub(crate) async fn finish_shredding(&self) -> Result<(), GateError> {
        while !self.store.condemned_slots(1).await?.is_empty() {
            let Some(_moving) = self.begin_moving().await? else { return Ok(()) };
            // Read after the lease was taken: nothing that is condemned now will be bound any more.
            let doomed = self.store.condemned_slots(STEP).await?;
            self.destroy_condemned(&doomed).await?;
        }
        self.return_moving().await
    }

    /// The slots that a rotation has condemned for copies of a subject's keys and not yet destroyed. One that is not
    /// filled yet counts: once it is destroyed no copy can be written there.
    pub(crate) async fn condemned_copies(&self, subject: SubjectId) -> Result<Vec<Deletion>, GateError> {
        let condemned = self.store.condemned_slots(u32::MAX).await?;
        Ok(condemned.into_iter().filter(|deletion| deletion.subject == subject).collect())
    }

    /// The deletion of the key that a binding names.
    pub(crate) fn doomed(&self, account: AccountId, binding: &KeyBinding) -> Deletion {
        let KeyBinding { subject, class, slot } = binding.clone();
        Deletion { at: self.now(), account, subject, class, slot, lives_in: None, erasure: None }
    }
}

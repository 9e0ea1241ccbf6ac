//! What units expect again and again, remembered: this connection is the only one that writes, so what it has read
//! holds until it writes something else.

use std::{cell::RefCell, collections::HashMap, hash::Hash};

use domain::{RecordId, SubjectId};
use store::{Change, subjects::KeyBinding};

use crate::rows::Read;

/// The most of each kind that is remembered; then all of it is forgotten.
const MOST: usize = 1 << 15;

/// Versions of subjects and of metadata, and where keys stand, as they were read or nothing.
#[derive(Default)]
pub(super) struct Remembered {
    subjects: Memory<SubjectId, u32>,
    metadata: Memory<RecordId, u32>,
    /// The keys of a subject are few.
    keys: RefCell<HashMap<SubjectId, Vec<KeyBinding>>>,
}

impl Remembered {
    /// The version of a subject, read when it is not remembered.
    pub(super) fn subject(
        &self,
        id: SubjectId,
        read: impl FnOnce() -> Read<Option<u32>>,
    ) -> Read<Option<u32>> {
        self.subjects.get_or(id, read)
    }

    /// The version of a record's metadata, read when it is not remembered.
    pub(super) fn metadata(
        &self,
        id: RecordId,
        read: impl FnOnce() -> Read<Option<u32>>,
    ) -> Read<Option<u32>> {
        self.metadata.get_or(id, read)
    }

    /// Whether a key stands where it is said to, read when it is not remembered.
    pub(super) fn stands(&self, binding: &KeyBinding, read: impl FnOnce() -> Read<bool>) -> Read<bool> {
        let mut keys = self.keys.borrow_mut();
        if keys.get(&binding.subject).is_some_and(|known| known.contains(binding)) {
            return Ok(true);
        }
        let stands = read()?;
        if stands {
            make_room(&mut keys);
            keys.entry(binding.subject).or_default().push(binding.clone());
        }
        Ok(stands)
    }

    /// Forgets what a change is about, before it is made.
    pub(super) fn forget(&mut self, change: &Change) {
        match change {
            Change::SetSubjectState(subject, _)
            | Change::SetFreezes { subject, .. }
            | Change::SetSubjectAge { subject, .. }
            | Change::SetTriggers { subject, .. } => {
                self.subjects.forget(subject);
            }
            Change::AddChoice(choice, _) => self.subjects.forget(&choice.subject),
            Change::MoveKeyBinding(binding) => drop(self.keys.get_mut().remove(&binding.subject)),
            Change::RemoveKeyBinding(subject, _) => drop(self.keys.get_mut().remove(subject)),
            Change::CondemnEmptied(deletion) => drop(self.keys.get_mut().remove(&deletion.subject)),
            Change::RemoveRecord(record) => self.metadata.forget(record),
            Change::SetMetadata(change) => {
                change.records.iter().for_each(|record| self.metadata.forget(record));
            }
            Change::Purge { .. } => *self = Self::default(),
            // They add what was not there, which is never remembered, or touch nothing that is.
            Change::AddSubject(_)
            | Change::AddKeyBinding(_)
            | Change::AddRecord(_)
            | Change::ReplaceRecord(_)
            | Change::PutAccount(_)
            | Change::PutAccountKeys(_)
            | Change::AddAccountKeys(_)
            | Change::AddApiKey(_)
            | Change::RevokeApiKey(..)
            | Change::NoteKeyUse(..)
            | Change::PutInstallation(..)
            | Change::AddPolicyVersion(_)
            | Change::SettleEnds { .. }
            | Change::CondemnSlot(_)
            | Change::ReleaseSlot(_)
            | Change::AddIndexRow(..)
            | Change::RemoveIndexRow(_)
            | Change::AddReplay(_)
            | Change::RemoveReplaysBefore(_)
            | Change::OpenCase(_)
            | Change::ReplaceCase(_)
            | Change::RemoveCase(..)
            | Change::AddErasure(_)
            | Change::ReplaceErasure(_)
            | Change::MarkPurged(..)
            | Change::AddEvents(_)
            | Change::RemoveEventsBefore(_)
            | Change::AddWebhook(_)
            | Change::ReplaceWebhook(_)
            | Change::RemoveWebhook(_)
            | Change::AddIncident(_)
            | Change::ReplaceIncident(_)
            | Change::AddHits(_)
            | Change::CloseVisits(_)
            | Change::AddWholeDay(_)
            | Change::RemoveVisitor(..)
            | Change::RemoveVisits(..)
            | Change::PutTally(_)
            | Change::PutStretch(_)
            | Change::CountDropped(..)
            | Change::AddAccessLines(_)
            | Change::PutSignal(_)
            | Change::RemoveAccessDay(..)
            | Change::AdvanceLog { .. }
            | Change::PutCheckpoint(_)
            | Change::TakeLease { .. }
            | Change::ReturnLease { .. } => {}
        }
    }
}

/// Values by their keys.
struct Memory<K, V>(RefCell<HashMap<K, V>>);

impl<K, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Copy> Memory<K, V> {
    fn get_or(&self, key: K, read: impl FnOnce() -> Read<Option<V>>) -> Read<Option<V>> {
        let mut values = self.0.borrow_mut();
        if let Some(known) = values.get(&key) {
            return Ok(Some(*known));
        }
        let found = read()?;
        if let Some(found) = found {
            make_room(&mut values);
            values.insert(key, found);
        }
        Ok(found)
    }

    fn forget(&mut self, key: &K) {
        self.0.get_mut().remove(key);
    }
}

fn make_room<K, V>(values: &mut HashMap<K, V>) {
    if values.len() >= MOST {
        values.clear();
    }
}

//! What an assessment may look at: metadata, counts, and whether keys are dead. Never plaintext, and no key leaves.

mod choices;
mod members;
mod messages;
mod publications;
mod requests;

use std::collections::{HashMap, hash_map::Entry};

use audit_log::Leaf;
use domain::{
    Bucket, Erasure, Record, RecordId, Subject, SubjectId,
    ambient::{Clock, random_bytes},
};
use jiff::{SignedDuration, Timestamp};
use store::{key_store::Slot, subjects::KeyBinding};

use crate::{Gate, GateError};

pub use members::ExaminedMember;

/// Records as they are stored, sealed, each with the subject it says it belongs to.
#[derive(Debug)]
pub struct Sample {
    /// The records; a record without its subject is one that should not be there.
    pub records: Vec<(Record, Option<Subject>)>,
    /// Those of them whose key is damaged or missing, so that nobody can open them.
    pub locked: Vec<RecordId>,
    /// Whether these are all there are.
    pub whole: bool,
}

/// What became of the keys of one erased subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadKeys {
    /// How many the deletion journal says were destroyed.
    pub journalled: u64,
    /// How many of those slots still hold a key.
    pub alive: u64,
}

impl Gate {
    /// A sample of the records of all accounts: all of them when there are at most `limit`, else the oldest and a
    /// run from a random moment, as many as `limit` in all.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn sample_records(&self, limit: u32) -> Result<Sample, GateError> {
        let mut found = self.store.all_records(None, limit).await?;
        let whole = found.len() < limit as usize;
        if let (false, Some(first)) = (whole, found.first()) {
            let from = self.random_moment_since(first.created_at);
            found.truncate(limit as usize / 2);
            found.extend(self.store.all_records(Some(from), limit / 2).await?);
        }
        let mut owners: HashMap<SubjectId, Option<(Subject, Vec<KeyBinding>)>> = HashMap::new();
        let (mut records, mut locked) = (Vec::with_capacity(found.len()), Vec::new());
        for record in found {
            let owner = match owners.entry(record.subject) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.store.subject(record.subject).await?),
            };
            if let Some((subject, keys)) = owner
                && self.is_locked(subject, keys, &record.class).await?
            {
                locked.push(record.id);
            }
            let owner = owner.as_ref().map(|(subject, _)| subject.clone());
            records.push((record, owner));
        }
        Ok(Sample { records, locked, whole })
    }

    /// Whether the key of one class of a subject is damaged or missing. One that is gone with its person, or was moved
    /// meanwhile, is not.
    async fn is_locked(
        &self,
        subject: &Subject,
        keys: &[KeyBinding],
        class: &str,
    ) -> Result<bool, GateError> {
        match self.class_key(subject, keys, class).await {
            Ok(_) | Err(GateError::Gone(_) | GateError::Busy) => Ok(false),
            Err(GateError::Damaged(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// The place of the records made at a moment that nobody could foresee.
    fn random_moment_since(&self, first: Timestamp) -> RecordId {
        let age = self.now().duration_since(first).as_millis().max(1).unsigned_abs();
        let ago = u128::from(u64::from_be_bytes(random_bytes(self.randomness()))) % age;
        let ago = SignedDuration::from_millis(i64::try_from(ago).unwrap_or_default());
        RecordId::new(&At(self.now() - ago), self.randomness(), Bucket(0))
    }

    /// Records whose time was over `grace` ago and that are still there; at most `limit`.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn overdue_records(
        &self,
        grace: SignedDuration,
        limit: u32,
    ) -> Result<Vec<RecordId>, GateError> {
        let overdue = self.store.expired(self.now() - grace, limit).await?;
        Ok(overdue.into_iter().map(|expired| expired.record).collect())
    }

    /// The latest erasures, newest first.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn latest_erasures(&self, limit: u32) -> Result<Vec<Erasure>, GateError> {
        Ok(self.store.latest_erasures(limit).await?)
    }

    /// The record types of what is still stored about a subject, erased or not, from at most `limit` records.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn record_types_left(&self, subject: SubjectId, limit: u32) -> Result<Vec<String>, GateError> {
        let records = self.store.records(subject, None, limit).await?;
        Ok(records.into_iter().map(|record| record.record_type).collect())
    }

    /// What became of the keys of these subjects: the whole deletion journal is read, its chain checked, and the
    /// slots that it names are looked at.
    ///
    /// # Errors
    /// The journal is broken, or the key store fails.
    pub async fn dead_keys(&self, subjects: &[SubjectId]) -> Result<HashMap<SubjectId, DeadKeys>, GateError> {
        let mut dead: HashMap<_, _> =
            subjects.iter().map(|subject| (*subject, DeadKeys { journalled: 0, alive: 0 })).collect();
        for line in self.keyring.key_store().journal(0).await? {
            let Some(deletion) = line.gone.key() else { continue };
            if let Some(keys) = dead.get_mut(&deletion.subject) {
                keys.journalled += 1;
                let slot = self.keyring.key_store().read(deletion.slot).await?;
                keys.alive += u64::from(slot != Slot::Destroyed);
            }
        }
        Ok(dead)
    }

    /// Since which minute the oldest entry waits for its place in the log; none when none waits.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn oldest_waiting_entry(&self) -> Result<Option<Timestamp>, GateError> {
        let waiting = self.store.unsequenced(1).await?;
        let Some(first) = waiting.first().and_then(|bundle| bundle.leaves.first()) else { return Ok(None) };
        let leaf = Leaf::decode(first).map_err(|_| GateError::Damaged("an entry of the audit log"))?;
        let second = i64::try_from(leaf.minute.saturating_mul(60)).unwrap_or(i64::MAX);
        Ok(Timestamp::from_second(second).ok())
    }

    /// How many entries are in the log.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn log_size(&self) -> Result<u64, GateError> {
        Ok(self.store.log_state().await?.size)
    }
}

/// A clock that stands.
struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

//! The key store: wrapped subject keys in numbered slots, apart from the data they open.
//!
//! No transaction spans key store and data. Keys are made ahead and durable before the data commit binds one to a
//! person. A slot holds one key in its life and is then destroyed for good; its number is never used again.

mod header;
mod journal;

use std::fmt;

use async_trait::async_trait;
use domain::{AccountId, ErasureId, RecordId, SubjectId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::{
    header::KeyStoreHeader,
    journal::{JournalEntry, JournalTail},
};

/// A wrapped subject key as `sealing` makes it: 64 bytes that mean nothing without the account's keys.
pub type WrappedKeyBytes = [u8; 64];

/// What a site is known by in the key store: a hash of its account and name.
pub type SiteMark = [u8; 32];

/// The salt of a day as `sealing` makes it: 64 bytes that mean nothing without the account's keys.
pub type SealedSalt = [u8; 64];

/// The day of a salt that goes when it is told to, and not with a day.
pub const WITHOUT_DAY: i32 = i32::MAX;

/// The number of one slot of the key store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SlotNumber(pub u64);

impl fmt::Display for SlotNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What a slot holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Slot {
    /// Nothing yet.
    Empty,
    /// A wrapped key.
    Live(WrappedKeyBytes),
    /// Nothing any more: its key was shredded.
    Destroyed,
}

/// Names the state only: a wrapped key in a log would outlive its shredding.
impl fmt::Debug for Slot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "Empty",
            Self::Live(_) => "Live",
            Self::Destroyed => "Destroyed",
        })
    }
}

/// The shredding of one subject key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// When it was decided.
    pub at: Timestamp,
    /// The tenant.
    pub account: AccountId,
    /// The person whose key it was.
    pub subject: SubjectId,
    /// The retention class that the key sealed.
    pub class: String,
    /// The slot to destroy.
    pub slot: SlotNumber,
    /// The slot that the same key lives on in, when only this copy of it goes: a rotation moved it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lives_in: Option<SlotNumber>,
    /// The erasure of the person that the key goes with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub erasure: Option<ErasureId>,
}

/// The deletion of one record whose class's key may live on: other records are sealed under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// When it was decided.
    pub at: Timestamp,
    /// The tenant.
    pub account: AccountId,
    /// Whose record.
    pub subject: SubjectId,
    /// Which record.
    pub record: RecordId,
    /// Whether it was not deleted after all: what an earlier line says of it does not hold.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub stays: bool,
}

/// What a line of the deletion journal says is gone, and must be gone again after a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Gone {
    /// A key.
    Key(Deletion),
    /// A record.
    Record(Removal),
}

impl Gone {
    /// The slot whose key is gone, when a key is.
    pub const fn slot(&self) -> Option<SlotNumber> {
        match self {
            Self::Key(deletion) => Some(deletion.slot),
            Self::Record(_) => None,
        }
    }

    /// The key that is gone, when a key is.
    pub const fn key(&self) -> Option<&Deletion> {
        match self {
            Self::Key(deletion) => Some(deletion),
            Self::Record(_) => None,
        }
    }
}

/// Why the key store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// The slot's bytes are none that were ever written. This is never taken for a destroyed key.
    #[error(
        "slot {slot} of the key store is corrupt; restore the key store from its backup and replay the journal"
    )]
    Corrupt {
        /// The slot.
        slot: SlotNumber,
    },
    /// The slot holds, or held, a key already.
    #[error("slot {slot} of the key store was used before; reserve fresh slots")]
    Used {
        /// The slot.
        slot: SlotNumber,
    },
    /// The slot was never reserved.
    #[error("slot {slot} of the key store was never reserved")]
    NotReserved {
        /// The slot.
        slot: SlotNumber,
    },
    /// The deletion journal does not hang together: a line was altered, removed or added.
    #[error("the deletion journal is broken at entry {sequence}; restore it from its copy off the host")]
    JournalBroken {
        /// The first entry that does not follow from the one before.
        sequence: u64,
    },
    /// The engine below failed; nothing was acknowledged, and trying again is safe.
    #[error("the key store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Where wrapped subject keys live and die.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Reserves `count` fresh slots, numbered on from the one returned, for this process alone. A slot that was
    /// reserved and never filled may be reserved again after a restart.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    async fn reserve(&self, count: u32) -> Result<SlotNumber, KeyStoreError>;

    /// Writes `keys` into reserved slots, one after the other from `first`; durable on return.
    ///
    /// # Errors
    /// [`KeyStoreError::NotReserved`] and [`KeyStoreError::Used`] before anything is written;
    /// [`KeyStoreError::Unavailable`], after which fresh slots have to be reserved.
    async fn fill(&self, first: SlotNumber, keys: Vec<WrappedKeyBytes>) -> Result<(), KeyStoreError>;

    /// What `slot` holds. A slot beyond the last one used is empty.
    ///
    /// # Errors
    /// [`KeyStoreError::Corrupt`] and [`KeyStoreError::Unavailable`].
    async fn read(&self, slot: SlotNumber) -> Result<Slot, KeyStoreError>;

    /// Shreds keys: first the journal entries are made durable, then the slots are overwritten and synced. A slot
    /// that is destroyed already stays so and gets no second entry, so this can be repeated. Corrupt slots are
    /// destroyed as well.
    ///
    /// # Errors
    /// [`KeyStoreError::NotReserved`] before anything is done; [`KeyStoreError::Unavailable`], after which it has to
    /// be repeated.
    async fn destroy(&self, deletions: &[Deletion]) -> Result<(), KeyStoreError> {
        let gone: Vec<Gone> = deletions.iter().cloned().map(Gone::Key).collect();
        self.bury(&gone).await
    }

    /// [Destroys](KeyStore::destroy) keys and writes into the journal that records are deleted, in order; durable on
    /// return. Of a record it is said before the data forgets it, so that no backup brings back what was deleted, and said
    /// twice it does no harm.
    ///
    /// # Errors
    /// As for [`KeyStore::destroy`].
    async fn bury(&self, gone: &[Gone]) -> Result<(), KeyStoreError>;

    /// The keys in the slots from `from` on, in order, at most `limit`: what a backup of the keys is made of.
    ///
    /// # Errors
    /// [`KeyStoreError::Corrupt`] and [`KeyStoreError::Unavailable`].
    async fn live_keys(
        &self,
        from: SlotNumber,
        limit: u32,
    ) -> Result<Vec<(SlotNumber, WrappedKeyBytes)>, KeyStoreError>;

    /// The journal's entries with a sequence above `after`, in order.
    ///
    /// # Errors
    /// [`KeyStoreError::JournalBroken`] and [`KeyStoreError::Unavailable`].
    async fn journal(&self, after: u64) -> Result<Vec<JournalEntry>, KeyStoreError>;

    /// The sealed salt of a site and a day, by the site's mark; none when there is none, or it was lost. Salts are in no backup.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    async fn salt(&self, site: SiteMark, day: i32) -> Result<Option<SealedSalt>, KeyStoreError>;

    /// Keeps the salt of a site and a day unless there is one; the one that is kept. Durable on return.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    async fn keep_salt(
        &self,
        site: SiteMark,
        day: i32,
        salt: SealedSalt,
    ) -> Result<SealedSalt, KeyStoreError>;

    /// Destroys the salts of days before one; how many. Durable on return.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    async fn destroy_salts(&self, before: i32) -> Result<usize, KeyStoreError>;

    /// Destroys one salt, if it is there. Durable on return.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    async fn destroy_salt(&self, site: SiteMark, day: i32) -> Result<(), KeyStoreError>;

    /// How long after its destruction a key may still be found in what the engine leaves behind: dead rows, a
    /// write-ahead log, standbys, archives.
    fn remnants(&self) -> SignedDuration;
}

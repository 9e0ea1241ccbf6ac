//! The deletion journal off the host: written beside the installation's backups, and read when one is restored.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{self, BufRead, Write},
};

use domain::{ErasureId, RecordId, SubjectId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{
    KeyStore,
    key_store::{Gone, JournalEntry, JournalTail, KeyStoreError, SlotNumber},
};

/// The first line of a copy: by it a copy that was cut is noticed. A plain copy of the key store's file has none.
#[derive(Serialize, Deserialize)]
struct CopyHeader {
    bailee_deletion_journal: u32,
    copied_at: Timestamp,
    end: JournalTail,
}

/// A whole deletion journal.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Its entries, from the first.
    pub entries: Vec<JournalEntry>,
    end: JournalTail,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be read.
    #[error("the deletion journal cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A line does not follow on the one before.
    #[error("the deletion journal is damaged at line {0}; use another copy")]
    Broken(u64),
    /// Lines at its end are missing.
    #[error(
        "the copy of the deletion journal was cut: it says that it ends with entry {said}, and ends with {found}"
    )]
    Cut {
        /// The last entry as its header names it.
        said: u64,
        /// The last entry that is there.
        found: u64,
    },
    /// It is older than what is restored.
    #[error(
        "the deletion journal ends with entry {found}, and entry {needed} was known when the {what} was made: it is too \
         old, or of another installation. What was deleted in between would come back; use the newest copy"
    )]
    TooOld {
        /// The last entry that is there.
        found: u64,
        /// The entry that must be there.
        needed: u64,
        /// What was made when that entry was known.
        what: &'static str,
    },
    /// Two journals say different things.
    #[error(
        "the deletion journal and that of the key store differ from entry {0} on: they are of different installations, \
         or one was restored without the other"
    )]
    Differs(u64),
    /// The journal of the key store cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
}

impl Journal {
    /// The journal of a key store.
    ///
    /// # Errors
    /// It is broken, or the key store fails.
    pub async fn of(keys: &dyn KeyStore) -> Result<Self, JournalError> {
        let mut journal = Self::default();
        for entry in keys.journal(0).await? {
            journal.push(entry.to_line().as_bytes())?;
        }
        Ok(journal)
    }

    /// Reads a copy, or the journal file of a key store, whose last line may be torn.
    ///
    /// # Errors
    /// It cannot be read, does not hang together, or was cut.
    pub fn read(mut source: impl BufRead) -> Result<Self, JournalError> {
        let (mut journal, mut line, mut said) = (Self::default(), Vec::new(), None);
        while source.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            match serde_json::from_slice::<CopyHeader>(&line) {
                Ok(header) if journal.entries.is_empty() && said.is_none() => said = Some(header.end),
                _ => journal.push(&line)?,
            }
            line.clear();
        }
        match said {
            Some(end) if end != journal.end => {
                Err(JournalError::Cut { said: end.sequence, found: journal.end.sequence })
            }
            _ => Ok(journal),
        }
    }

    /// Writes a copy.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, copied_at: Timestamp, mut sink: impl Write) -> io::Result<()> {
        let header = CopyHeader { bailee_deletion_journal: 1, copied_at, end: self.end.clone() };
        writeln!(sink, "{}", serde_json::to_string(&header)?)?;
        for entry in &self.entries {
            writeln!(sink, "{}", entry.to_line())?;
        }
        sink.flush()
    }

    fn push(&mut self, line: &[u8]) -> Result<(), JournalError> {
        let number = self.end.sequence + 1;
        self.entries.push(self.end.follow(line).map_err(|_| JournalError::Broken(number))?);
        Ok(())
    }

    /// Its end.
    pub const fn end(&self) -> &JournalTail {
        &self.end
    }

    /// Whether it holds all that was known when something was made, which is `what`: the entry that was the last then must
    /// be the same entry here.
    ///
    /// # Errors
    /// It is older, or another journal.
    pub fn check_reaches(&self, known: &JournalTail, what: &'static str) -> Result<(), JournalError> {
        if self.hash_at(known.sequence).is_some_and(|hash| hash == known.hash) {
            return Ok(());
        }
        Err(JournalError::TooOld { found: self.end.sequence, needed: known.sequence, what })
    }

    /// The hash of the entry with this number.
    fn hash_at(&self, sequence: u64) -> Option<&str> {
        if sequence == self.end.sequence {
            return Some(&self.end.hash);
        }
        self.entries.get(usize::try_from(sequence).ok()?).map(|next| next.previous.as_str())
    }

    /// The longer of two copies of one journal.
    ///
    /// # Errors
    /// They are not of one journal.
    pub fn joined(self, other: Self) -> Result<Self, JournalError> {
        let (longer, shorter) =
            if self.end.sequence >= other.end.sequence { (self, other) } else { (other, self) };
        if longer.hash_at(shorter.end.sequence) == Some(&shorter.end.hash) {
            return Ok(longer);
        }
        let differs = longer.entries.iter().zip(&shorter.entries).position(|(one, other)| one != other);
        Err(JournalError::Differs(differs.unwrap_or(shorter.entries.len()) as u64 + 1))
    }
}

/// What became of slots and people, as a journal tells it.
pub(super) struct Fates {
    /// Of each destroyed slot, where its key lives on, if it does.
    slots: HashMap<SlotNumber, Option<SlotNumber>>,
    /// Who was erased, and by which erasure.
    pub(super) erased: HashMap<SubjectId, ErasureId>,
    /// The records that were deleted, whatever became of their keys.
    pub(super) removed: BTreeSet<RecordId>,
}

impl Fates {
    pub(super) fn of(journal: &Journal) -> Self {
        let keys = || journal.entries.iter().filter_map(|entry| entry.gone.key());
        // Of several who would delete one at the same moment, one does, and the others say that it stays for their part.
        let mut removals: BTreeMap<RecordId, i64> = BTreeMap::new();
        for entry in &journal.entries {
            if let Gone::Record(removal) = &entry.gone {
                *removals.entry(removal.record).or_default() += if removal.stays { -1 } else { 1 };
            }
        }
        removals.retain(|_, left| *left > 0);
        Self {
            removed: removals.into_keys().collect(),
            slots: keys().map(|deletion| (deletion.slot, deletion.lives_in)).collect(),
            erased: keys().filter_map(|deletion| Some((deletion.subject, deletion.erasure?))).collect(),
        }
    }

    pub(super) fn is_destroyed(&self, slot: SlotNumber) -> bool {
        self.slots.contains_key(&slot)
    }

    /// Where the key lives that stood in a slot; none when it was destroyed. Rotations may have moved it many times.
    pub(super) fn home_of(&self, slot: SlotNumber) -> Option<SlotNumber> {
        let (mut home, mut moves) = (slot, 0);
        while let Some(next) = self.slots.get(&home) {
            home = (*next)?;
            moves += 1;
            // No key goes round in a circle, whatever a damaged journal says.
            if moves > self.slots.len() {
                return None;
            }
        }
        Some(home)
    }
}

//! The file of fixed slots. Live keys are written in place and never copied, so that overwriting one leaves none.

use std::{fs::File, io, os::unix::fs::FileExt, path::Path};

use parking_lot::Mutex;
use store::key_store::{KeyStoreError, Slot, SlotNumber, WrappedKeyBytes};

use super::{
    error::{OpenError, unavailable},
    files,
    image::{self, SLOT_LENGTH},
};

/// The first slot: the four before it are the header block.
pub(super) const FIRST: SlotNumber = SlotNumber(4);

const HEADER_LENGTH: usize = 512;
const MAGIC: &[u8; 16] = b"BAILEE-KEY-SLOTS";
const VERSION: u32 = 1;
/// The file grows by this many bytes of zeros, so that writing a slot and syncing it changes no metadata.
const CHUNK: u64 = 64 * 1024;
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// The open file of slots.
pub(super) struct SlotFile {
    file: File,
    /// Bytes of the file that are allocated. Held while slots are checked and written, so that no two fills cross.
    allocated: Mutex<u64>,
}

impl SlotFile {
    /// Opens the file at `path`, or makes it. It appears with its header in full, and holds no key before that.
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        if !path.try_exists().map_err(files::at(path))? {
            files::replace(path, &header()).map_err(files::at(path))?;
        }
        Self::of(files::open(path).map_err(files::at(path))?, path)
    }

    /// Opens the file at `path` to read it: every write fails.
    pub(super) fn open_read_only(path: &Path) -> Result<Self, OpenError> {
        Self::of(File::open(path).map_err(files::at(path))?, path)
    }

    fn of(file: File, path: &Path) -> Result<Self, OpenError> {
        let mut found = [0; HEADER_LENGTH];
        let format = |problem| OpenError::Format { path: path.to_owned(), problem };
        file.read_exact_at(&mut found, 0).map_err(|_| format("it is shorter than its header"))?;
        if found != header() {
            return Err(format("its header is another one"));
        }
        let length = file.metadata().map_err(files::at(path))?.len();
        Ok(Self { file, allocated: Mutex::new(length - length % SLOT_LENGTH as u64) })
    }

    /// The slot after the last one that is not empty, found from the end of the file.
    pub(super) fn next_unused(&self) -> io::Result<SlotNumber> {
        let mut end = *self.allocated.lock();
        let mut block = vec![0; ZEROS.len()];
        while end > HEADER_LENGTH as u64 {
            let start = end.saturating_sub(CHUNK).max(HEADER_LENGTH as u64);
            let block = &mut block[..usize::try_from(end - start).expect("a block is at most a chunk")];
            self.file.read_exact_at(block, start)?;
            if let Some(last) = block.iter().rposition(|byte| *byte != 0) {
                return Ok(SlotNumber((start + last as u64) / SLOT_LENGTH as u64 + 1));
            }
            end = start;
        }
        Ok(FIRST)
    }

    /// What `slot` holds. Positioned, so it takes no lock.
    pub(super) fn read(&self, slot: SlotNumber) -> Result<Slot, KeyStoreError> {
        let mut bytes = [0; SLOT_LENGTH];
        match self.file.read_exact_at(&mut bytes, offset(slot)) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Slot::Empty),
            Err(error) => Err(unavailable(error)),
            Ok(()) => image::decode(slot, &bytes).ok_or(KeyStoreError::Corrupt { slot }),
        }
    }

    /// The keys in slots from `from` up to `end`, in order, at most `limit`.
    pub(super) fn live(
        &self,
        from: SlotNumber,
        end: SlotNumber,
        limit: usize,
    ) -> Result<Vec<(SlotNumber, WrappedKeyBytes)>, KeyStoreError> {
        let mut live = Vec::new();
        for slot in (from.0..end.0).map(SlotNumber) {
            if live.len() == limit {
                break;
            }
            if let Slot::Live(key) = self.read_patiently(slot)? {
                live.push((slot, key));
            }
        }
        Ok(live)
    }

    /// Reads a slot that another process may be overwriting: what was half written then is whole when read again.
    fn read_patiently(&self, slot: SlotNumber) -> Result<Slot, KeyStoreError> {
        (0..3).find_map(|_| self.read(slot).ok()).map_or_else(|| self.read(slot), Ok)
    }

    /// Writes `keys` from `first` on, all in slots that are empty, and makes them durable.
    pub(super) fn fill(&self, first: SlotNumber, keys: &[WrappedKeyBytes]) -> Result<(), KeyStoreError> {
        let numbered = || (first.0..).map(SlotNumber).zip(keys);
        let mut allocated = self.allocated.lock();
        for (slot, _) in numbered() {
            if self.read(slot)? != Slot::Empty {
                return Err(KeyStoreError::Used { slot });
            }
        }
        let images: Vec<u8> =
            numbered().flat_map(|(slot, key)| image::encode(slot, &Slot::Live(*key))).collect();
        let end = offset(first) + images.len() as u64;
        self.allocate(&mut allocated, end)
            .and_then(|()| self.file.write_all_at(&images, offset(first)))
            .map_err(unavailable)?;
        drop(allocated);
        self.sync().map_err(unavailable)
    }

    /// Overwrites `slot`, whatever it holds; durable after [`SlotFile::sync`].
    pub(super) fn overwrite(&self, slot: SlotNumber) -> io::Result<()> {
        let mut allocated = self.allocated.lock();
        self.allocate(&mut allocated, offset(slot) + SLOT_LENGTH as u64)?;
        self.file.write_all_at(&image::encode(slot, &Slot::Destroyed), offset(slot))
    }

    /// Makes what was written durable. A failed sync may have dropped it, so the caller has to write it again.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Grows the file to hold `end`. Counted only once durable, so that a failure is made good by the next try; no
    /// key lies beyond what is counted.
    fn allocate(&self, allocated: &mut u64, end: u64) -> io::Result<()> {
        if end <= *allocated {
            return Ok(());
        }
        let mut grown = *allocated;
        while grown < end {
            let step = CHUNK - grown % CHUNK;
            let zeros = &ZEROS[..usize::try_from(step).expect("a step is at most a chunk")];
            self.file.write_all_at(zeros, grown)?;
            grown += step;
        }
        self.file.sync_all()?;
        *allocated = grown;
        Ok(())
    }
}

fn header() -> [u8; HEADER_LENGTH] {
    let mut header = [0; HEADER_LENGTH];
    header[..16].copy_from_slice(MAGIC);
    header[16..20].copy_from_slice(&VERSION.to_be_bytes());
    header
}

fn offset(slot: SlotNumber) -> u64 {
    slot.0.saturating_mul(SLOT_LENGTH as u64)
}

//! The embedded key store: one folder with a file of slots, the deletion journal and a header.
//!
//! `slots` is overwritten in place; `journal` is made durable first, and opening finishes what a crash left between
//! the two. `root.json` is the [`KeyStoreHeader`]; `lock` keeps a second process out. Byte formats: `docs/formats.md`.

mod error;
mod files;
mod header;
mod image;
mod journal;
mod salts;
mod slots;
#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::SignedDuration;
use parking_lot::Mutex;
use store::key_store::{
    Gone, JournalEntry, KeyStore, KeyStoreError, KeyStoreHeader, SealedSalt, SiteMark, Slot, SlotNumber,
    WrappedKeyBytes,
};

pub use self::error::OpenError;
use self::{error::unavailable, journal::Journal, salts::SaltFile, slots::SlotFile};

/// A key store in a folder of the local disk, open in this process only.
#[derive(Clone)]
pub struct FileKeyStore(Arc<Open>);

struct Open {
    folder: PathBuf,
    slots: SlotFile,
    journal: Journal,
    /// None when the key store is only read.
    salts: Option<SaltFile>,
    /// The next slot to reserve.
    next: AtomicU64,
    /// Held from asking whether a slot is destroyed until it is, so that a slot gets one journal entry.
    destroying: Mutex<()>,
    /// The operating system lets go of the lock when this is closed, however the process ends. None when the key store
    /// is only read.
    lock: Option<File>,
}

impl FileKeyStore {
    /// Opens the key store in `folder`, or makes an empty one, and finishes deletions that a crash interrupted.
    ///
    /// # Errors
    /// [`OpenError`]: in use, a file missing, of another format or broken, or refused by the operating system.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        files::make_folder(folder).map_err(files::at(folder))?;
        let lock = lock(folder)?;
        let (slots_path, journal_path) = (folder.join("slots"), folder.join("journal"));
        refuse_missing(folder, [&slots_path, &journal_path])?;
        // The journal first: slots without a journal are taken for a loss.
        let (journal, destroyed) = Journal::open(&journal_path)?;
        let slots = SlotFile::open(&slots_path)?;
        finish_deletions(&slots, &destroyed)?;
        let salts = SaltFile::open(&folder.join("salts"))?;
        let next = AtomicU64::new(slots.next_unused().map_err(files::at(&slots_path))?.0);
        let folder = folder.to_owned();
        Ok(Self(Arc::new(Open {
            folder,
            slots,
            journal,
            salts: Some(salts),
            next,
            destroying: Mutex::new(()),
            lock: Some(lock),
        })))
    }

    /// Opens the key store in `folder` to read it, as it is now: nothing is made or changed, and whatever would change
    /// it fails. Another process may have it open.
    ///
    /// # Errors
    /// [`OpenError`]: there is none, or it is of another format or broken.
    pub fn open_read_only(folder: &Path) -> Result<Self, OpenError> {
        let (slots_path, journal_path) = (folder.join("slots"), folder.join("journal"));
        let slots = SlotFile::open_read_only(&slots_path)?;
        let next = AtomicU64::new(slots.next_unused().map_err(files::at(&slots_path))?.0);
        // After the slots: of what is destroyed there it tells, and of more.
        let journal = Journal::open_read_only(&journal_path)?;
        let folder = folder.to_owned();
        Ok(Self(Arc::new(Open {
            folder,
            slots,
            journal,
            salts: None,
            next,
            destroying: Mutex::new(()),
            lock: None,
        })))
    }

    /// The header; nothing before the first [`FileKeyStore::write_header`].
    ///
    /// # Errors
    /// [`OpenError`] when it cannot be read or is damaged.
    pub fn header(&self) -> Result<Option<KeyStoreHeader>, OpenError> {
        header::read(&header_path(&self.0.folder))
    }

    /// Stores the header, in place of an earlier one; durable on return. From then on a missing file is an error.
    ///
    /// # Errors
    /// [`OpenError`] when it cannot be written.
    pub fn write_header(&self, header: &KeyStoreHeader) -> Result<(), OpenError> {
        header::write(&header_path(&self.0.folder), header)
    }

    /// Runs `work`, which waits for the disk, where it holds up no other task.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Open) -> Result<T, KeyStoreError> + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let open = Arc::clone(&self.0);
        let joined = tokio::task::spawn_blocking(move || work(&open)).await;
        joined.map_err(|error| KeyStoreError::Unavailable(error.into()))?
    }
}

impl Open {
    fn check_reserved(&self, first: SlotNumber, end: u64) -> Result<(), KeyStoreError> {
        if first < slots::FIRST || end > self.next.load(Ordering::Acquire) {
            return Err(KeyStoreError::NotReserved { slot: first });
        }
        Ok(())
    }

    fn bury(&self, gone: &[Gone]) -> Result<(), KeyStoreError> {
        self.check_writable()?;
        let slots: Vec<SlotNumber> = gone.iter().filter_map(Gone::slot).collect();
        for slot in &slots {
            self.check_reserved(*slot, slot.0.saturating_add(1))?;
        }
        let destroying = self.destroying.lock();
        self.journal.append(&self.not_gone_yet(gone)?)?;
        // A slot that reads as destroyed is overwritten too: an earlier sync of it may have failed.
        for slot in &slots {
            self.slots.overwrite(*slot).map_err(unavailable)?;
        }
        drop(destroying);
        if slots.is_empty() { Ok(()) } else { self.slots.sync().map_err(unavailable) }
    }

    fn salts(&self) -> Result<&SaltFile, KeyStoreError> {
        self.check_writable()?;
        self.salts.as_ref().ok_or_else(|| KeyStoreError::Unavailable("the salts are not open".into()))
    }

    fn check_writable(&self) -> Result<(), KeyStoreError> {
        let refused = || KeyStoreError::Unavailable("the key store was opened to be read only".into());
        self.lock.is_some().then_some(()).ok_or_else(refused)
    }

    fn not_gone_yet(&self, gone: &[Gone]) -> Result<Vec<Gone>, KeyStoreError> {
        let (mut seen, mut remaining) = (HashSet::new(), Vec::new());
        for one in gone {
            let is_new = match one.slot() {
                Some(slot) => !self.is_destroyed(slot)? && seen.insert(slot),
                None => true,
            };
            if is_new {
                remaining.push(one.clone());
            }
        }
        Ok(remaining)
    }

    fn is_destroyed(&self, slot: SlotNumber) -> Result<bool, KeyStoreError> {
        match self.slots.read(slot) {
            Err(KeyStoreError::Corrupt { .. }) => Ok(false),
            other => Ok(other? == Slot::Destroyed),
        }
    }
}

#[async_trait]
impl KeyStore for FileKeyStore {
    async fn reserve(&self, count: u32) -> Result<SlotNumber, KeyStoreError> {
        Ok(SlotNumber(self.0.next.fetch_add(u64::from(count), Ordering::AcqRel)))
    }

    async fn fill(&self, first: SlotNumber, keys: Vec<WrappedKeyBytes>) -> Result<(), KeyStoreError> {
        self.0.check_writable()?;
        self.0.check_reserved(first, first.0.saturating_add(keys.len() as u64))?;
        self.blocking(move |open| open.slots.fill(first, &keys)).await
    }

    // Reads 128 bytes, nearly always from the page cache: handing that to another thread would cost more.
    async fn read(&self, slot: SlotNumber) -> Result<Slot, KeyStoreError> {
        if slot < slots::FIRST || slot.0 >= self.0.next.load(Ordering::Acquire) {
            return Ok(Slot::Empty);
        }
        self.0.slots.read(slot)
    }

    async fn bury(&self, gone: &[Gone]) -> Result<(), KeyStoreError> {
        let gone = gone.to_vec();
        self.blocking(move |open| open.bury(&gone)).await
    }

    async fn live_keys(
        &self,
        from: SlotNumber,
        limit: u32,
    ) -> Result<Vec<(SlotNumber, WrappedKeyBytes)>, KeyStoreError> {
        self.blocking(move |open| {
            let end = SlotNumber(open.next.load(Ordering::Acquire));
            open.slots.live(from.max(slots::FIRST), end, limit as usize)
        })
        .await
    }

    async fn journal(&self, after: u64) -> Result<Vec<JournalEntry>, KeyStoreError> {
        self.blocking(move |open| open.journal.after(after)).await
    }

    // They are in memory.
    async fn salt(&self, site: SiteMark, day: i32) -> Result<Option<SealedSalt>, KeyStoreError> {
        Ok(self.0.salts()?.find(&site, day))
    }

    async fn keep_salt(
        &self,
        site: SiteMark,
        day: i32,
        salt: SealedSalt,
    ) -> Result<SealedSalt, KeyStoreError> {
        self.blocking(move |open| open.salts()?.keep(site, day, salt)).await
    }

    async fn destroy_salts(&self, before: i32) -> Result<usize, KeyStoreError> {
        self.blocking(move |open| open.salts()?.destroy(before)).await
    }

    async fn destroy_salt(&self, site: SiteMark, day: i32) -> Result<(), KeyStoreError> {
        self.blocking(move |open| open.salts()?.destroy_one(site, day)).await
    }

    // Slots are overwritten in place, and nothing keeps a copy.
    fn remnants(&self) -> SignedDuration {
        SignedDuration::ZERO
    }
}

fn header_path(folder: &Path) -> PathBuf {
    folder.join("root.json")
}

fn lock(folder: &Path) -> Result<File, OpenError> {
    let path = folder.join("lock");
    let file = files::open(&path).map_err(files::at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { folder: folder.to_owned() }),
        Err(TryLockError::Error(error)) => Err(files::at(&path)(error)),
    }
}

/// Making an empty file in place of a lost one would turn a loss into a silent erasure of everyone.
fn refuse_missing(folder: &Path, paths: [&Path; 2]) -> Result<(), OpenError> {
    let header = header_path(folder);
    let [slots, _] = paths;
    let exists = |path: &Path| path.try_exists().map_err(files::at(path));
    if !exists(&header)? && !exists(slots)? {
        return Ok(());
    }
    for path in paths {
        if !exists(path)? {
            return Err(OpenError::Missing { path: path.to_owned() });
        }
    }
    Ok(())
}

/// The journal is durable before its slots are overwritten, so after a crash some may still hold their key. After a
/// restore of older slots, those with keys made since are beyond the file's end and are marked as used.
fn finish_deletions(slots: &SlotFile, destroyed: &[SlotNumber]) -> Result<(), OpenError> {
    let mut unfinished = false;
    for slot in destroyed {
        if !matches!(slots.read(*slot), Ok(Slot::Destroyed)) {
            slots.overwrite(*slot).map_err(unavailable)?;
            unfinished = true;
        }
    }
    if unfinished {
        slots.sync().map_err(unavailable)?;
    }
    Ok(())
}

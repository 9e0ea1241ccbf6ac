//! The file of salts: one entry for a site and a day, overwritten in place, so that destroying one leaves no copy.

use std::{fs::File, io, os::unix::fs::FileExt, path::Path};

use parking_lot::Mutex;
use store::key_store::{KeyStoreError, SealedSalt, SiteMark};

use super::{
    error::{OpenError, unavailable},
    files,
};

/// Day, mark of the site, sealed salt, and whether the entry is in use.
const ENTRY_LENGTH: usize = 4 + 32 + 64 + 1;
const IN_USE: u8 = 1;

/// The open file of salts. One that was lost is made anew: the visitors of its days are then counted twice, and no more.
pub(super) struct SaltFile {
    file: File,
    /// Every entry of the file, in order; none where it was destroyed.
    entries: Mutex<Vec<Option<Entry>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry {
    day: i32,
    site: SiteMark,
    salt: SealedSalt,
}

impl SaltFile {
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        Self::of(files::open(path).map_err(files::at(path))?).map_err(files::at(path))
    }

    fn of(file: File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, 0)?;
        // What a crash left of the last entry was never acknowledged, and is written over.
        let entries = bytes.chunks_exact(ENTRY_LENGTH).map(Entry::read).collect();
        Ok(Self { file, entries: Mutex::new(entries) })
    }

    pub(super) fn find(&self, site: &SiteMark, day: i32) -> Option<SealedSalt> {
        let entries = self.entries.lock();
        let found = entries.iter().flatten().find(|entry| entry.day == day && entry.site == *site);
        found.map(|entry| entry.salt)
    }

    /// Keeps a salt unless there is one.
    pub(super) fn keep(
        &self,
        site: SiteMark,
        day: i32,
        salt: SealedSalt,
    ) -> Result<SealedSalt, KeyStoreError> {
        let mut entries = self.entries.lock();
        let entry = Entry { day, site, salt };
        if let Some(found) = entries.iter().flatten().find(|one| one.day == day && one.site == site) {
            return Ok(found.salt);
        }
        let place = entries.iter().position(Option::is_none).unwrap_or(entries.len());
        self.write(place, &entry.bytes())?;
        self.file.sync_data().map_err(unavailable)?;
        let length = entries.len().max(place + 1);
        entries.resize(length, None);
        entries[place] = Some(entry);
        Ok(salt)
    }

    /// Overwrites the salts of days before one; how many.
    pub(super) fn destroy(&self, before: i32) -> Result<usize, KeyStoreError> {
        self.destroy_those(|entry| entry.day < before)
    }

    /// Overwrites one salt, if it is there.
    pub(super) fn destroy_one(&self, site: SiteMark, day: i32) -> Result<(), KeyStoreError> {
        self.destroy_those(|entry| entry.day == day && entry.site == site).map(drop)
    }

    fn destroy_those(&self, are_over: impl Fn(&Entry) -> bool) -> Result<usize, KeyStoreError> {
        let mut entries = self.entries.lock();
        let old = |entry: &Option<Entry>| entry.as_ref().is_some_and(&are_over);
        let doomed: Vec<usize> = (0..entries.len()).filter(|place| old(&entries[*place])).collect();
        for place in &doomed {
            self.write(*place, &[0; ENTRY_LENGTH])?;
        }
        if !doomed.is_empty() {
            self.file.sync_data().map_err(unavailable)?;
        }
        doomed.iter().for_each(|place| entries[*place] = None);
        Ok(doomed.len())
    }

    fn write(&self, place: usize, bytes: &[u8; ENTRY_LENGTH]) -> Result<(), KeyStoreError> {
        self.file.write_all_at(bytes, (place * ENTRY_LENGTH) as u64).map_err(unavailable)
    }
}

impl Entry {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (day, rest) = bytes.split_first_chunk::<4>()?;
        let (site, rest) = rest.split_first_chunk::<32>()?;
        let (salt, rest) = rest.split_first_chunk::<64>()?;
        (rest == [IN_USE]).then(|| Self { day: i32::from_be_bytes(*day), site: *site, salt: *salt })
    }

    fn bytes(&self) -> [u8; ENTRY_LENGTH] {
        let mut bytes = [IN_USE; ENTRY_LENGTH];
        bytes[..4].copy_from_slice(&self.day.to_be_bytes());
        bytes[4..36].copy_from_slice(&self.site);
        bytes[36..100].copy_from_slice(&self.salt);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destroyed_salt_is_nowhere_in_the_file_and_its_place_is_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("salts");
        let open = || SaltFile::open(&path).map_err(drop).unwrap();
        let salts = open();
        assert_eq!(salts.keep([1; 32], 7, [8; 64]).unwrap(), [8; 64]);
        assert_eq!(salts.keep([1; 32], 8, [9; 64]).unwrap(), [9; 64]);
        assert_eq!(open().find(&[1; 32], 7), Some([8; 64]));
        assert_eq!(salts.destroy(8).unwrap(), 1);
        assert_eq!(salts.destroy(8).unwrap(), 0);
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(3).any(|three| three == [8; 3]), "the salt is still there");
        assert_eq!((open().find(&[1; 32], 7), open().find(&[1; 32], 8)), (None, Some([9; 64])));
        salts.keep([2; 32], 9, [5; 64]).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 2 * ENTRY_LENGTH as u64);
    }

    #[test]
    fn half_an_entry_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("salts");
        std::fs::write(&path, [IN_USE; ENTRY_LENGTH + 9]).unwrap();
        let salts = SaltFile::open(&path).map_err(drop).unwrap();
        salts.keep([2; 32], 9, [5; 64]).unwrap();
        let again = SaltFile::open(&path).map_err(drop).unwrap();
        assert_eq!(again.find(&[2; 32], 9), Some([5; 64]));
    }
}

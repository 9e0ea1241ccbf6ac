//! Room that is kept so that erasing works on a full disk: a file beside the database, given up for an erasure and
//! made again once there is room. Until then nothing else is stored, or the room would be lost to it.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use store::{Change, Unit};

/// Bytes that are kept. An erasure commits a few pages; this is room for a thousand.
const BYTES: usize = 8 * 1024 * 1024;
/// How often it is tried whether there is room again.
const PATIENCE: Duration = Duration::from_secs(1);

/// The room that is kept.
pub(crate) struct Reserve {
    file: PathBuf,
    state: State,
}

enum State {
    Kept,
    /// Given up, or never there was room for it; when it was last tried to make it.
    Missing(Instant),
    /// Nothing is stored, so nothing is kept.
    NotNeeded,
}

impl Reserve {
    /// Keeps room beside a database, if there is any.
    pub(crate) fn beside(database: &Path) -> Self {
        let mut file = database.as_os_str().to_owned();
        file.push("-reserve");
        let file = PathBuf::from(file);
        let is_there = fs::metadata(&file).is_ok_and(|found| found.len() == BYTES as u64);
        let state = if is_there || make(&file) { State::Kept } else { State::Missing(Instant::now()) };
        Self { file, state }
    }

    /// Of a store that is only read.
    pub(crate) const fn none() -> Self {
        Self { file: PathBuf::new(), state: State::NotNeeded }
    }

    /// Gives the room up. Says whether there was any to give.
    pub(crate) fn give(&mut self) -> bool {
        let gives = matches!(self.state, State::Kept) && fs::remove_file(&self.file).is_ok();
        if gives {
            tracing::warn!("the disk is full; the room that was kept is given up for an erasure");
            self.state = State::Missing(Instant::now());
        }
        gives
    }

    /// Whether only what erases may be stored: the room is missing and cannot be made again.
    pub(crate) fn is_missing(&mut self) -> bool {
        let State::Missing(tried) = self.state else { return false };
        if tried.elapsed() < PATIENCE {
            return true;
        }
        self.state = if make(&self.file) { State::Kept } else { State::Missing(Instant::now()) };
        matches!(self.state, State::Missing(_))
    }
}

/// Writes the file whole, or leaves none.
fn make(file: &Path) -> bool {
    let write = || File::create(file)?.write_all(&vec![0; BYTES]);
    let written = write().is_ok();
    if !written {
        drop(fs::remove_file(file));
    }
    written
}

/// Whether a unit is a step of an erasure.
pub(crate) fn erases(unit: &Unit) -> bool {
    unit.changes.iter().any(|change| {
        matches!(
            change,
            Change::AddErasure(_)
                | Change::ReplaceErasure(_)
                | Change::Purge { .. }
                | Change::MarkPurged(..)
                | Change::RemoveRecord(_)
                | Change::RemoveKeyBinding(..)
                | Change::CondemnEmptied(_)
                | Change::ReleaseSlot(_)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_given_once_and_found_again() {
        let folder = tempfile::TempDir::new().unwrap();
        let database = folder.path().join("bailee.db");
        let file = folder.path().join("bailee.db-reserve");
        let mut reserve = Reserve::beside(&database);
        assert_eq!(fs::metadata(&file).unwrap().len(), BYTES as u64);
        assert!(!reserve.is_missing());
        assert!(reserve.give() && !reserve.give());
        assert!(!file.exists());
        assert!(reserve.is_missing(), "not tried again at once");
        assert!(!Reserve::beside(&database).is_missing(), "there is room again");
    }

    #[test]
    fn where_there_is_no_room_there_is_nothing_to_give() {
        let mut reserve = Reserve::beside(Path::new("/nowhere/at/all/bailee.db"));
        assert!(reserve.is_missing() && !reserve.give());
    }
}

//! The temporary directory of a server: its data, its log and its Unix socket.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::{Settings, StartError, account::Account};

/// Lines of the log that an error shows.
const TAIL_LINES: usize = 20;

/// The directory, which goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    /// Makes it, for the account alone.
    pub(crate) fn make(settings: &Settings, account: Account) -> Result<Self, StartError> {
        let parent = parent(settings, account)?;
        let made = tempfile::Builder::new().prefix("bailee-postgres-").tempdir_in(parent);
        let folder = made.map_err(StartError::at("make a temporary directory"))?;
        account.owns(folder.path()).map_err(StartError::at("give the directory to the user postgres"))?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// The log, to be written on at its end.
    pub(crate) fn log(&self) -> Result<File, StartError> {
        let opened = File::options().create(true).append(true).open(self.log_path());
        opened.map_err(StartError::at("open the server's log"))
    }

    /// The last lines of the log.
    pub(crate) fn log_tail(&self) -> String {
        let log = fs::read(self.log_path()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }

    fn log_path(&self) -> PathBuf {
        self.path().join("log")
    }

    /// Gives back the shared memory of a server that was killed: the system keeps it, and has few such segments.
    pub(crate) fn release_shared_memory(&self) {
        let Ok(lock) = fs::read_to_string(self.data().join("postmaster.pid")) else { return };
        // The seventh line is the segment's key and id.
        let Some(segment) = lock.lines().nth(6).and_then(|line| line.split_whitespace().nth(1)) else {
            return;
        };
        // A segment that stays behind is empty and in nobody's way.
        drop(Command::new("ipcrm").args(["-m", segment]).output());
    }
}

fn parent(settings: &Settings, account: Account) -> Result<PathBuf, StartError> {
    let wanted = settings.folder.clone().unwrap_or_else(env::temp_dir);
    if account.enters(&wanted) {
        return Ok(wanted);
    }
    let usual = PathBuf::from("/tmp");
    let usual = Some(usual).filter(|usual| settings.folder.is_none() && account.enters(usual));
    usual.ok_or(StartError::Unreachable(wanted))
}

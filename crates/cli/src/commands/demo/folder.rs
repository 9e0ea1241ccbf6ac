//! The demonstration's directory: always fresh, and never someone else's.

use std::{
    fs, io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use store_sqlite::key_store::FileKeyStore;

/// The file by which a directory is known to be a demonstration's.
const MARK: &str = "DEMONSTRATION";
const MARK_TEXT: &str = "Everything in this directory was made by `bailee demo`. The people in it are invented.\n\
                         The next `bailee demo` replaces it.\n";
/// Everything that the demonstration writes, and so everything that it may remove.
const FILES: &[&str] =
    &[MARK, "bailee.db", "bailee.db-wal", "bailee.db-shm", "root.key", "keys.json", "bailee.toml"];
const FOLDERS: &[&str] = &["keys"];

/// A directory that holds nothing but the mark.
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the directory, or empties the one that an earlier demonstration left.
    ///
    /// # Errors
    /// It holds something else, another process uses it, or it cannot be written.
    pub(super) fn fresh(path: &Path) -> anyhow::Result<Self> {
        if path.exists() {
            if path.join(MARK).is_file() {
                empty(path)?;
            } else if fs::read_dir(path)
                .with_context(|| format!("cannot use {}", path.display()))?
                .next()
                .is_some()
            {
                bail!(
                    "{} is not empty and not a demonstration's directory; name another with `--data DIR`",
                    path.display()
                );
            }
        }
        fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        let path = path.canonicalize().with_context(|| format!("cannot use {}", path.display()))?;
        fs::write(path.join(MARK), MARK_TEXT)?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file that only its owner can read.
    ///
    /// # Errors
    /// It is there already, or cannot be written.
    pub(super) fn write_private(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.path.join(name);
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let written = file.and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
        written.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

/// Removes what a demonstration wrote, and nothing else.
fn empty(path: &Path) -> anyhow::Result<()> {
    if path.join("keys").exists() {
        // A demonstration that still runs holds the lock of its key store.
        drop(FileKeyStore::open(&path.join("keys")).context("an earlier demonstration cannot be replaced")?);
    }
    let gone = |removed: io::Result<()>| match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    for name in FOLDERS {
        gone(fs::remove_dir_all(path.join(name)))?;
    }
    for name in FILES {
        gone(fs::remove_file(path.join(name)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("bailee-demo-{}-{name}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        path
    }

    #[test]
    fn an_earlier_demonstration_is_replaced() {
        let path = place("again");
        let folder = Folder::fresh(&path).unwrap();
        folder.write_private("keys.json", "{}").unwrap();
        fs::write(path.join("mine.txt"), "kept").unwrap();
        let again = Folder::fresh(&path).unwrap();
        assert!(!again.path().join("keys.json").exists());
        assert!(again.path().join("mine.txt").exists(), "what the demonstration did not write stays");
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn someone_elses_directory_is_left_alone() {
        let path = place("theirs");
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("bailee.db"), "real data").unwrap();
        assert!(Folder::fresh(&path).is_err());
        assert_eq!(fs::read(path.join("bailee.db")).unwrap(), b"real data");
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn keys_are_for_their_owner_only() {
        let path = place("private");
        let written = Folder::fresh(&path).unwrap().write_private("keys.json", "{}").unwrap();
        assert_eq!(fs::metadata(written).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_dir_all(path).unwrap();
    }
}

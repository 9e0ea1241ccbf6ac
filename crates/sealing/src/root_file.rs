//! The root key in a file: 64 lower-case hexadecimal digits and a newline, for its owner only.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::{RootKey, Secret};

/// Bytes of the file: the digits and the newline.
const FILE_LENGTH: usize = 65;

/// Why a root key file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyFileError {
    /// There is a file already; what it holds may be the only copy of a key.
    #[error("{} exists; a root key is never overwritten: choose another path, or move that file away", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Others than its owner can read the file.
    #[error("{} can be read by others (mode {mode:03o}): run `chmod 600 {}`", path.display(), path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file holds something else.
    #[error("{} is not a root key: it must hold 64 lower-case hexadecimal digits and a newline", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot use {} as root key file", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl RootKey {
    /// The root key in the file at `path`.
    ///
    /// # Errors
    /// [`RootKeyFileError`] when it cannot be read, is open to others, or holds no root key.
    pub fn from_file(path: &Path) -> Result<Self, RootKeyFileError> {
        let mut file = File::open(path).map_err(failed(path))?;
        // The opened file is asked, not the path, so that it cannot be exchanged in between.
        let mode = file.metadata().map_err(failed(path))?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(RootKeyFileError::Exposed { path: path.to_owned(), mode });
        }
        let mut text = Zeroizing::new([0; FILE_LENGTH]);
        let malformed = || RootKeyFileError::Malformed { path: path.to_owned() };
        match file.read_exact(text.as_mut_slice()) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(malformed()),
            other => other.map_err(failed(path))?,
        }
        let further = file.read(&mut [0]).map_err(failed(path))?;
        parse(&text).filter(|_| further == 0).map(Self::from_secret).ok_or_else(malformed)
    }

    /// Writes this key to a new file at `path`, readable by its owner only, and makes it durable.
    ///
    /// # Errors
    /// [`RootKeyFileError`] when the file exists or cannot be written.
    pub fn write_new_file(&self, path: &Path) -> Result<(), RootKeyFileError> {
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let mut file = opened.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => RootKeyFileError::Exists { path: path.to_owned() },
            _ => failed(path)(error),
        })?;
        let mut text = Zeroizing::new([b'\n'; FILE_LENGTH]);
        HEXLOWER.encode_mut(self.secret().as_slice(), &mut text[..FILE_LENGTH - 1]);
        file.write_all(text.as_slice()).and_then(|()| file.sync_all()).map_err(failed(path))?;
        sync_folder_of(path).map_err(failed(path))
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> RootKeyFileError + '_ {
    |source| RootKeyFileError::Io { path: path.to_owned(), source }
}

fn parse(text: &[u8; FILE_LENGTH]) -> Option<Secret> {
    let digits = text.strip_suffix(b"\n")?;
    let mut secret = Secret::default();
    HEXLOWER.decode_mut(digits, secret.as_mut_slice()).ok()?;
    Some(secret)
}

/// A file is durable only when its name is.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use domain::ambient::SystemRandomness;

    use super::*;

    fn in_folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        (folder, path)
    }

    #[test]
    fn a_written_key_is_read_back_and_is_its_owners_only() {
        let (_folder, path) = in_folder();
        let root = RootKey::generate(&SystemRandomness::default());
        root.write_new_file(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(RootKey::from_file(&path).is_ok_and(|read| read.secret() == root.secret()));
    }

    #[test]
    fn an_existing_file_is_never_overwritten() {
        let (_folder, path) = in_folder();
        fs::write(&path, "precious").unwrap();
        let refused = RootKey::generate(&SystemRandomness::default()).write_new_file(&path);
        assert!(matches!(refused, Err(RootKeyFileError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    }

    #[test]
    fn a_file_open_to_others_is_refused_with_what_to_do() {
        let (_folder, path) = in_folder();
        RootKey::generate(&SystemRandomness::default()).write_new_file(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = RootKey::from_file(&path).err().unwrap();
        assert!(error.to_string().contains("mode 640") && error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn anything_but_digits_and_a_newline_is_refused() {
        let digits = "ab".repeat(32);
        let upper = format!("{}\n", digits.to_uppercase());
        for text in ["", "\n", &digits, &upper, &format!("{digits}\n\n"), &format!("{digits} ")] {
            let (_folder, path) = in_folder();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            assert!(matches!(RootKey::from_file(&path), Err(RootKeyFileError::Malformed { .. })), "{text:?}");
        }
    }
}

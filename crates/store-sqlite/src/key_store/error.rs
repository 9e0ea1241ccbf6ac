//! Why a key store's folder could not be opened.

use std::{io, path::PathBuf};

use store::key_store::KeyStoreError;

/// Why a key store's folder could not be opened or its header not be written.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("the key store in {} is in use by another process; stop that one first", folder.display())]
    InUse {
        /// The key store's folder.
        folder: PathBuf,
    },
    /// A part of an existing key store is gone.
    #[error("{} is missing from an existing key store; restore the key store from its backup", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A file that is not what its name says, or of a format this version does not know.
    #[error("{} is not a file of this key store format: {problem}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        problem: &'static str,
    },
    /// What the files hold does not hang together.
    #[error(transparent)]
    Content(#[from] KeyStoreError),
    /// The operating system refused.
    #[error("cannot use {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// An operating system's error while using a key store that is open.
pub(super) fn unavailable(source: io::Error) -> KeyStoreError {
    KeyStoreError::Unavailable(source.into())
}

//! Backups: written from one moment of a store, sealed under a key that comes from the root key, and read back.
//!
//! A backup of the data holds no subject keys and no index; a backup of the keys holds nothing else. Only both together,
//! with the deletion journal and the root key, open anything, and then nothing that was erased. docs/formats.md says every
//! byte, docs/operations/backups.md how it is done.

mod header;
mod keys;
mod reader;
mod writer;

pub(crate) use self::keys::{KeyRow, key_row};

pub use self::{
    header::{BackupHeader, BackupKind, Counted},
    keys::keys_snapshot,
    reader::{BackupFile, BackupRows},
    writer::write_backup,
};

/// Why a backup cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It does not begin as a backup does.
    #[error("this is no backup of Bailee: {0}")]
    NotABackup(&'static str),
    /// A newer program made it.
    #[error("this backup is of the format `{0}`, which this program does not know; use a newer one")]
    Format(String),
    /// It was made under another root key.
    #[error(
        "this backup was made under another root key: use the one that the installation had then, and after a rotation \
         of the root key keep the old one for as long as its backups live"
    )]
    OtherRootKey,
    /// Something in it is not as it was written, or missing.
    #[error("this backup is damaged or was cut: {0}; use another one")]
    Damaged(String),
    /// It cannot be read or written.
    #[error("the backup cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// The store that it is made of fails.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The key store fails.
    #[error(transparent)]
    Keys(#[from] store::key_store::KeyStoreError),
}

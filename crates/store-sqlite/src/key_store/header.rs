//! `root.json`: the header of the key store.

use std::{fs, io, path::Path};

use store::key_store::KeyStoreHeader;

use super::{error::OpenError, files};

/// The header at `path`; nothing where there is none.
pub(super) fn read(path: &Path) -> Result<Option<KeyStoreHeader>, OpenError> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(files::at(path)(error)),
        Ok(text) => KeyStoreHeader::from_json(&text)
            .map(Some)
            .map_err(|problem| OpenError::Format { path: path.to_owned(), problem }),
    }
}

/// Writes the header to `path`, in place of an earlier one; durable on return.
pub(super) fn write(path: &Path, header: &KeyStoreHeader) -> Result<(), OpenError> {
    files::replace(path, header.to_json().as_bytes()).map_err(files::at(path))
}

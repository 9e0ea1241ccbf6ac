//! `root.json`: what is needed to recognise the root key before anything is opened with it.

use std::{fs, io, path::Path};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::{error::OpenError, files};

const FORMAT: u32 = 1;

/// The key store's header. Its parts are made and understood by the sealing layer; here they are only kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStoreHeader {
    /// A constant sealed under the root key, by which a wrong one is noticed.
    pub verifier: Vec<u8>,
    /// How the root key comes from a passphrase; nothing when it lies in a file.
    pub passphrase: Option<serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: u32,
    verifier: String,
    passphrase: Option<serde_json::Value>,
}

impl KeyStoreHeader {
    /// The header at `path`; nothing where there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, OpenError> {
        let text = match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(files::at(path))?,
        };
        let format = |problem| OpenError::Format { path: path.to_owned(), problem };
        let document: Document =
            serde_json::from_slice(&text).map_err(|_| format("it is not the JSON of a key store header"))?;
        if document.format != FORMAT {
            return Err(format("its `format` is not 1"));
        }
        let verifier = BASE64.decode(document.verifier.as_bytes());
        let verifier = verifier.map_err(|_| format("its `verifier` is not base64"))?;
        Ok(Some(Self { verifier, passphrase: document.passphrase }))
    }

    /// Writes the header to `path`, in place of an earlier one; durable on return.
    pub(super) fn write(&self, path: &Path) -> Result<(), OpenError> {
        let verifier = BASE64.encode(&self.verifier);
        let document = Document { format: FORMAT, verifier, passphrase: self.passphrase.clone() };
        let mut text = serde_json::to_vec_pretty(&document).map_err(|error| files::at(path)(error.into()))?;
        text.push(b'\n');
        files::replace(path, &text).map_err(files::at(path))
    }
}

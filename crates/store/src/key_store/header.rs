//! What is needed to recognise the root key before anything is opened with it.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

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
    /// Reads a header as [`KeyStoreHeader::to_json`] writes it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_json(text: &[u8]) -> Result<Self, &'static str> {
        let document: Document =
            serde_json::from_slice(text).map_err(|_| "it is not the JSON of a key store header")?;
        if document.format != FORMAT {
            return Err("its `format` is not 1");
        }
        let verifier =
            BASE64.decode(document.verifier.as_bytes()).map_err(|_| "its `verifier` is not base64")?;
        Ok(Self { verifier, passphrase: document.passphrase })
    }

    /// The header as it is stored.
    pub fn to_json(&self) -> String {
        let verifier = BASE64.encode(&self.verifier);
        let document = Document { format: FORMAT, verifier, passphrase: self.passphrase.clone() };
        serde_json::to_string_pretty(&document).expect("texts and JSON values can be written as JSON") + "\n"
    }
}

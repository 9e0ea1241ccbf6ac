//! The keys of notes: Ed25519 (C2SP `signed-note`, signature type `0x01`).

use std::{fmt, str::FromStr};

use data_encoding::{BASE64, HEXLOWER};
use ring::{
    digest::{Context, SHA256},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use thiserror::Error;

/// The signature type identifier of Ed25519 notes.
const ED25519_TYPE: u8 = 0x01;

/// Signs the checkpoints of one log. Its name is the log's origin.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    verifying_key: VerifyingKey,
}

impl SigningKey {
    /// The key called `name` that grows from `seed`, 32 secret random bytes (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    /// [`KeyError::Name`] when a note could not name the key so.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("an Ed25519 seed is any 32 bytes");
        let public = pair.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes");
        Ok(Self { pair, verifying_key: VerifyingKey::new(name, public)? })
    }

    /// What others need to check its signatures; publish it.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    pub(super) fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.pair.sign(text).as_ref().try_into().expect("an Ed25519 signature has 64 bytes")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("verifying_key", &self.verifying_key)
            .finish_non_exhaustive()
    }
}

/// Checks the notes of one log. As text: `<name>+<key id in hex>+<base64 of type and public key>`, a "vkey".
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    id: [u8; 4],
    public: [u8; 32],
}

impl VerifyingKey {
    /// The key called `name` with the Ed25519 public key `public` (RFC 8032).
    ///
    /// # Errors
    /// [`KeyError::Name`] when a note could not name the key so.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        Ok(Self { name: name.to_owned(), id: key_id(name, &public), public })
    }

    /// The key's name, which is the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key ID that stands in signature lines.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    pub(super) fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public).verify(text, signature).is_ok()
    }
}

/// `SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]`
fn key_id(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let mut context = Context::new(&SHA256);
    for part in [name.as_bytes(), b"\n", &[ED25519_TYPE], public] {
        context.update(part);
    }
    let digest = context.finish();
    *digest.as_ref().first_chunk().expect("SHA-256 yields 32 bytes")
}

/// Whether a signature line and a checkpoint's first line can hold `name`.
pub(super) fn is_name(name: &str) -> bool {
    let refused = |character: char| character.is_whitespace() || character.is_control() || character == '+';
    !name.is_empty() && !name.contains(refused)
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519_TYPE];
        key.extend_from_slice(&self.public);
        write!(formatter, "{}+{}+{}", self.name, HEXLOWER.encode(&self.id), BASE64.encode(&key))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let [name, id, key] = *text.splitn(3, '+').collect::<Vec<_>>() else {
            return Err(KeyError::Malformed);
        };
        let key = BASE64.decode(key.as_bytes()).map_err(|_| KeyError::Malformed)?;
        let (&[kind], public) = key.split_first_chunk().ok_or(KeyError::Malformed)?;
        if kind != ED25519_TYPE {
            return Err(KeyError::Algorithm { found: kind });
        }
        let key = Self::new(name, public.try_into().map_err(|_| KeyError::Malformed)?)?;
        if HEXLOWER.encode(&key.id) == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

/// A key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Notes and checkpoints cannot carry that name.
    #[error("a key name (a log's origin) is not empty and has no space, plus sign or control character")]
    Name,
    /// The text is not a vkey.
    #[error("not a verifying key: expected <name>+<8 hex digits>+<base64> as in C2SP signed-note")]
    Malformed,
    /// Another algorithm than Ed25519.
    #[error("the key is of signature type {found:#04x}; this log is signed with Ed25519, 0x01")]
    Algorithm {
        /// The signature type identifier.
        found: u8,
    },
    /// The key ID does not belong to name and key.
    #[error("the key's ID does not belong to its name and key: it was mistyped or changed")]
    Id,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_text() {
        let key = SigningKey::from_seed("example.com/log", &[7; 32]).unwrap();
        let text = key.verifying_key().to_string();
        assert_eq!(&text.parse::<VerifyingKey>().unwrap(), key.verifying_key());
        assert_eq!(text.replace("example", "exemple").parse::<VerifyingKey>(), Err(KeyError::Id));
        assert_eq!(text.replace('+', "-").parse::<VerifyingKey>(), Err(KeyError::Malformed));
    }

    #[test]
    fn names_that_would_break_a_line_are_refused() {
        for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b", "a\0"] {
            assert_eq!(VerifyingKey::new(name, [0; 32]), Err(KeyError::Name), "{name:?}");
        }
    }

    #[test]
    fn the_seed_is_not_printed() {
        let key = SigningKey::from_seed("log", &[0x5a; 32]).unwrap();
        let printed = format!("{key:?}");
        assert!(!printed.contains("90") && !printed.to_lowercase().contains("5a5a"), "{printed}");
    }
}

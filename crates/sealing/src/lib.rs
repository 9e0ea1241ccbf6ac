//! Keys and what they seal: AES-256-GCM fields, wrapped keys, blind indexes and audit commitments.
//!
//! Only `gate` may use this crate. The byte formats are specified in `docs/formats.md`, with test vectors. No key
//! type has `Debug`, `Display` or `Serialize`. The secrets are wiped when dropped; the expanded cipher and HMAC
//! schedules inside `ring` are not (it offers no way), so core dumps of the process must stay disabled.

mod access_log;
pub mod account;
pub mod audit;
pub mod backup;
mod cipher;
mod derive;
mod encoding;
mod own;
pub mod passphrase;
pub mod password;
pub mod place;
mod public_key;
pub mod report;
pub mod root;
mod root_file;
pub mod secret;
mod seed;
pub mod subject;
mod visits;
mod webhook_secret;
pub mod wrapped;

#[cfg(test)]
mod vectors;

pub use access_log::{AccessKey, NewAccessKey};
pub use account::{AccountKeys, UnwrapError};
pub use audit::{AuditKey, LeafKey};
pub use backup::{BackupKey, Opener, Sealer};
pub use own::sealed_version;
pub use passphrase::{PassphraseError, PassphraseParameters};
pub use password::PasswordHash;
pub use place::Place;
pub use public_key::PublicKey;
pub use root::{RootKey, RootVerifier, WrongRootKey};
pub use root_file::RootKeyFileError;
pub use secret::{hash_secret, secret_matches};
pub use subject::SubjectKey;
pub use visits::VisitSalt;
pub use wrapped::{WrappedAccountKeys, WrappedSubjectKey};

/// A sealed value that does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value does not open: it was altered, moved from its place, or sealed under another key")]
pub struct Unsealable;

/// A 32-byte secret that is wiped when dropped.
pub(crate) type Secret = zeroize::Zeroizing<[u8; 32]>;

/// A fresh 32-byte secret.
pub(crate) fn fresh_secret(randomness: &dyn domain::Randomness) -> Secret {
    let mut secret = Secret::default();
    randomness.fill(secret.as_mut_slice());
    secret
}

/// Plaintext on its way to be sealed, wiped when dropped.
pub fn wiped(plaintext: Vec<u8>) -> zeroize::Zeroizing<Vec<u8>> {
    zeroize::Zeroizing::new(plaintext)
}

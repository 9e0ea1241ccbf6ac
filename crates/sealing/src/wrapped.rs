//! Keys sealed under the key above them, in the 64 bytes that are stored.
//!
//! Layout: `0..4` version (big-endian), `4..16` nonce, `16..48` ciphertext, `48..64` tag. What they mean by
//! themselves is nothing, but neither type can be printed: a wrapped key in a log would outlive its shredding.

use domain::Randomness;

use crate::{Secret, Unsealable, cipher::Cipher, encoding::Encoding};

/// Bytes of a wrapped key.
pub const WRAPPED_LENGTH: usize = 64;

/// One version of an account's keys, wrapped by the root key.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedAccountKeys([u8; WRAPPED_LENGTH]);

/// A subject key, wrapped by one version of its account's keys for one slot of the key store.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedSubjectKey([u8; WRAPPED_LENGTH]);

impl WrappedAccountKeys {
    /// Read back from where it was stored.
    pub const fn from_bytes(bytes: [u8; WRAPPED_LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; WRAPPED_LENGTH] {
        &self.0
    }

    /// The version of the account's keys inside; authenticated only by unwrapping.
    pub fn version(&self) -> u32 {
        version_of(&self.0)
    }
}

impl WrappedSubjectKey {
    /// Read back from its slot.
    pub const fn from_bytes(bytes: [u8; WRAPPED_LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; WRAPPED_LENGTH] {
        &self.0
    }

    /// The version of the account's keys that unwraps it.
    pub fn account_version(&self) -> u32 {
        version_of(&self.0)
    }
}

fn version_of(wrapped: &[u8; WRAPPED_LENGTH]) -> u32 {
    let [a, b, c, d, ..] = *wrapped;
    u32::from_be_bytes([a, b, c, d])
}

/// Wraps `secret`, bound to its place.
pub(crate) fn wrap(
    cipher: &Cipher,
    version: u32,
    bound: &Encoding,
    secret: &Secret,
    randomness: &dyn Randomness,
) -> [u8; WRAPPED_LENGTH] {
    let sealed = cipher.seal(&version.to_be_bytes(), bound, secret.as_slice(), randomness);
    sealed.try_into().expect("4 bytes of version, 12 of nonce, 32 of secret and 16 of tag are 64")
}

/// Unwraps what [`wrap`] made.
///
/// # Errors
/// When key, place or bytes are not those it was wrapped with.
pub(crate) fn unwrap(
    cipher: &Cipher,
    bound: &Encoding,
    wrapped: &[u8; WRAPPED_LENGTH],
) -> Result<Secret, Unsealable> {
    cipher.open_secret(bound, &wrapped[4..])
}

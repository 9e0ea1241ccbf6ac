//! AES-256-GCM with a random nonce before the ciphertext: the one way in which anything here is sealed.
//!
//! With random 96-bit nonces one key may seal 2^32 values (NIST SP 800-38D, section 8.3). A subject key seals one
//! person's fields and an account key wraps one account's subject keys; both stay far below.

use domain::{Randomness, ambient::random_bytes};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::{Secret, Unsealable, encoding::Encoding};

/// Bytes of the nonce.
pub(crate) const NONCE_LENGTH: usize = 12;
/// Bytes of the tag.
pub(crate) const TAG_LENGTH: usize = 16;

/// A key with its schedule expanded once, because several values are sealed with it.
pub(crate) struct Cipher(LessSafeKey);

impl Cipher {
    pub(crate) fn new(secret: &Secret) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, secret.as_slice()).expect("AES-256 takes a key of 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Appends nonce, ciphertext and tag to `prefix`; `bound` has to be the same when opening.
    pub(crate) fn seal(
        &self,
        prefix: &[u8],
        bound: &Encoding,
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Vec<u8> {
        let nonce: [u8; NONCE_LENGTH] = random_bytes(randomness);
        let start = prefix.len() + NONCE_LENGTH;
        // Reserved in full, so that growing never leaves a copy of the plaintext behind in freed memory.
        let mut sealed = Vec::with_capacity(start + plaintext.len() + TAG_LENGTH);
        sealed.extend_from_slice(prefix);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let (nonce, bound) = (Nonce::assume_unique_for_key(nonce), Aad::from(bound.as_bytes()));
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, bound, &mut sealed[start..])
            .expect("a value in memory is below AES-GCM's limit of 64 GiB");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens nonce, ciphertext and tag, as [`Cipher::seal`] put them after its prefix.
    ///
    /// # Errors
    /// When any byte of it, the key or `bound` is not what it was sealed with.
    pub(crate) fn open(&self, bound: &Encoding, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(Unsealable)?;
        let (nonce, bound) = (Nonce::assume_unique_for_key(*nonce), Aad::from(bound.as_bytes()));
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        let length = self.0.open_in_place(nonce, bound, &mut plaintext).map_err(|_| Unsealable)?.len();
        plaintext.truncate(length);
        Ok(plaintext)
    }

    /// Opens what must be a 32-byte secret.
    ///
    /// # Errors
    /// As [`Cipher::open`], and when it is of another length.
    pub(crate) fn open_secret(&self, bound: &Encoding, sealed: &[u8]) -> Result<Secret, Unsealable> {
        let plaintext = self.open(bound, sealed)?;
        let mut secret = Secret::default();
        if plaintext.len() != secret.len() {
            return Err(Unsealable);
        }
        secret.copy_from_slice(&plaintext);
        Ok(secret)
    }
}

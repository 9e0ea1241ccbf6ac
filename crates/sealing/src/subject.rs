//! Subject keys: one per person and retention class. They seal fields; destroying one shreds them.

use domain::Randomness;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    Place, Secret, Unsealable, audit::AuditKey, cipher::Cipher, derive::derive, encoding::Encoding,
    fresh_secret,
};

/// The first byte of a sealed field: AES-256-GCM, 12-byte random nonce, 16-byte tag.
const FORMAT: u8 = 0x01;

/// The key of one person's data in one retention class.
pub struct SubjectKey {
    secret: Secret,
    cipher: Cipher,
}

impl SubjectKey {
    /// A new key.
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self::from_secret(fresh_secret(randomness))
    }

    pub(crate) fn from_secret(secret: Secret) -> Self {
        Self { cipher: Cipher::new(&secret), secret }
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Whether this is the same key as another; takes the same time wherever they differ.
    pub fn is_same(&self, other: &Self) -> bool {
        self.secret.ct_eq(other.secret.as_slice()).into()
    }

    /// Seals a field's value for its place: format byte, nonce, ciphertext, tag; 29 bytes more than the value.
    pub fn seal(&self, place: &Place<'_>, plaintext: &[u8], randomness: &dyn Randomness) -> Vec<u8> {
        self.cipher.seal(&[FORMAT], &place.encode(), plaintext, randomness)
    }

    /// The value sealed for `place`.
    ///
    /// # Errors
    /// [`Unsealable`] when a byte was altered, or it was sealed for another place or under another key.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let sealed = sealed.strip_prefix(&[FORMAT]).ok_or(Unsealable)?;
        self.cipher.open(&place.encode(), sealed)
    }

    /// The key of the audit entries about this person, when this is the key of the person's audit class.
    pub fn audit_key(&self) -> AuditKey {
        AuditKey::from_secret(&derive(&self.secret, &Encoding::labelled("bailee subject audit v1")))
    }
}

#[cfg(test)]
mod tests;

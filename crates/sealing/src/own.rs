//! What an account seals for itself and about nobody in particular: under a key of a use of its own, behind the version of
//! the account's keys that opens it.

use domain::Randomness;
use zeroize::Zeroizing;

use crate::{AccountKeys, Unsealable, cipher::Cipher, encoding::Encoding};

/// Bytes of the version before what is sealed.
const VERSION_LENGTH: usize = 4;

/// The version of the account's keys that opens what an account sealed for itself; none when it is nothing sealed.
pub fn sealed_version(sealed: &[u8]) -> Option<u32> {
    sealed.first_chunk().map(|version| u32::from_be_bytes(*version))
}

impl AccountKeys {
    /// Seals for one use, bound to a place: the version of these keys, then nonce, ciphertext and tag.
    pub(crate) fn seal_own(
        &self,
        label: &str,
        place: &Encoding,
        plain: &[u8],
        randomness: &dyn Randomness,
    ) -> Vec<u8> {
        let version = self.version().to_be_bytes();
        Cipher::new(&self.derived(label)).seal(&version, place, plain, randomness)
    }

    /// Opens it again.
    pub(crate) fn open_own(
        &self,
        label: &str,
        place: &Encoding,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        if sealed_version(sealed) != Some(self.version()) {
            return Err(Unsealable);
        }
        Cipher::new(&self.derived(label)).open(place, &sealed[VERSION_LENGTH..])
    }
}

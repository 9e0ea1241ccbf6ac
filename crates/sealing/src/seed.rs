//! Seeds of the installation, such as the signing key of the audit log, sealed under the root key.

use domain::Randomness;

use crate::{RootKey, Secret, Unsealable, cipher::Cipher, encoding::Encoding};

/// The first byte of a sealed seed: AES-256-GCM, 12-byte random nonce, 16-byte tag.
const SEED_FORMAT: u8 = 0x01;

impl RootKey {
    /// Seals a 32-byte seed under this key, bound to its name.
    pub fn seal_seed(&self, name: &str, seed: &[u8; 32], randomness: &dyn Randomness) -> Vec<u8> {
        Cipher::new(self.secret()).seal(&[SEED_FORMAT], &seed_place(name), seed, randomness)
    }

    /// The seed that was sealed by this name.
    ///
    /// # Errors
    /// [`Unsealable`] when it was altered, has another name, or was sealed under another root key.
    pub fn open_seed(&self, name: &str, sealed: &[u8]) -> Result<Secret, Unsealable> {
        let sealed = sealed.strip_prefix(&[SEED_FORMAT]).ok_or(Unsealable)?;
        Cipher::new(self.secret()).open_secret(&seed_place(name), sealed)
    }
}

fn seed_place(name: &str) -> Encoding {
    Encoding::labelled("bailee seed v1").text(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use domain::ambient::SystemRandomness;

    use super::*;

    #[test]
    fn a_seed_opens_under_its_name_and_root_key_only() {
        let randomness = SystemRandomness::default();
        let root = RootKey::generate(&randomness);
        let sealed = root.seal_seed("log", &[7; 32], &randomness);
        assert_eq!(root.open_seed("log", &sealed).map(|seed| *seed), Ok([7; 32]));
        assert!(root.open_seed("other", &sealed).is_err());
        assert!(RootKey::generate(&randomness).open_seed("log", &sealed).is_err());
        assert!(root.open_seed("log", &[]).is_err());
    }
}

//! The root key: wraps the account keys, and is itself never stored with the data.

use domain::{AccountId, Randomness};

use crate::{
    AccountKeys, Secret, Unsealable, WrappedAccountKeys, cipher::Cipher, encoding::Encoding, fresh_secret,
    wrapped,
};

/// The first byte of a verifier: AES-256-GCM, 12-byte random nonce, 16-byte tag.
const VERIFIER_FORMAT: u8 = 0x01;

/// The key at the top. To rotate it, unwrap every account's keys with the old one and wrap them with the new.
pub struct RootKey(Secret);

/// An empty value sealed under a root key, stored so that a wrong key is noticed before anything is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootVerifier(Vec<u8>);

impl RootVerifier {
    /// Read back from where it was stored.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store: 29.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A root key other than the one the key store was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not the root key of this key store: check the key file or passphrase, and the data directory"
)]
pub struct WrongRootKey;

impl RootKey {
    /// A new root key.
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self(fresh_secret(randomness))
    }

    pub(crate) const fn from_secret(secret: Secret) -> Self {
        Self(secret)
    }

    pub(crate) const fn secret(&self) -> &Secret {
        &self.0
    }

    /// What to store so that [`RootKey::check`] can tell this key from any other.
    pub fn verifier(&self, randomness: &dyn Randomness) -> RootVerifier {
        RootVerifier(Cipher::new(&self.0).seal(&[VERIFIER_FORMAT], &verifier_place(), &[], randomness))
    }

    /// Whether this is the key that made `verifier`.
    ///
    /// # Errors
    /// [`WrongRootKey`] when it is not.
    pub fn check(&self, verifier: &RootVerifier) -> Result<(), WrongRootKey> {
        let sealed = verifier.0.strip_prefix(&[VERIFIER_FORMAT]).ok_or(WrongRootKey)?;
        Cipher::new(&self.0).open(&verifier_place(), sealed).map(drop).map_err(|Unsealable| WrongRootKey)
    }

    /// Wraps one version of an account's keys.
    pub fn wrap_account(&self, keys: &AccountKeys, randomness: &dyn Randomness) -> WrappedAccountKeys {
        let place = account_place(keys.account(), keys.version());
        let bytes = wrapped::wrap(&Cipher::new(&self.0), keys.version(), &place, keys.secret(), randomness);
        WrappedAccountKeys::from_bytes(bytes)
    }

    /// The keys of `account` that were wrapped.
    ///
    /// # Errors
    /// [`Unsealable`] when they were altered, or belong to another account or root key.
    pub fn unwrap_account(
        &self,
        account: AccountId,
        keys: &WrappedAccountKeys,
    ) -> Result<AccountKeys, Unsealable> {
        let place = account_place(account, keys.version());
        let secret = wrapped::unwrap(&Cipher::new(&self.0), &place, keys.as_bytes())?;
        Ok(AccountKeys::from_secret(account, keys.version(), secret))
    }
}

fn verifier_place() -> Encoding {
    Encoding::labelled("bailee root verifier v1")
}

fn account_place(account: AccountId, version: u32) -> Encoding {
    Encoding::labelled("bailee account keys v1").fixed(account.as_bytes()).fixed(&version.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use domain::ambient::SystemRandomness;

    use super::*;

    fn account(byte: u8) -> AccountId {
        AccountId::from_bytes([byte; 16])
    }

    #[test]
    fn a_wrong_root_key_is_noticed() {
        let randomness = SystemRandomness::default();
        let root = RootKey::generate(&randomness);
        let verifier = RootVerifier::from_bytes(root.verifier(&randomness).as_bytes().to_vec());
        assert_eq!(verifier.as_bytes().len(), 29);
        assert_eq!(root.check(&verifier), Ok(()));
        assert_eq!(RootKey::generate(&randomness).check(&verifier), Err(WrongRootKey));
        assert_eq!(root.check(&RootVerifier::from_bytes(Vec::new())), Err(WrongRootKey));
    }

    #[test]
    fn account_keys_open_for_their_account_only() {
        let randomness = SystemRandomness::default();
        let root = RootKey::generate(&randomness);
        let keys = AccountKeys::generate(account(1), 7, &randomness);
        let wrapped = root.wrap_account(&keys, &randomness);
        let opened = root.unwrap_account(account(1), &wrapped).ok().unwrap();
        assert_eq!((opened.version(), opened.secret()), (7, keys.secret()));
        assert_eq!(root.unwrap_account(account(2), &wrapped).err(), Some(Unsealable));
        assert!(RootKey::generate(&randomness).unwrap_account(account(1), &wrapped).is_err());
    }

    #[test]
    fn every_byte_of_wrapped_account_keys_is_authenticated() {
        let randomness = SystemRandomness::default();
        let root = RootKey::generate(&randomness);
        let wrapped = root.wrap_account(&AccountKeys::generate(account(1), 7, &randomness), &randomness);
        for index in 0..wrapped.as_bytes().len() {
            let mut altered = *wrapped.as_bytes();
            altered[index] ^= 1;
            assert!(root.unwrap_account(account(1), &WrappedAccountKeys::from_bytes(altered)).is_err());
        }
    }

    #[test]
    fn root_rotation_keeps_the_account_keys() {
        let randomness = SystemRandomness::default();
        let (old, new) = (RootKey::generate(&randomness), RootKey::generate(&randomness));
        let keys = AccountKeys::generate(account(1), 1, &randomness);
        let tag = keys.blind_index("email", b"ada@example.org");
        let unwrapped = old.unwrap_account(account(1), &old.wrap_account(&keys, &randomness)).ok().unwrap();
        let rotated = new.wrap_account(&unwrapped, &randomness);
        let reopened = new.unwrap_account(account(1), &rotated).ok().unwrap();
        assert_eq!(reopened.blind_index("email", b"ada@example.org"), tag);
    }
}

//! Account keys: one secret for each version, and from it a key for each use.

use domain::{AccountId, Randomness};
use ring::hmac;

use crate::{
    AuditKey, Secret, SubjectKey, Unsealable, WrappedSubjectKey,
    cipher::Cipher,
    derive::{derive, derive_hmac, hmac_sha256},
    encoding::Encoding,
    fresh_secret, wrapped,
};

/// One version of one account's keys.
///
/// To rotate, generate the next version, wrap each subject key again for a *new* slot, then destroy the old slot; a
/// slot is never written with a second key. Blind indexes are read under both versions meanwhile.
pub struct AccountKeys {
    account: AccountId,
    version: u32,
    secret: Secret,
    wrapping: Cipher,
    index: hmac::Key,
    routing: hmac::Key,
    repetition: hmac::Key,
}

/// Why a wrapped subject key could not be unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// It was wrapped under another version of the account's keys.
    #[error("the key is wrapped under version {wrapped} of the account's keys, not {held}; use that version")]
    OtherVersion {
        /// The version that unwraps it.
        wrapped: u32,
        /// The version that was tried.
        held: u32,
    },
    /// It was altered, or belongs to another account or slot.
    #[error("the wrapped key does not open")]
    Unsealable(#[from] Unsealable),
}

impl AccountKeys {
    /// New keys of `account`. Versions start at 1 and go up by one with each rotation.
    pub fn generate(account: AccountId, version: u32, randomness: &dyn Randomness) -> Self {
        Self::from_secret(account, version, fresh_secret(randomness))
    }

    pub(crate) fn from_secret(account: AccountId, version: u32, secret: Secret) -> Self {
        let info = |label| use_of(label, account, version);
        Self {
            account,
            version,
            wrapping: Cipher::new(&derive(&secret, &info("bailee account wrapping v1"))),
            index: derive_hmac(&secret, &info("bailee account index v1")),
            routing: derive_hmac(&secret, &info("bailee account routing v1")),
            repetition: derive_hmac(&secret, &info("bailee account repetition v1")),
            secret,
        }
    }

    /// The account these keys belong to.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Which version of the account's keys this is.
    pub const fn version(&self) -> u32 {
        self.version
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Wraps a subject key for `slot` of the key store, and for no other.
    pub fn wrap_subject_key(
        &self,
        slot: u64,
        key: &SubjectKey,
        randomness: &dyn Randomness,
    ) -> WrappedSubjectKey {
        let place = subject_key_place(self.account, slot);
        let bytes = wrapped::wrap(&self.wrapping, self.version, &place, key.secret(), randomness);
        WrappedSubjectKey::from_bytes(bytes)
    }

    /// The subject key wrapped for `slot`.
    ///
    /// # Errors
    /// [`UnwrapError`]: another version has to be used, or the key was altered or belongs to another place.
    pub fn unwrap_subject_key(&self, slot: u64, key: &WrappedSubjectKey) -> Result<SubjectKey, UnwrapError> {
        if key.account_version() != self.version {
            return Err(UnwrapError::OtherVersion { wrapped: key.account_version(), held: self.version });
        }
        let place = subject_key_place(self.account, slot);
        let secret = wrapped::unwrap(&self.wrapping, &place, key.as_bytes())?;
        Ok(SubjectKey::from_secret(secret))
    }

    /// The tag by which a normalised value of `field` is found without being opened: HMAC-SHA256.
    pub fn blind_index(&self, field: &str, normalised: &[u8]) -> [u8; 32] {
        tag(&self.index, "bailee blind index v1", field, normalised)
    }

    /// The tag by which a normalised value of `field` is found across accounts; made with the operator's keys.
    pub fn routing_index(&self, field: &str, normalised: &[u8]) -> [u8; 32] {
        tag(&self.routing, "bailee routing index v1", field, normalised)
    }

    /// The hash by which a repeated request body is recognised. Keyed, because a body is personal data and a plain
    /// hash of it could be guessed.
    pub fn keyed_hash(&self, body: &[u8]) -> [u8; 32] {
        hmac_sha256(&self.repetition, body)
    }

    /// The key of this account's audit entries that are about no person.
    pub fn audit_key(&self) -> AuditKey {
        AuditKey::from_secret(&self.derived("bailee account audit v1"))
    }

    /// The secret for one use.
    pub(crate) fn derived(&self, label: &str) -> Secret {
        derive(&self.secret, &use_of(label, self.account, self.version))
    }
}

fn use_of(label: &str, account: AccountId, version: u32) -> Encoding {
    Encoding::labelled(label).fixed(account.as_bytes()).fixed(&version.to_be_bytes())
}

fn subject_key_place(account: AccountId, slot: u64) -> Encoding {
    Encoding::labelled("bailee subject key v1").fixed(account.as_bytes()).fixed(&slot.to_be_bytes())
}

fn tag(key: &hmac::Key, label: &str, field: &str, normalised: &[u8]) -> [u8; 32] {
    let message = Encoding::labelled(label).text(field.as_bytes()).text(normalised);
    hmac_sha256(key, message.as_bytes())
}

#[cfg(test)]
mod tests;

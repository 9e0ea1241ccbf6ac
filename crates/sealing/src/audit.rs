//! The keys of audit entries: a public commitment that says nothing, and the sealed detail it commits to.
//!
//! `leaf key = HMAC(audit key, label ‖ nonce)` and `commitment = HMAC(leaf key, detail)`. Whoever holds a leaf key and
//! its detail can prove that one entry and no other. When the audit key is shredded, a commitment points at no one.

use data_encoding::HEXLOWER;
use domain::Randomness;
use ring::hmac;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    Secret, Unsealable,
    cipher::Cipher,
    derive::{derive, derive_hmac, hmac_sha256},
    encoding::Encoding,
};

/// The key of the audit entries about one person, or of those about no person in one account.
pub struct AuditKey {
    leaf: hmac::Key,
    detail: Cipher,
}

impl AuditKey {
    pub(crate) fn from_secret(secret: &Secret) -> Self {
        let leaf = derive_hmac(secret, &Encoding::labelled("bailee audit leaf v1"));
        let detail = Cipher::new(&derive(secret, &Encoding::labelled("bailee audit detail v1")));
        Self { leaf, detail }
    }

    /// The key of the one entry that carries `nonce`, which is fresh for each entry.
    pub fn leaf_key(&self, nonce: [u8; 16]) -> LeafKey {
        let message = Encoding::labelled("bailee leaf key v1").fixed(&nonce);
        LeafKey(Zeroizing::new(hmac_sha256(&self.leaf, message.as_bytes())))
    }

    /// Seals an entry's detail for its private row.
    pub fn seal_detail(&self, nonce: [u8; 16], detail: &[u8], randomness: &dyn Randomness) -> Vec<u8> {
        self.detail.seal(&[], &detail_place(nonce), detail, randomness)
    }

    /// The detail of the entry that carries `nonce`.
    ///
    /// # Errors
    /// [`Unsealable`] when it was altered, or belongs to another entry or another key.
    pub fn open_detail(&self, nonce: [u8; 16], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        self.detail.open(&detail_place(nonce), sealed)
    }
}

fn detail_place(nonce: [u8; 16]) -> Encoding {
    Encoding::labelled("bailee audit detail v1").fixed(&nonce)
}

/// The key of one audit entry. A certificate or receipt carries it, so that its holder can prove that entry.
pub struct LeafKey(Secret);

impl LeafKey {
    /// What stands in the public leaf: HMAC-SHA256 of the entry's detail. It binds to one detail, because two
    /// details with one commitment would be a collision of SHA-256.
    pub fn commit(&self, detail: &[u8]) -> [u8; 32] {
        hmac_sha256(&hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice()), detail)
    }

    /// Whether `commitment` commits to `detail`; takes the same time wherever they differ.
    pub fn verify(&self, detail: &[u8], commitment: &[u8; 32]) -> bool {
        self.commit(detail).ct_eq(commitment).into()
    }

    /// 64 lower-case hexadecimal digits, for the holder of a certificate. This reveals the key.
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(self.0.as_slice())
    }

    /// The key that [`LeafKey::to_hex`] wrote; nothing when the text is anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(HEXLOWER.decode(text.as_bytes()).ok()?);
        let secret: [u8; 32] = bytes.as_slice().try_into().ok()?;
        Some(Self(Zeroizing::new(secret)))
    }
}

#[cfg(test)]
mod tests {
    use domain::ambient::{SystemRandomness, random_bytes};

    use super::*;
    use crate::SubjectKey;

    #[test]
    fn a_leaf_key_proves_its_own_entry_only() {
        let key = SubjectKey::generate(&SystemRandomness::default()).audit_key();
        let leaf = key.leaf_key([1; 16]);
        let commitment = leaf.commit(b"read email for support");
        let exported = LeafKey::from_hex(&leaf.to_hex()).unwrap();
        assert!(exported.verify(b"read email for support", &commitment));
        assert!(!exported.verify(b"read email for marketing", &commitment));
        assert!(!key.leaf_key([2; 16]).verify(b"read email for support", &commitment));
    }

    #[test]
    fn a_detail_opens_under_its_own_nonce_and_key_only() {
        let randomness = SystemRandomness::default();
        let key = SubjectKey::generate(&randomness).audit_key();
        let nonce = random_bytes(&randomness);
        let sealed = key.seal_detail(nonce, b"detail", &randomness);
        assert_eq!(key.open_detail(nonce, &sealed).unwrap().as_slice(), b"detail");
        assert_eq!(key.open_detail([0; 16], &sealed).err(), Some(Unsealable));
        let other = SubjectKey::generate(&randomness).audit_key();
        assert_eq!(other.open_detail(nonce, &sealed).err(), Some(Unsealable));
    }

    #[test]
    fn a_leaf_key_has_one_spelling() {
        let digits = "ab".repeat(32);
        assert!(LeafKey::from_hex(&digits).is_some());
        assert!(LeafKey::from_hex(&digits.to_uppercase()).is_none());
        assert!(LeafKey::from_hex(&digits[2..]).is_none());
    }
}

//! SHA-256 with the domain separation of RFC 9162, section 2.1.

use std::fmt;

use data_encoding::{BASE64, HEXLOWER};
use ring::digest::{Context, SHA256, digest};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Bytes of one hash.
pub const HASH_SIZE: usize = 32;

/// A SHA-256 hash of a leaf, of a node or of a whole tree. Printed as hex, written in JSON as base64, as in proofs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; HASH_SIZE]);

impl Hash {
    /// The root of the tree without leaves: the hash of nothing (RFC 9162, section 2.1.1).
    pub fn of_empty_tree() -> Self {
        Self::from_digest(digest(&SHA256, &[]))
    }

    /// The hash written in standard base64, as checkpoints and proofs spell it.
    pub fn to_base64(&self) -> String {
        BASE64.encode(&self.0)
    }

    /// Reads what [`Hash::to_base64`] writes; `None` for any other spelling or length.
    pub fn from_base64(text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    fn from_digest(digest: ring::digest::Digest) -> Self {
        Self(digest.as_ref().try_into().expect("SHA-256 yields 32 bytes"))
    }
}

/// The hash of an entry as a leaf: `SHA-256(0x00 ‖ entry)`.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[0x00]);
    context.update(entry);
    Hash::from_digest(context.finish())
}

/// The hash of an inner node: `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    let mut bytes = [0x01; 1 + 2 * HASH_SIZE];
    bytes[1..=HASH_SIZE].copy_from_slice(&left.0);
    bytes[1 + HASH_SIZE..].copy_from_slice(&right.0);
    Hash::from_digest(digest(&SHA256, &bytes))
}

/// The root of a perfect tree over `hashes`, whose number is a power of two.
pub(crate) fn perfect_root(hashes: &[Hash]) -> Hash {
    debug_assert!(hashes.len().is_power_of_two());
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        for parent in 0..row.len() / 2 {
            row[parent] = node_hash(row[2 * parent], row[2 * parent + 1]);
        }
        row.truncate(row.len() / 2);
    }
    row[0]
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_base64(&text).ok_or_else(|| D::Error::custom("a hash is 32 bytes in standard base64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Hash::of_empty_tree().to_string(), empty);
        let empty_leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        assert_eq!(leaf_hash(b"").to_string(), empty_leaf);
        let two = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
        assert_eq!(node_hash(leaf_hash(b""), leaf_hash(b"\0")).to_string(), two);
    }

    #[test]
    fn json_has_one_spelling() {
        let hash = leaf_hash(b"x");
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
        assert!(Hash::from_base64(&hash.to_base64().replace('=', "")).is_none());
        assert!(Hash::from_base64("AAAA").is_none());
    }
}

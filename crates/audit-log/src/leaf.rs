//! The public leaf: all that the world sees of an audit entry.
//!
//! 41 bytes: version `0x01`; whole minutes since the Unix epoch, 64 bits, big-endian; a 32-byte commitment to the
//! private detail. The time is coarse and the commitment keyed, so that a leaf points at no one by itself.

use data_encoding::BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;

use crate::hash::{Hash, leaf_hash};

/// Bytes of an encoded leaf.
pub const LEAF_SIZE: usize = 41;

const VERSION: u8 = 1;

/// One public entry. Written in JSON as the base64 of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// When it happened: whole minutes since the Unix epoch, UTC.
    pub minute: u64,
    /// A keyed hash of the private detail. Without the key, which dies with the person, it says nothing.
    pub commitment: [u8; 32],
}

impl Leaf {
    /// The bytes that are logged, published and hashed.
    pub fn encode(&self) -> [u8; LEAF_SIZE] {
        let mut bytes = [VERSION; LEAF_SIZE];
        bytes[1..9].copy_from_slice(&self.minute.to_be_bytes());
        bytes[9..].copy_from_slice(&self.commitment);
        bytes
    }

    /// Reads what [`Leaf::encode`] writes.
    ///
    /// # Errors
    /// [`LeafError`] for any other length or version.
    pub fn decode(bytes: &[u8]) -> Result<Self, LeafError> {
        let bytes: &[u8; LEAF_SIZE] =
            bytes.try_into().map_err(|_| LeafError::Length { found: bytes.len() })?;
        let [VERSION, rest @ ..] = bytes else {
            return Err(LeafError::Version { found: bytes[0] });
        };
        let (minute, commitment) = rest.split_first_chunk::<8>().expect("40 bytes follow the version");
        let commitment = commitment.try_into().expect("32 bytes follow the minute");
        Ok(Self { minute: u64::from_be_bytes(*minute), commitment })
    }

    /// Its hash in the tree.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.encode())
    }
}

/// Bytes that are not a public leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LeafError {
    /// Too short or too long.
    #[error("a leaf is {LEAF_SIZE} bytes long, this is {found}")]
    Length {
        /// Bytes that were there.
        found: usize,
    },
    /// Written by another version of the format.
    #[error("the leaf is of version {found}, this program reads version {VERSION}")]
    Version {
        /// The version byte.
        found: u8,
    },
}

impl Serialize for Leaf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.encode()))
    }
}

impl<'de> Deserialize<'de> for Leaf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text.as_bytes()).map_err(D::Error::custom)?;
        Self::decode(&bytes).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_layout_is_fixed() {
        let leaf = Leaf { minute: 0x0102_0304_0506_0708, commitment: [0xab; 32] };
        let bytes = leaf.encode();
        assert_eq!(bytes[..10], [1, 1, 2, 3, 4, 5, 6, 7, 8, 0xab]);
        assert_eq!(Leaf::decode(&bytes), Ok(leaf));
        assert_eq!(Leaf::decode(&bytes[1..]), Err(LeafError::Length { found: 40 }));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_come_back(mut bytes in prop::collection::vec(any::<u8>(), 39..44), version in 0_u8..3) {
            bytes[0] = version;
            match Leaf::decode(&bytes) {
                Ok(leaf) => prop_assert_eq!(leaf.encode().to_vec(), bytes),
                Err(LeafError::Length { found }) => prop_assert!(found == bytes.len() && found != LEAF_SIZE),
                Err(LeafError::Version { found }) => prop_assert!(found == version && found != VERSION),
            }
        }
    }
}

//! The 80 bytes of a slot that holds a key: `0..64` wrapped key, `64..80` checksum.

use ring::digest::{Context, SHA256};
use store::key_store::{SlotNumber, WrappedKeyBytes};

const KEY_LENGTH: usize = 64;

/// What is written for a key in `slot`.
pub(super) fn encode(slot: SlotNumber, key: &WrappedKeyBytes) -> Vec<u8> {
    let mut image = key.to_vec();
    image.extend_from_slice(&checksum(slot, key));
    image
}

/// The key in `slot`; nothing when the image is corrupt.
pub(super) fn decode(slot: SlotNumber, image: &[u8]) -> Option<WrappedKeyBytes> {
    let (key, sum) = image.split_at_checked(KEY_LENGTH)?;
    let key: WrappedKeyBytes = key.try_into().ok()?;
    (checksum(slot, &key) == *sum).then_some(key)
}

/// The first 16 bytes of SHA-256 over slot number and key. The number tells a key that was moved to another slot.
fn checksum(slot: SlotNumber, key: &WrappedKeyBytes) -> [u8; 16] {
    let mut context = Context::new(&SHA256);
    context.update(&slot.0.to_be_bytes());
    context.update(key);
    *context.finish().as_ref().first_chunk().expect("SHA-256 yields 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_from_its_slot_alone() {
        let image = encode(SlotNumber(9), &[7; 64]);
        assert_eq!(decode(SlotNumber(9), &image), Some([7; 64]));
        assert_eq!(decode(SlotNumber(8), &image), None);
    }

    #[test]
    fn any_other_byte_is_corruption() {
        let image = encode(SlotNumber(9), &[7; 64]);
        for index in 0..image.len() {
            let mut broken = image.clone();
            broken[index] ^= 1;
            assert_eq!(decode(SlotNumber(9), &broken), None, "byte {index}");
        }
        assert_eq!(decode(SlotNumber(9), &image[..79]), None);
        assert_eq!(decode(SlotNumber(9), &[]), None);
    }
}

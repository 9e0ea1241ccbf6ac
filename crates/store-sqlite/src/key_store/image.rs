//! The 128 bytes of one slot: `0` state, `1..65` wrapped key, `65..81` checksum, `81..128` zero.
//!
//! 128 divides 512, so a slot never crosses a sector and is written whole or not at all on disks that write sectors
//! whole. Everything but an exact image is corrupt: a flipped state byte must not pass for a destroyed key.

use ring::digest::{Context, SHA256};
use store::key_store::{Slot, SlotNumber, WrappedKeyBytes};

/// Bytes of one slot.
pub(super) const SLOT_LENGTH: usize = 128;

/// A slot as it lies in the file.
pub(super) type Image = [u8; SLOT_LENGTH];

const LIVE: u8 = 1;
const DESTROYED: u8 = 2;
const KEY_END: usize = 65;
const CHECKSUM_END: usize = 81;

/// What is written for `content` of `slot`.
pub(super) fn encode(slot: SlotNumber, content: &Slot) -> Image {
    match content {
        Slot::Empty => [0; SLOT_LENGTH],
        Slot::Live(key) => image(slot, LIVE, key),
        Slot::Destroyed => image(slot, DESTROYED, &[0; 64]),
    }
}

/// What `slot` holds; nothing when the image is corrupt.
pub(super) fn decode(slot: SlotNumber, image: &Image) -> Option<Slot> {
    let mut key: WrappedKeyBytes = [0; 64];
    key.copy_from_slice(&image[1..KEY_END]);
    let content = match image[0] {
        0 => Slot::Empty,
        LIVE => Slot::Live(key),
        DESTROYED => Slot::Destroyed,
        _ => return None,
    };
    (encode(slot, &content) == *image).then_some(content)
}

fn image(slot: SlotNumber, state: u8, key: &WrappedKeyBytes) -> Image {
    let mut image = [0; SLOT_LENGTH];
    image[0] = state;
    image[1..KEY_END].copy_from_slice(key);
    let sum = checksum(slot, &image[..KEY_END]);
    image[KEY_END..CHECKSUM_END].copy_from_slice(&sum);
    image
}

/// The first 16 bytes of SHA-256 over slot number, state and key. The number tells a slot written at a wrong offset.
fn checksum(slot: SlotNumber, content: &[u8]) -> [u8; 16] {
    let mut context = Context::new(&SHA256);
    context.update(&slot.0.to_be_bytes());
    context.update(content);
    let digest = context.finish();
    *digest.as_ref().first_chunk().expect("SHA-256 yields 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_read_back() {
        for content in [Slot::Empty, Slot::Live([7; 64]), Slot::Destroyed] {
            assert_eq!(decode(SlotNumber(9), &encode(SlotNumber(9), &content)), Some(content));
        }
    }

    #[test]
    fn any_other_byte_is_corruption() {
        for content in [Slot::Empty, Slot::Live([7; 64]), Slot::Destroyed] {
            for index in 0..SLOT_LENGTH {
                for flip in [1, 2, 3, 0x80] {
                    let mut image = encode(SlotNumber(9), &content);
                    image[index] ^= flip;
                    assert_eq!(decode(SlotNumber(9), &image), None, "{content:?}, byte {index}");
                }
            }
        }
    }

    #[test]
    fn a_slot_at_a_wrong_offset_is_corruption() {
        assert_eq!(decode(SlotNumber(8), &encode(SlotNumber(9), &Slot::Live([7; 64]))), None);
        assert_eq!(decode(SlotNumber(8), &encode(SlotNumber(9), &Slot::Destroyed)), None);
    }
}

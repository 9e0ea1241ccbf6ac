//! The key store against crashes, damage and repetition.

mod damage;
mod life;
mod vectors;

use std::path::Path;

use domain::{AccountId, SubjectId};
use jiff::Timestamp;
use store::key_store::{Deletion, KeyStore, SlotNumber, WrappedKeyBytes};

use super::FileKeyStore;

/// A key that no other test byte resembles.
fn key(number: u8) -> WrappedKeyBytes {
    std::array::from_fn(|index| number ^ u8::try_from(index).unwrap() ^ 0xa5)
}

fn deletion(slot: SlotNumber) -> Deletion {
    Deletion {
        at: Timestamp::from_second(1_800_000_000).unwrap(),
        account: AccountId::from_bytes([1; 16]),
        subject: SubjectId::from_bytes([2; 16]),
        class: "customer".to_owned(),
        slot,
    }
}

fn open(folder: &Path) -> FileKeyStore {
    FileKeyStore::open(folder).unwrap()
}

/// Fills fresh slots with `keys` and returns the first.
async fn filled(store: &FileKeyStore, keys: &[WrappedKeyBytes]) -> SlotNumber {
    let first = store.reserve(u32::try_from(keys.len()).unwrap());
    store.fill(first, keys.to_vec()).await.unwrap();
    first
}

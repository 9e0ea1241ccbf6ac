//! The key store against crashes, damage and repetition.

mod damage;
mod life;
mod vectors;

use std::path::Path;

use store::conformance::{
    key_store::{filled, key},
    sample::deletion,
};

use super::FileKeyStore;

fn open(folder: &Path) -> FileKeyStore {
    FileKeyStore::open(folder).unwrap()
}

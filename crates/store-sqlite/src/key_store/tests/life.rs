//! What this key store promises besides the behaviour of every key store.

use std::{fs, os::unix::fs::PermissionsExt};

use proptest::prelude::*;
use store::key_store::{KeyStore, KeyStoreError, Slot, SlotNumber};

use super::{deletion, filled, key, open};
use crate::key_store::{FileKeyStore, KeyStoreHeader, OpenError};

#[tokio::test]
async fn keys_survive_reopening() {
    let folder = tempfile::tempdir().unwrap();
    // More than one chunk of the file.
    let keys: Vec<_> = (0..700u16).map(|number| key(number.to_be_bytes()[1])).collect();
    let first = filled(&open(folder.path()), &keys).await;
    let store = open(folder.path());
    for (slot, key) in (first.0..).map(SlotNumber).zip(&keys) {
        assert_eq!(store.read(slot).await.unwrap(), Slot::Live(*key));
    }
    assert_eq!(store.read(SlotNumber(first.0 + 700)).await.unwrap(), Slot::Empty);
    assert_eq!(store.read(SlotNumber(u64::MAX)).await.unwrap(), Slot::Empty);
}

#[tokio::test]
async fn a_number_is_never_used_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let first = filled(&store, &[key(1), key(2)]).await;
    let last = SlotNumber(first.0 + 1);
    store.destroy(&[deletion(last)]).await.unwrap();
    assert!(
        matches!(store.fill(last, vec![key(3)]).await, Err(KeyStoreError::Used { slot }) if slot == last)
    );
    drop(store);
    assert!(open(folder.path()).reserve(1).await.unwrap() > last);
}

#[tokio::test]
async fn a_destroyed_key_is_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let first = filled(&store, &[key(1), key(2)]).await;
    let holds = |wanted: &[u8]| {
        fs::read_dir(folder.path()).unwrap().any(|file| {
            let content = fs::read(file.unwrap().path()).unwrap();
            content.windows(16).any(|window| window == &wanted[24..40])
        })
    };
    assert!(holds(&key(1)));
    store.destroy(&[deletion(first)]).await.unwrap();
    assert!(!holds(&key(1)));
    assert!(holds(&key(2)));
    assert_eq!(store.read(first).await.unwrap(), Slot::Destroyed);
}

#[tokio::test]
async fn a_second_opener_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(matches!(FileKeyStore::open(folder.path()), Err(OpenError::InUse { .. })));
    drop(store);
    open(folder.path());
}

#[test]
fn everything_is_its_owners_only() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("keys");
    let store = open(&folder);
    store.write_header(&KeyStoreHeader { verifier: vec![1], passphrase: None }).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.clone()), 0o700);
    for file in fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(file.unwrap().path()), 0o600);
    }
}

#[test]
fn the_header_is_kept_and_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert_eq!(store.header().unwrap(), None);
    let passphrase = Some(serde_json::json!({ "iterations": 3 }));
    for header in [
        KeyStoreHeader { verifier: vec![1, 2, 3], passphrase: None },
        KeyStoreHeader { verifier: vec![4], passphrase },
    ] {
        store.write_header(&header).unwrap();
        assert_eq!(store.header().unwrap(), Some(header));
    }
}

#[derive(Debug, Clone)]
enum Step {
    Fill(u8),
    Destroy(usize),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![(1..6u8).prop_map(Step::Fill), (0..20usize).prop_map(Step::Destroy), Just(Step::Reopen)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_life_reads_back_as_it_was_lived(steps in proptest::collection::vec(step(), 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(live(steps))?;
    }
}

/// Takes the steps beside a plain list of what each slot should hold.
async fn live(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let mut expected: Vec<(SlotNumber, Slot)> = Vec::new();
    for step in steps {
        match step {
            Step::Fill(count) => {
                let keys: Vec<_> = (0..count).map(key).collect();
                let first = filled(&store, &keys).await;
                prop_assert!(expected.iter().all(|(slot, _)| *slot < first));
                expected.extend((first.0..).map(SlotNumber).zip(keys.into_iter().map(Slot::Live)));
            }
            Step::Destroy(index) if index < expected.len() => {
                store.destroy(&[deletion(expected[index].0)]).await.unwrap();
                expected[index].1 = Slot::Destroyed;
            }
            Step::Destroy(_) => {}
            Step::Reopen => {
                drop(store);
                store = open(folder.path());
            }
        }
        for (slot, content) in &expected {
            prop_assert_eq!(&store.read(*slot).await.unwrap(), content);
        }
    }
    let destroyed = expected.iter().filter(|(_, content)| *content == Slot::Destroyed).count();
    prop_assert_eq!(store.journal(0).await.unwrap().len(), destroyed);
    Ok(())
}

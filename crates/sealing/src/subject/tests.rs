use domain::{AccountId, RecordId, SubjectId, ambient::SystemRandomness};
use proptest::prelude::*;

use super::*;

fn place() -> Place<'static> {
    Place {
        account: AccountId::from_bytes([1; 16]),
        subject: SubjectId::from_bytes([2; 16]),
        record_type: "contact",
        record: RecordId::from_bytes([3; 16]),
        field: "email",
        version: 4,
    }
}

fn sealed() -> (SubjectKey, Vec<u8>) {
    let randomness = SystemRandomness::default();
    let key = SubjectKey::generate(&randomness);
    let sealed = key.seal(&place(), b"ada@example.org", &randomness);
    (key, sealed)
}

#[test]
fn any_other_place_does_not_open() {
    let (key, sealed) = sealed();
    let elsewhere = [
        Place { account: AccountId::from_bytes([9; 16]), ..place() },
        Place { subject: SubjectId::from_bytes([9; 16]), ..place() },
        Place { record_type: "contacts", ..place() },
        Place { record: RecordId::from_bytes([9; 16]), ..place() },
        Place { field: "phone", ..place() },
        Place { version: 5, ..place() },
    ];
    assert_eq!(key.open(&place(), &sealed).as_deref().map(Vec::as_slice), Ok(b"ada@example.org".as_slice()));
    for other in elsewhere {
        assert_eq!(key.open(&other, &sealed).err(), Some(Unsealable), "{other:?}");
    }
}

#[test]
fn every_byte_is_authenticated() {
    let (key, sealed) = sealed();
    for index in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[index] ^= 1;
        assert_eq!(key.open(&place(), &altered).err(), Some(Unsealable), "byte {index}");
        assert_eq!(key.open(&place(), &sealed[..index]).err(), Some(Unsealable), "cut to {index}");
    }
}

#[test]
fn another_key_does_not_open() {
    let (_, sealed) = sealed();
    let other = SubjectKey::generate(&SystemRandomness::default());
    assert_eq!(other.open(&place(), &sealed).err(), Some(Unsealable));
}

#[test]
fn sealing_twice_never_repeats_a_nonce() {
    let randomness = SystemRandomness::default();
    let (key, first) = sealed();
    let second = key.seal(&place(), b"ada@example.org", &randomness);
    assert_ne!(first[1..13], second[1..13]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_sealed_opens(plaintext in proptest::collection::vec(any::<u8>(), 0..300)) {
        let randomness = SystemRandomness::default();
        let key = SubjectKey::generate(&randomness);
        let sealed = key.seal(&place(), &plaintext, &randomness);
        prop_assert_eq!(sealed.len(), plaintext.len() + 29);
        let opened = key.open(&place(), &sealed).unwrap();
        prop_assert_eq!(&*opened, &plaintext);
    }
}

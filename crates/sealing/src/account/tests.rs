use domain::ambient::SystemRandomness;

use super::*;

fn keys(account: u8, version: u32) -> AccountKeys {
    let secret = Secret::new([5; 32]);
    AccountKeys::from_secret(AccountId::from_bytes([account; 16]), version, secret)
}

#[test]
fn a_wrapped_key_opens_for_its_account_slot_and_version_only() {
    let randomness = SystemRandomness::default();
    let key = SubjectKey::generate(&randomness);
    let wrapped = keys(1, 1).wrap_subject_key(9, &key, &randomness);
    assert!(keys(1, 1).unwrap_subject_key(9, &wrapped).is_ok_and(|opened| opened.secret() == key.secret()));
    let unsealable = Some(UnwrapError::Unsealable(Unsealable));
    assert_eq!(keys(1, 1).unwrap_subject_key(8, &wrapped).err(), unsealable);
    assert_eq!(keys(2, 1).unwrap_subject_key(9, &wrapped).err(), unsealable);
    let other = Some(UnwrapError::OtherVersion { wrapped: 1, held: 2 });
    assert_eq!(keys(1, 2).unwrap_subject_key(9, &wrapped).err(), other);
}

#[test]
fn every_byte_of_a_wrapped_key_is_authenticated() {
    let randomness = SystemRandomness::default();
    let wrapped = keys(1, 1).wrap_subject_key(9, &SubjectKey::generate(&randomness), &randomness);
    for index in 0..wrapped.as_bytes().len() {
        let mut altered = *wrapped.as_bytes();
        altered[index] ^= 1;
        assert!(keys(1, 1).unwrap_subject_key(9, &WrappedSubjectKey::from_bytes(altered)).is_err());
    }
}

#[test]
fn a_relabelled_version_does_not_open() {
    let randomness = SystemRandomness::default();
    let wrapped = keys(1, 1).wrap_subject_key(9, &SubjectKey::generate(&randomness), &randomness);
    let mut relabelled = *wrapped.as_bytes();
    relabelled[3] = 2;
    let opened = keys(1, 2).unwrap_subject_key(9, &WrappedSubjectKey::from_bytes(relabelled));
    assert_eq!(opened.err(), Some(UnwrapError::Unsealable(Unsealable)));
}

#[test]
fn an_index_tag_depends_on_everything_that_is_asked() {
    let tag = keys(1, 1).blind_index("email", b"ada@example.org");
    assert_eq!(tag, keys(1, 1).blind_index("email", b"ada@example.org"));
    assert_ne!(tag, keys(1, 1).blind_index("email", b"bob@example.org"));
    assert_ne!(tag, keys(1, 1).blind_index("login", b"ada@example.org"));
    assert_ne!(tag, keys(2, 1).blind_index("email", b"ada@example.org"));
    assert_ne!(tag, keys(1, 2).blind_index("email", b"ada@example.org"));
    assert_ne!(tag, keys(1, 1).routing_index("email", b"ada@example.org"));
    assert_ne!(keys(1, 1).blind_index("ab", b"c"), keys(1, 1).blind_index("a", b"bc"));
}

#[test]
fn account_rotation_wraps_the_same_subject_key_for_a_new_slot() {
    let randomness = SystemRandomness::default();
    let key = SubjectKey::generate(&randomness);
    let old = keys(1, 1).wrap_subject_key(9, &key, &randomness);
    let next = AccountKeys::generate(keys(1, 1).account(), 2, &randomness);
    let unwrapped = keys(1, 1).unwrap_subject_key(9, &old).ok().unwrap();
    let new = next.wrap_subject_key(10, &unwrapped, &randomness);
    assert!(next.unwrap_subject_key(10, &new).is_ok_and(|opened| opened.secret() == key.secret()));
}

#[test]
fn a_repeated_body_is_recognised_within_its_account_only() {
    assert_eq!(keys(1, 1).keyed_hash(b"{}"), keys(1, 1).keyed_hash(b"{}"));
    assert_ne!(keys(1, 1).keyed_hash(b"{}"), keys(1, 1).keyed_hash(b"{ }"));
    assert_ne!(keys(1, 1).keyed_hash(b"{}"), keys(2, 1).keyed_hash(b"{}"));
}

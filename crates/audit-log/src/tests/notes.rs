//! Signed notes and checkpoints.

use proptest::prelude::*;
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};

use super::fixture::signing_key;
use crate::{
    Checkpoint, CheckpointError, Hash, NoteError, SigningKey, VerifyingKey,
    note::{MAX_SIGNATURES, open_note, sign_note},
};

const SEED: [u8; 32] = [42; 32];

/// The second implementation's form of the key of `signing_key`.
fn other_signer() -> StandardSigner {
    let key = signing_key();
    let name = key.verifying_key().name();
    let id = data_encoding::HEXLOWER.encode(&key.verifying_key().id());
    let secret = data_encoding::BASE64.encode(&[&[1], &SEED[..]].concat());
    StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id}+{secret}")).unwrap()
}

fn other_accepts(note: &[u8]) -> bool {
    let vkey = signing_key().verifying_key().to_string();
    let known = VerifierList::new(vec![Box::new(StandardVerifier::new(&vkey).unwrap())]);
    Note::from_bytes(note).is_ok_and(|note| note.verify(&known).is_ok())
}

fn note() -> String {
    Checkpoint::sign(20_852_163, Hash([9; 32]), &signing_key())
}

fn open(note: &str) -> Result<Checkpoint, CheckpointError> {
    Checkpoint::open(note, signing_key().verifying_key())
}

#[test]
fn a_known_note() {
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let key: VerifyingKey = key.parse().unwrap();
    let text = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    let signature =
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
    assert_eq!(open_note(&format!("{text}\n— PeterNeumann {signature}\n"), &key), Ok(text));
}

#[test]
fn a_checkpoint_has_the_form_of_the_specification() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint: Checkpoint = text.parse().unwrap();
    assert_eq!((checkpoint.size, checkpoint.to_string().as_str()), (20_852_163, text));
    let extended: Checkpoint = format!("{text}opaque\n").parse().unwrap();
    assert_eq!(extended, checkpoint);
    for wrong in [
        text.replace("20852163", "020852163"),
        text.replace("20852163", "+20852163"),
        text.replace("20852163", "18446744073709551616"),
        text.replace("example.com/behind-the-sofa", ""),
        text.replace("2I=", "2J="),
        text.trim_end().to_owned(),
        format!("{text}\n"),
        format!("{text}\nafter a blank line\n"),
    ] {
        assert_eq!(wrong.parse::<Checkpoint>(), Err(CheckpointError::Malformed), "{wrong}");
    }
}

#[test]
fn lines_of_other_keys_are_carried_and_ignored() {
    let witness = SigningKey::from_seed("witness.example", &[1; 32]).unwrap();
    let rotated = SigningKey::from_seed("example.com/audit", &[2; 32]).unwrap();
    let mut signed = note();
    for key in [&witness, &rotated] {
        let line = Checkpoint::sign(1, Hash([0; 32]), key);
        signed.push_str(line.rsplit_once("\n\n").unwrap().1);
    }
    assert_eq!(open(&signed).unwrap().size, 20_852_163);
    assert!(other_accepts(signed.as_bytes()));
    let unsigned = Checkpoint::sign(1, Hash([0; 32]), &rotated);
    assert!(matches!(open(&unsigned), Err(CheckpointError::Note(NoteError::Unsigned { .. }))));
}

#[test]
fn malformed_notes_are_refused() {
    let line = note().rsplit_once("\n\n").unwrap().1.to_owned();
    for wrong in [
        note().trim_end().to_owned(),
        format!("{}\n", note()),
        note().replace("— ", "- "),
        note().replace('\n', "\r\n"),
        note().replace("— example.com/audit", "— example.com/+audit"),
        format!("{}— witness AAAAAA==\n", note()),
        format!("{}— witness AAAA AAAA\n", note()),
        format!("{}{}", note(), line.repeat(MAX_SIGNATURES)),
    ] {
        assert_eq!(open(&wrong), Err(CheckpointError::Note(NoteError::Malformed)), "{wrong}");
        assert!(!other_accepts(wrong.as_bytes()), "{wrong}");
    }
    assert!(open(&format!("{}{}", note(), line.repeat(MAX_SIGNATURES - 1))).is_ok());
}

#[test]
fn a_key_speaks_only_for_its_own_log() {
    let text = note().split_once("\n\n").unwrap().0.replace("audit", "other") + "\n";
    let signed = sign_note(&text, &signing_key()).unwrap();
    assert_eq!(open(&signed), Err(CheckpointError::Origin));
}

proptest! {
    // The second implementation's signatures are slow in development builds.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn both_implementations_sign_alike(text in "[ -~é\n]{0,80}") {
        let text = text + "\n";
        let mut other = Note::new(text.as_bytes(), &[]).unwrap();
        other.add_sigs(&[&other_signer()]).unwrap();
        let ours = sign_note(&text, &signing_key()).unwrap();
        prop_assert_eq!(other.to_bytes(), ours.as_bytes());
        prop_assert!(other_accepts(ours.as_bytes()));
        prop_assert_eq!(open_note(&ours, signing_key().verifying_key()).unwrap(), text);
    }

    #[test]
    fn changed_notes_are_refused_by_both(position in 0_usize..200, flip in 1_u8..=255) {
        let mut bytes = note().into_bytes();
        let position = position % bytes.len();
        bytes[position] ^= flip;
        prop_assert!(!other_accepts(&bytes));
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert!(open(&text).is_err(), "{}", text);
        }
    }

    #[test]
    fn any_text_is_refused_without_a_panic(text in "(— )?\\PC{0,30}\n{0,3}(— a AAAAAAAA\n)?") {
        prop_assert!(open(&text).is_err());
        prop_assert!(text.parse::<VerifyingKey>().is_err());
        let _ = text.parse::<Checkpoint>();
    }
}

//! The test vectors of `docs/formats.md`, which were computed by another implementation.

use data_encoding::HEXLOWER;
use domain::Randomness;
use serde_json::Value;

use crate::{
    AccountKeys, AuditKey, LeafKey, PassphraseParameters, Place, RootKey, RootVerifier, Secret, SubjectKey,
    WrappedAccountKeys, WrappedSubjectKey, hash_secret,
};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../docs/formats-vectors.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(text(value).as_bytes()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn number(value: &Value) -> u32 {
    value.as_u64().unwrap().try_into().unwrap()
}

fn root(value: &Value) -> RootKey {
    RootKey::from_secret(Secret::new(array(value)))
}

fn subject_key(value: &Value) -> SubjectKey {
    SubjectKey::from_secret(Secret::new(array(value)))
}

fn account_keys() -> AccountKeys {
    let keys = &vectors()["account_keys"];
    let account = text(&keys["account"]).parse().unwrap();
    AccountKeys::from_secret(account, number(&keys["version"]), Secret::new(array(&keys["secret"])))
}

/// Hands out the one nonce that the vector was made with.
struct Given(Vec<u8>);

impl Given {
    fn nonce(value: &Value) -> Self {
        Self(bytes(value))
    }
}

impl Randomness for Given {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0);
    }
}

#[test]
fn the_root_key_in_its_file() {
    let vector = &vectors()["root_key"];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    root(&vector["key"]).write_new_file(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text(&vector["file"]));
}

#[test]
fn the_root_key_from_a_passphrase() {
    let vector = &vectors()["passphrase"];
    let parameters: PassphraseParameters = serde_json::from_value(vector["parameters"].clone()).unwrap();
    let passphrase = text(&vector["passphrase"]).as_bytes();
    let key = RootKey::from_passphrase(passphrase, &parameters).ok().unwrap();
    assert_eq!(key.secret().as_slice(), bytes(&vector["root_key"]));
}

#[test]
fn the_root_verifier() {
    let vector = &vectors()["root_verifier"];
    let root = root(&vector["root_key"]);
    assert_eq!(root.verifier(&Given::nonce(&vector["nonce"])).as_bytes(), bytes(&vector["verifier"]));
    assert!(root.check(&RootVerifier::from_bytes(bytes(&vector["verifier"]))).is_ok());
}

#[test]
fn wrapped_account_keys() {
    let vector = &vectors()["account_keys"];
    let (root, keys) = (root(&vector["root_key"]), account_keys());
    let wrapped = root.wrap_account(&keys, &Given::nonce(&vector["nonce"]));
    assert_eq!(wrapped.as_bytes(), &array(&vector["wrapped"]));
    let stored = WrappedAccountKeys::from_bytes(array(&vector["wrapped"]));
    let opened = root.unwrap_account(keys.account(), &stored).ok().unwrap();
    assert_eq!((opened.version(), opened.secret()), (keys.version(), keys.secret()));
}

#[test]
fn index_tags_and_keyed_hashes() {
    let vector = &vectors()["account_keys"];
    let keys = account_keys();
    let (blind, routing, hash) = (&vector["blind_index"], &vector["routing_index"], &vector["keyed_hash"]);
    let normalised = |vector: &Value| text(&vector["normalised"]).as_bytes().to_vec();
    assert_eq!(keys.blind_index(text(&blind["field"]), &normalised(blind)), array(&blind["tag"]));
    assert_eq!(keys.routing_index(text(&routing["field"]), &normalised(routing)), array(&routing["tag"]));
    assert_eq!(keys.keyed_hash(text(&hash["body"]).as_bytes()), array(&hash["hash"]));
}

#[test]
fn the_report_of_an_incident() {
    let vector = &vectors()["account_keys"]["report"];
    let (keys, incident) = (account_keys(), text(&vector["incident"]).parse().unwrap());
    let report = text(&vector["report"]).as_bytes();
    let sealed = keys.seal_report(incident, report, &Given::nonce(&vector["nonce"]));
    assert_eq!(sealed, bytes(&vector["sealed"]));
    assert_eq!(keys.open_report(incident, &sealed).unwrap().as_slice(), report);
}

#[test]
fn the_secret_of_a_webhook() {
    let vector = &vectors()["account_keys"]["webhook"];
    let (keys, webhook) = (account_keys(), text(&vector["webhook"]).parse().unwrap());
    let secret = bytes(&vector["secret"]);
    let sealed = keys.seal_webhook_secret(webhook, &secret, &Given::nonce(&vector["nonce"]));
    assert_eq!(sealed, bytes(&vector["sealed"]));
    assert_eq!(*keys.open_webhook_secret(webhook, &sealed).unwrap(), secret);
}

#[test]
fn a_wrapped_subject_key() {
    let vector = &vectors()["subject_key"];
    let (keys, slot) = (account_keys(), vector["slot"].as_u64().unwrap());
    let key = subject_key(&vector["key"]);
    let wrapped = keys.wrap_subject_key(slot, &key, &Given::nonce(&vector["nonce"]));
    assert_eq!(wrapped.as_bytes(), &array(&vector["wrapped"]));
    let stored = WrappedSubjectKey::from_bytes(array(&vector["wrapped"]));
    assert!(keys.unwrap_subject_key(slot, &stored).is_ok_and(|opened| opened.secret() == key.secret()));
}

#[test]
fn a_sealed_field() {
    let vector = &vectors()["sealed_field"];
    let place = Place {
        account: text(&vector["account"]).parse().unwrap(),
        subject: text(&vector["subject"]).parse().unwrap(),
        record_type: text(&vector["record_type"]),
        record: text(&vector["record"]).parse().unwrap(),
        field: text(&vector["field"]),
        version: number(&vector["version"]),
    };
    assert_eq!(place.encode().as_bytes(), bytes(&vector["additional_data"]));
    let (key, plaintext) = (subject_key(&vector["subject_key"]), text(&vector["plaintext"]).as_bytes());
    let sealed = key.seal(&place, plaintext, &Given::nonce(&vector["nonce"]));
    assert_eq!(sealed, bytes(&vector["sealed"]));
    assert_eq!(key.open(&place, &sealed).unwrap().as_slice(), plaintext);
}

#[test]
fn leaf_commitments_and_sealed_details() {
    let vectors = vectors();
    let subject = subject_key(&vectors["subject_key"]["key"]).audit_key();
    check_audit(&subject, &vectors["subject_key"]["audit"]);
    check_audit(&account_keys().audit_key(), &vectors["account_keys"]["audit"]);
}

fn check_audit(key: &AuditKey, vector: &Value) {
    let (nonce, detail) = (array(&vector["nonce"]), text(&vector["detail"]).as_bytes());
    assert_eq!(key.leaf_key(nonce).to_hex(), text(&vector["leaf_key"]));
    let exported = LeafKey::from_hex(text(&vector["leaf_key"])).unwrap();
    assert!(exported.verify(detail, &array(&vector["commitment"])));
    let sealed = key.seal_detail(nonce, detail, &Given::nonce(&vector["sealing_nonce"]));
    assert_eq!(sealed, bytes(&vector["sealed_detail"]));
    assert_eq!(key.open_detail(nonce, &sealed).unwrap().as_slice(), detail);
}

#[test]
fn the_hash_of_an_api_keys_secret() {
    let vector = &vectors()["api_key_secret"];
    assert_eq!(hash_secret(&bytes(&vector["secret"])), array(&vector["stored"]));
}

#[test]
fn seeds() {
    let vectors = vectors();
    let vector = &vectors["seed"];
    let (root, seed) = (root(&vector["root_key"]), array(&vector["seed"]));
    let sealed = root.seal_seed(text(&vector["name"]), &seed, &Given::nonce(&vector["nonce"]));
    assert_eq!(sealed, bytes(&vector["sealed"]));
    assert_eq!(root.open_seed(text(&vector["name"]), &sealed).map(|opened| *opened), Ok(seed));
}

//! The test vectors of `docs/formats.md` for the data store's own columns.

use data_encoding::HEXLOWER;
use domain::{EntryId, record::SealedField};
use serde_json::Value;
use store::audit::{frame, unframe};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../docs/formats-vectors.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

#[test]
fn record_fields() {
    let vectors = vectors();
    let vector = &vectors["record_fields"];
    let field = |one: &Value| SealedField {
        name: one["name"].as_str().unwrap().to_owned(),
        version: one["version"].as_u64().unwrap().try_into().unwrap(),
        sealed: bytes(&one["sealed"]),
    };
    let fields: Vec<SealedField> = vector["fields"].as_array().unwrap().iter().map(field).collect();
    assert_eq!(postcard::to_stdvec(&fields).unwrap(), bytes(&vector["stored"]));
    assert_eq!(postcard::from_bytes::<Vec<SealedField>>(&bytes(&vector["stored"])).unwrap(), fields);
}

#[test]
fn audit_bundles() {
    let vectors = vectors();
    let vector = &vectors["audit_bundle"];
    let commitment: [u8; 32] = bytes(&vector["commitment"]).try_into().unwrap();
    let leaf = audit_log::Leaf { minute: vector["minute"].as_u64().unwrap(), commitment }.encode();
    let (mut leaves, mut details) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        frame(&mut leaves, &[&leaf]);
        frame(&mut details, &[&bytes(&vector["nonce"]), &bytes(&vector["sealed_detail"])]);
    }
    assert_eq!((leaves, details), (bytes(&vector["leaves"]), bytes(&vector["details"])));
    assert_eq!(unframe(&bytes(&vector["leaves"])).unwrap(), [leaf.as_slice(), leaf.as_slice()]);
    let entry = EntryId { bundle: vector["number"].as_u64().unwrap(), position: 1 };
    assert_eq!(entry.to_string(), vector["entry"].as_str().unwrap());
}

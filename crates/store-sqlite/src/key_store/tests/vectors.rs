//! The test vectors of `docs/formats.md`, which were computed by another implementation.

use std::fs;

use data_encoding::HEXLOWER;
use serde_json::Value;
use store::key_store::{Gone, KeyStore, Slot, SlotNumber};

use super::open;
use crate::key_store::{KeyStoreHeader, image, journal::Journal};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../../docs/formats-vectors.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

#[test]
fn the_images_of_a_slot() {
    let vector = &vectors()["slots"];
    let slot = SlotNumber(vector["slot"].as_u64().unwrap());
    let live = Slot::Live(bytes(&vector["wrapped"]).try_into().unwrap());
    assert_eq!(image::encode(slot, &live).as_slice(), bytes(&vector["live"]));
    assert_eq!(image::encode(slot, &Slot::Destroyed).as_slice(), bytes(&vector["destroyed"]));
}

#[test]
fn the_header_block_of_the_slots() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path());
    assert_eq!(fs::read(folder.path().join("slots")).unwrap(), bytes(&vectors()["slots"]["header"]));
}

#[tokio::test]
async fn the_lines_of_the_journal() {
    let lines = vectors()["journal"]["lines"].clone();
    let lines: Vec<String> = serde_json::from_value(lines).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let entries = open(folder.path()).journal(0).await.unwrap();
    assert_eq!(entries[1].gone.key().unwrap().class, "audit");

    let rewritten = folder.path().join("rewritten");
    let (journal, _) = Journal::open(&rewritten).unwrap();
    let gone: Vec<Gone> = entries.iter().map(|entry| entry.gone.clone()).collect();
    journal.append(&gone).unwrap();
    assert_eq!(fs::read(&rewritten).unwrap(), fs::read(&path).unwrap());
}

#[test]
fn the_header_document() {
    let vector = &vectors()["header"];
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let passphrase = Some(vector["document"]["passphrase"].clone());
    store.write_header(&KeyStoreHeader { verifier: bytes(&vector["verifier"]), passphrase }).unwrap();
    let written = fs::read(folder.path().join("root.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), vector["document"]);
}

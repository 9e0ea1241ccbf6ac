//! What the audit log publishes: tile paths, checkpoints, keys, leaves and bundles.

use audit_log::{Checkpoint, EntryProof, Leaf, SigningKey, TilePath, Tree, VerifyingKey, bundle};

use super::mutation::fuzz;

fn key() -> SigningKey {
    SigningKey::from_seed("stories.example", &[7; 32]).unwrap()
}

#[test]
fn a_tile_path_has_one_spelling() {
    let examples = ["tile/0/x001/x234/067", "tile/entries/273.p/112", "tile/63/000"];
    let examples: Vec<Vec<u8>> = examples.iter().map(|text| text.as_bytes().to_vec()).collect();
    fuzz(&examples, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(path) = text.parse::<TilePath>() {
            assert_eq!(path.to_string(), text);
        }
    });
}

#[test]
fn a_changed_checkpoint_is_refused_or_says_the_same() {
    let key = key();
    let note = Checkpoint::sign(0, Tree::empty().root(), &key);
    let signed = Checkpoint::open(&note, key.verifying_key()).unwrap();
    fuzz(&[note.into_bytes(), key.verifying_key().to_string().into_bytes()], |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(opened) = Checkpoint::open(&text, key.verifying_key()) {
            assert_eq!(opened, signed, "nobody else can sign");
        }
        if let Ok(read) = text.parse::<VerifyingKey>() {
            assert_eq!(read.to_string(), text);
        }
    });
}

#[test]
fn leaves_bundles_and_proofs_are_read_or_refused() {
    let key = key();
    let leaf = Leaf { minute: 29_000_000, commitment: [9; 32] };
    let mut tree = Tree::empty();
    tree.append(leaf.hash());
    let checkpoint = Checkpoint::sign(1, tree.root(), &key);
    let proof = EntryProof { index: 0, size: 1, leaf, proof: Vec::new(), checkpoint };
    proof.verify(key.verifying_key()).unwrap();
    let encoded = leaf.encode().to_vec();
    let bundled = bundle::encode_bundle([encoded.as_slice(), encoded.as_slice()]).unwrap();
    let examples = [encoded, bundled, serde_json::to_vec(&proof).unwrap()];
    fuzz(&examples, |bytes| {
        if let Ok(read) = Leaf::decode(bytes) {
            assert_eq!(read.encode().as_slice(), bytes);
        }
        if let Ok(entries) = bundle::decode_bundle(bytes).collect::<Result<Vec<_>, _>>() {
            assert_eq!(bundle::encode_bundle(entries).unwrap(), bytes);
        }
        if let Ok(read) = serde_json::from_slice::<EntryProof>(bytes)
            && read.verify(key.verifying_key()).is_ok()
        {
            assert_eq!((read.index, read.leaf), (0, leaf), "nothing else is in the log");
        }
    });
}

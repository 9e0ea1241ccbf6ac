//! Logs in memory: ours, published file by file, and the same log as the second implementation keeps it.

use std::collections::HashMap;

use tlog_tiles::{Error as OtherError, Hash as OtherHash, HashReader};

use crate::{
    Checkpoint, Hash, Leaf, LogReader, ReadError, SigningKey, TileKind, TilePath, TileSource, Tree,
    bundle::encode_bundle,
};

pub(crate) fn signing_key() -> SigningKey {
    SigningKey::from_seed("example.com/audit", &[42; 32]).unwrap()
}

/// A leaf that differs by place and by log.
pub(crate) fn leaf(index: u64, log: u8) -> Leaf {
    let mut commitment = [log; 32];
    commitment[..8].copy_from_slice(&index.to_be_bytes());
    Leaf { minute: 29_000_000 + index / 100, commitment }
}

/// A published log.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    pub(crate) files: HashMap<String, Vec<u8>>,
}

impl Memory {
    /// A log of `leaf(index, 0)` for each index below `size`.
    pub(crate) fn of_size(size: u64) -> Self {
        let entries: Vec<_> = (0..size).map(|index| leaf(index, 0).encode().to_vec()).collect();
        Self::publish(&entries)
    }

    pub(crate) fn publish(entries: &[Vec<u8>]) -> Self {
        let (mut memory, mut tree) = (Self::default(), Tree::empty());
        for entry in entries {
            tree.append(crate::leaf_hash(entry));
        }
        for tile in tree.take_changed_tiles() {
            memory.files.insert(tile.path().unwrap().to_string(), tile.encode());
        }
        for (index, entries) in (0..).zip(entries.chunks(256)) {
            let path = TilePath::in_tree(TileKind::Entries, index, tree.size()).unwrap();
            let bundle = encode_bundle(entries.iter().map(Vec::as_slice)).unwrap();
            memory.files.insert(path.to_string(), bundle);
        }
        memory.sign(tree.size(), tree.root());
        memory
    }

    pub(crate) fn sign(&mut self, size: u64, root: Hash) {
        let note = Checkpoint::sign(size, root, &signing_key());
        self.files.insert("checkpoint".to_owned(), note.into_bytes());
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint::open(&LogReader::checkpoint(self).unwrap(), signing_key().verifying_key()).unwrap()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).cloned().ok_or_else(|| ReadError::Missing { path: path.to_owned() })
    }
}

impl LogReader for Memory {
    fn checkpoint(&self) -> Result<String, ReadError> {
        String::from_utf8(self.read("checkpoint")?)
            .map_err(|error| ReadError::Unreadable { path: "checkpoint".to_owned(), reason: Box::new(error) })
    }

    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, ReadError> {
        self.read(&path.to_string())
    }
}

/// The stored tiles of a growing log.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tiles(HashMap<(u8, u64), Vec<Hash>>);

impl Tiles {
    pub(crate) fn store(&mut self, tree: &mut Tree) {
        for tile in tree.take_changed_tiles() {
            self.0.insert((tile.level, tile.index), tile.hashes);
        }
    }
}

impl TileSource for Tiles {
    fn tile(&self, level: u8, index: u64, _width: u16) -> Result<Vec<Hash>, ReadError> {
        let missing = || ReadError::Missing { path: format!("tile {index} of level {level}") };
        self.0.get(&(level, index)).cloned().ok_or_else(missing)
    }
}

/// Our tree with its tiles, and the other implementation's stored hashes of the same entries.
#[derive(Default)]
pub(crate) struct Pair {
    pub(crate) tree: Tree,
    pub(crate) tiles: Tiles,
    pub(crate) other: Other,
}

impl Pair {
    pub(crate) fn of_size(size: u64) -> Self {
        let mut pair = Self::default();
        (0..size).for_each(|_| pair.append());
        pair.tiles.store(&mut pair.tree);
        pair
    }

    pub(crate) fn append(&mut self) {
        let entry = leaf(self.tree.size(), 0).encode();
        let hashes = tlog_tiles::stored_hashes(self.tree.size(), &entry, &self.other).unwrap();
        self.other.0.extend(hashes);
        self.tree.append(crate::leaf_hash(&entry));
    }
}

#[derive(Default)]
pub(crate) struct Other(Vec<OtherHash>);

impl Other {
    pub(crate) fn root(&self, size: u64) -> Hash {
        Hash(tlog_tiles::tree_hash(size, self).unwrap().0)
    }
}

impl HashReader for Other {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<OtherHash>, OtherError> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

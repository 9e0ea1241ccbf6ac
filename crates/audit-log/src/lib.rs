//! The tamper-evident audit log: what it is made of, and how anyone checks it offline.
//!
//! A log is a growing list of entries, a Merkle tree over them and a signed **checkpoint** of the tree's size and
//! root. It is published as static files in the C2SP formats, so any `tlog-tiles` client can read it:
//!
//! | path | content | module |
//! |---|---|---|
//! | `checkpoint` | signed note: origin, size, root | [`checkpoint`], [`note`] |
//! | `tile/<L>/<N>[.p/<W>]` | up to 256 hashes of level `L` | [`tile`], [`path`] |
//! | `tile/entries/<N>[.p/<W>]` | up to 256 entries, each after its 16-bit length | [`bundle`], [`path`] |
//!
//! # What always holds
//!
//! - Hashing is RFC 9162, section 2.1: `SHA-256(0x00 ‖ entry)` for a leaf, `SHA-256(0x01 ‖ left ‖ right)` for a
//!   node, `SHA-256("")` for the empty tree. A leaf can therefore never be passed off as a node.
//! - A tile of level `L` holds roots of *full* tiles of level `L − 1`; a full tile never changes again. A tree of
//!   `size` entries has, on level `L`, `size >> 8·L` hashes, and no empty tile.
//! - A path has one spelling. So has every number, key, hash and signature: what would encode differently from how
//!   it was written is refused, not repaired.
//! - The origin of a checkpoint is the name of the key that signs it. A note is believed only for a signature of
//!   that key; lines of other keys (witnesses, rotated keys) are carried and ignored, never trusted.
//! - A public entry is 41 bytes: a version, whole minutes and a commitment (see [`leaf`]). It contains nothing about
//!   anyone, so publishing the log discloses nothing, and destroying a person's keys breaks no proof.
//! - [`verify_log`] believes nothing but the key it is given. It recomputes the whole tree from the entries, compares
//!   every published hash with it, and names the *first* entry that is wrong, however many threads looked.
//! - Nothing here reads a clock, a generator or the network. Input and output are behind [`TileSource`] and
//!   [`LogReader`]; only [`Directory`] touches files, and only to read.
//!
//! # What must not be true
//!
//! - That a proof can be made to verify by lengthening, shortening or reordering it.
//! - That an older checkpoint is accepted where a newer one is known, or a fork where either side is known.
//! - That any sequence of bytes makes a parser panic.

pub mod bundle;
pub mod checkpoint;
pub mod entry_proof;
pub mod hash;
pub mod leaf;
pub mod note;
pub mod path;
pub mod proof;
pub mod reader;
pub mod source;
pub mod tile;
pub mod tree;
pub mod verify;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use entry_proof::{EntryProof, EntryProofError};
pub use hash::{Hash, leaf_hash, node_hash};
pub use leaf::{Leaf, LeafError};
pub use note::{KeyError, NoteError, SigningKey, VerifyingKey, open_note, sign_note};
pub use path::{PathError, TileKind, TilePath};
pub use proof::{ProofError, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
pub use reader::{Directory, LogReader};
pub use source::{ReadError, TileSource};
pub use tile::Tile;
pub use tree::Tree;
pub use verify::{Fault, Verified, verify_log};

#[cfg(test)]
mod tests;

//! The proof that one entry is in the log: all that its holder needs, besides the log's key, to check it offline.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    checkpoint::{Checkpoint, CheckpointError},
    hash::Hash,
    leaf::Leaf,
    note::VerifyingKey,
    proof::{ProofError, inclusion_proof, verify_inclusion},
    source::TileSource,
};

/// An entry, its place, and the way from it to a signed checkpoint. In JSON, leaf and hashes are base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryProof {
    /// The entry's place in the log, from 0.
    pub index: u64,
    /// Entries in the log when the checkpoint was signed.
    pub size: u64,
    /// The public entry.
    pub leaf: Leaf,
    /// The inclusion proof: the siblings from the leaf upwards (RFC 9162, section 2.1.3).
    pub proof: Vec<Hash>,
    /// The signed checkpoint, with all its signature lines.
    pub checkpoint: String,
}

impl EntryProof {
    /// Proves that `leaf` is entry `index` under `checkpoint`, a signed note that commits to `size` entries.
    ///
    /// # Errors
    /// [`ProofError`] when the log has no such entry, or a tile of `source` cannot be read.
    pub fn new(
        source: &dyn TileSource,
        leaf: Leaf,
        index: u64,
        size: u64,
        checkpoint: String,
    ) -> Result<Self, ProofError> {
        Ok(Self { index, size, leaf, proof: inclusion_proof(source, size, index)?, checkpoint })
    }

    /// Checks everything against the key of the log and returns the checkpoint that holds the entry.
    ///
    /// # Errors
    /// [`EntryProofError`] when the checkpoint, its size or the way to its root is not right.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Checkpoint, EntryProofError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        if checkpoint.size != self.size {
            return Err(EntryProofError::Size { claimed: self.size, signed: checkpoint.size });
        }
        verify_inclusion(self.leaf.hash(), self.index, self.size, &self.proof, checkpoint.root)?;
        Ok(checkpoint)
    }
}

/// The proof of an entry does not hold.
#[derive(Debug, Error)]
pub enum EntryProofError {
    /// The checkpoint is refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof was made for another checkpoint.
    #[error("the proof is for a log of {claimed} entries, its checkpoint for one of {signed}")]
    Size {
        /// Entries that the proof names.
        claimed: u64,
        /// Entries that the checkpoint names.
        signed: u64,
    },
    /// The proof does not lead from the entry to the checkpoint's root.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

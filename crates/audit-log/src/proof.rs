//! Inclusion and consistency proofs (RFC 9162, sections 2.1.3 and 2.1.4).

mod check;
mod prove;

use thiserror::Error;

pub use check::{verify_consistency, verify_inclusion};
pub use prove::{consistency_proof, inclusion_proof};

use crate::source::ReadError;

/// A proof cannot be made, or does not hold.
#[derive(Debug, Error)]
pub enum ProofError {
    /// The tree has no entry of that index.
    #[error("there is no entry {index} in a log of {size} entries")]
    Outside {
        /// The index that was asked for, from 0.
        index: u64,
        /// Entries in the tree.
        size: u64,
    },
    /// A log only grows: the old tree cannot be the larger one.
    #[error("a log of {new} entries cannot extend one of {old} entries")]
    Backwards {
        /// Entries of the tree given as the old one.
        old: u64,
        /// Entries of the tree given as the new one.
        new: u64,
    },
    /// The proof is not as long as the sizes demand.
    #[error("the proof has too few or too many hashes for these sizes")]
    Length,
    /// The proof does not lead to the root.
    #[error("the proof leads to another root: it does not belong to this entry and checkpoint")]
    Mismatch,
    /// A tile that the proof is made from cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

//! Cross-checks against a second, independent implementation of the same specifications.

pub(crate) mod fixture;
mod notes;
mod proofs;
mod trees;

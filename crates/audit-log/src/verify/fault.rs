//! What can be wrong with a published log, and where.

use thiserror::Error;

use crate::{
    bundle::BundleError, checkpoint::CheckpointError, leaf::LeafError, path::TilePath, source::ReadError,
    tile::TileError,
};

/// The first thing that is wrong with a log.
#[derive(Debug, Error)]
pub enum Fault {
    /// The checkpoint cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The checkpoint is not signed, or malformed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// An entry is wrong. No entry before it is.
    #[error("entry {index} is wrong: {fault}")]
    Entry {
        /// Its place in the log, from 0.
        index: u64,
        /// What is wrong with it.
        fault: EntryFault,
    },
    /// A tile is wrong, though the entries before and beneath it are right.
    #[error("{path} is wrong: {fault}")]
    Tile {
        /// The tile.
        path: TilePath,
        /// What is wrong with it.
        fault: TileFault,
    },
    /// Entries and their tile agree with each other, but neither with the tile above nor with the signed root.
    #[error("{child} and the entries beneath it do not match {parent}: they were replaced together")]
    Unlinked {
        /// The tile whose entries were replaced.
        child: TilePath,
        /// The tile that remembers them otherwise.
        parent: TilePath,
    },
    /// Entries and tiles agree with each other, but not with the signed root.
    #[error("the log's {size} entries and tiles do not lead to the root that its checkpoint signs")]
    Root {
        /// Entries that the checkpoint covers.
        size: u64,
    },
    /// The checkpoint to compare with is of another log.
    #[error("this is the log {found}, the checkpoint to compare with is of {known}")]
    OtherLog {
        /// Origin of the checkpoint to compare with.
        known: String,
        /// Origin of the log.
        found: String,
    },
    /// The log is shorter than it has been.
    #[error("the log was rolled back: it has {found} entries, and has had {known}")]
    RolledBack {
        /// Entries in the checkpoint to compare with.
        known: u64,
        /// Entries in the log.
        found: u64,
    },
    /// The log's beginning is not what another checkpoint of it has signed.
    #[error("the log was forked: its first {size} entries are not those that the other checkpoint signs")]
    Forked {
        /// Entries in the checkpoint to compare with.
        size: u64,
    },
}

/// What is wrong with an entry.
#[derive(Debug, Error)]
pub enum EntryFault {
    /// Its bundle cannot be read. The entry is the bundle's first.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// Its bundle has fewer entries than the checkpoint demands.
    #[error("its bundle ends before it")]
    Absent,
    /// Its bundle has more bytes than entries. The entry is the bundle's last.
    #[error("its bundle goes on after it, where it should end")]
    Overrun,
    /// The bundle is malformed where the entry begins.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// It is not a public leaf.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// Its hash is not the published one, and the entries do not, as far as they can be read, lead to the signed
    /// root, which would have shown that it is the tile that is wrong.
    #[error("it does not match its hash in {tile}")]
    Differs {
        /// The tile that holds the entry's hash.
        tile: TilePath,
    },
}

/// What is wrong with a tile.
#[derive(Debug, Error)]
pub enum TileFault {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// It is too short or too long.
    #[error(transparent)]
    Length(#[from] TileError),
    /// It differs from what the entries make of it, and the entries lead to the signed root.
    #[error("its hash {position} is not the one that the entries have")]
    Differs {
        /// The first such hash, counted from 0.
        position: u16,
    },
}

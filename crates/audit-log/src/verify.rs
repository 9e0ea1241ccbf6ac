//! Offline verification of a whole published log.

mod bundles;
mod fault;
mod recomputed;
mod suspicion;

use std::num::NonZeroUsize;

pub use fault::{EntryFault, Fault, TileFault};

use crate::{
    checkpoint::Checkpoint,
    note::VerifyingKey,
    path::{TileKind, TilePath},
    reader::LogReader,
};
use bundles::{Job, read_tile};
use recomputed::Recomputed;

/// A log that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What the log commits to.
    pub checkpoint: Checkpoint,
    /// Entries that were read, hashed and compared.
    pub entries: u64,
}

/// Recomputes the log from its entries and compares every published hash, up to the root that `key` signed.
/// With `against`, a checkpoint opened earlier or had from someone else, it also proves that this log extends
/// that one. `progress` is told how many further entries were read, from any of the `threads`.
///
/// # Errors
/// The [`Fault`] that comes first: the checkpoint, then the lowest bad entry, then upper tiles, then a fork.
pub fn verify_log(
    reader: &dyn LogReader,
    key: &VerifyingKey,
    against: Option<&Checkpoint>,
    threads: NonZeroUsize,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Verified, Fault> {
    let checkpoint = Checkpoint::open(&reader.checkpoint()?, key)?;
    if let Some(known) = against {
        check_is_successor(&checkpoint, known)?;
    }
    let known_size = against.map(|known| known.size);
    let job = Job::new(reader, checkpoint.size, known_size, progress);
    let (recomputed, suspicion) = job.run(threads);
    let root_holds = recomputed.root(checkpoint.size) == Some(checkpoint.root);
    if let Some(suspicion) = suspicion {
        return Err(suspicion.decide(root_holds));
    }
    check_upper_tiles(reader, &recomputed, checkpoint.size, root_holds)?;
    if !root_holds {
        return Err(Fault::Root { size: checkpoint.size });
    }
    match against {
        Some(known) if recomputed.root(known.size) != Some(known.root) => {
            Err(Fault::Forked { size: known.size })
        }
        _ => Ok(Verified { entries: checkpoint.size, checkpoint }),
    }
}

/// What can be said about two checkpoints before any entry is read.
fn check_is_successor(found: &Checkpoint, known: &Checkpoint) -> Result<(), Fault> {
    if found.origin != known.origin {
        return Err(Fault::OtherLog { known: known.origin.clone(), found: found.origin.clone() });
    }
    if found.size < known.size {
        return Err(Fault::RolledBack { known: known.size, found: found.size });
    }
    Ok(())
}

/// Compares the tiles above level 0 with what the entries make of them.
fn check_upper_tiles(
    reader: &dyn LogReader,
    recomputed: &Recomputed,
    size: u64,
    root_holds: bool,
) -> Result<(), Fault> {
    for (level, expected) in recomputed.upper_levels() {
        for (index, expected) in (0_u64..).zip(expected.chunks(256)) {
            let path = TilePath::in_tree(TileKind::Hashes { level }, index, size)
                .expect("the tree has a tile for every hash recomputed from it");
            let found = read_tile(reader, path).map_err(|fault| Fault::Tile { path, fault })?;
            let differs =
                (0_u16..).zip(expected.iter().zip(&found)).find(|(_, (expected, found))| expected != found);
            if let Some((position, _)) = differs {
                return Err(blame((level, path), position, root_holds));
            }
        }
    }
    Ok(())
}

/// A tile above level 0 differs from the entries. When they lead to the signed root, it is the tile that is wrong.
fn blame((level, parent): (u8, TilePath), position: u16, root_holds: bool) -> Fault {
    if root_holds {
        return Fault::Tile { path: parent, fault: TileFault::Differs { position } };
    }
    let index = parent.index() * 256 + u64::from(position);
    let child = TilePath::new(TileKind::Hashes { level: level - 1 }, index, 256)
        .expect("a hash of an upper level stands for a full tile");
    Fault::Unlinked { child, parent }
}

#[cfg(test)]
mod tests;

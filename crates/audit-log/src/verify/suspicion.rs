//! What one bundle alone cannot decide: whether an entry or its published hash is wrong.

use super::fault::{EntryFault, Fault, TileFault};
use crate::path::TilePath;

/// Something that is wrong in a bundle or its tile of level 0, with the place of the entry it concerns.
pub(super) enum Suspicion {
    /// An entry is wrong whatever the tile says.
    Entry(u64, EntryFault),
    /// The tile is wrong whatever the entries say.
    Tile(u64, TilePath, TileFault),
    /// An entry and its hash differ; either can be the wrong one.
    Differs(u64, TilePath),
}

impl Suspicion {
    fn index(&self) -> u64 {
        match self {
            Self::Entry(index, _) | Self::Tile(index, ..) | Self::Differs(index, _) => *index,
        }
    }

    /// When the entries lead to the signed root, they are right and the tile is wrong.
    pub(super) fn decide(self, root_holds: bool) -> Fault {
        match self {
            Self::Entry(index, fault) => Fault::Entry { index, fault },
            Self::Tile(_, path, fault) => Fault::Tile { path, fault },
            Self::Differs(index, path) if root_holds => {
                let position = u16::try_from(index % 256).expect("below 256");
                Fault::Tile { path, fault: TileFault::Differs { position } }
            }
            Self::Differs(index, tile) => Fault::Entry { index, fault: EntryFault::Differs { tile } },
        }
    }
}

/// The one that concerns the lower entry; of two about the same entry, the first.
pub(super) fn earlier(one: Option<Suspicion>, other: Option<Suspicion>) -> Option<Suspicion> {
    [one, other].into_iter().flatten().min_by_key(Suspicion::index)
}

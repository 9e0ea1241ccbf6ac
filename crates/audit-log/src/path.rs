//! Where a tile or an entry bundle lies: `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]` (C2SP `tlog-tiles`).

use std::{fmt, str::FromStr};

use thiserror::Error;

/// Hashes in a full tile, entries in a full bundle.
pub const FULL_WIDTH: u16 = 256;

/// The highest level a path may name (C2SP `tlog-tiles`). A tree counted in 64 bits reaches level 7.
pub const HIGHEST_LEVEL: u8 = 63;

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileKind {
    /// Hashes; level 0 are those of the entries.
    Hashes {
        /// Height of the tile's hashes in the tree, in steps of eight: 0 to 63.
        level: u8,
    },
    /// The entries themselves.
    Entries,
}

impl TileKind {
    fn level(self) -> u8 {
        match self {
            Self::Hashes { level } => level,
            Self::Entries => 0,
        }
    }
}

/// The place of a tile or an entry bundle. It has exactly one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// A path, unless `width` is outside 1 to 256 or the level above 63.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Option<Self> {
        let valid = (1..=FULL_WIDTH).contains(&width) && kind.level() <= HIGHEST_LEVEL;
        valid.then_some(Self { kind, index, width })
    }

    /// The path of tile `index` in a tree of `size` entries; `None` where that tree has no such tile.
    pub fn in_tree(kind: TileKind, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(8 * u32::from(kind.level())).unwrap_or(0);
        let left = hashes.saturating_sub(index.checked_mul(u64::from(FULL_WIDTH))?);
        let width = u16::try_from(left).unwrap_or(FULL_WIDTH).min(FULL_WIDTH);
        Self::new(kind, index, width)
    }

    /// The same place once it is full. A log may drop a partial tile when the full one exists.
    #[must_use]
    pub fn filled(self) -> Self {
        Self { width: FULL_WIDTH, ..self }
    }

    /// What lies here.
    pub fn kind(&self) -> TileKind {
        self.kind
    }

    /// Position of the tile on its level, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Hashes or entries that lie here: 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether nothing can be added here any more.
    pub fn is_full(&self) -> bool {
        self.width == FULL_WIDTH
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes { level } => write!(formatter, "tile/{level}/")?,
            TileKind::Entries => formatter.write_str("tile/entries/")?,
        }
        // 1000^7 exceeds the largest index, so at most six groups of three digits stand before the last.
        for power in (1..=6).rev().map(|exponent| 1000_u64.pow(exponent)) {
            if self.index >= power {
                write!(formatter, "x{:03}/", self.index / power % 1000)?;
            }
        }
        write!(formatter, "{:03}", self.index % 1000)?;
        if self.is_full() { Ok(()) } else { write!(formatter, ".p/{}", self.width) }
    }
}

/// The text is not the path of a tile or an entry bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a tile path: expected tile/<level or 'entries'>/<index>[.p/<width>] as in C2SP tlog-tiles")]
pub struct PathError;

impl FromStr for TilePath {
    type Err = PathError;

    /// Reads a path, relative to the log's prefix. Whatever would be spelled differently is refused, so a path can
    /// be compared, cached and put into a file name as it stands.
    fn from_str(text: &str) -> Result<Self, PathError> {
        let path = parse_loosely(text).ok_or(PathError)?;
        if path.to_string() == text { Ok(path) } else { Err(PathError) }
    }
}

fn parse_loosely(text: &str) -> Option<TilePath> {
    let (kind, place) = text.strip_prefix("tile/")?.split_once('/')?;
    let kind = match kind {
        "entries" => TileKind::Entries,
        level => TileKind::Hashes { level: level.parse().ok()? },
    };
    let (index, width) = match place.split_once(".p/") {
        Some((index, width)) => (index, width.parse().ok()?),
        None => (place, FULL_WIDTH),
    };
    TilePath::new(kind, parse_index(index)?, width)
}

fn parse_index(text: &str) -> Option<u64> {
    text.split('/').try_fold(0_u64, |index, group| {
        let digits = group.strip_prefix('x').unwrap_or(group);
        index.checked_mul(1000)?.checked_add(digits.parse().ok()?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tlog_tiles::Tile as OtherTile;

    use super::*;

    #[test]
    fn examples_of_the_specification() {
        let tile = |level, index, width| TilePath::new(TileKind::Hashes { level }, index, width).unwrap();
        assert_eq!(tile(0, 1_234_067, 256).to_string(), "tile/0/x001/x234/067");
        assert_eq!(tile(2, 0, 1).to_string(), "tile/2/000.p/1");
        let bundle = TilePath::new(TileKind::Entries, 273, 112).unwrap();
        assert_eq!(bundle.to_string(), "tile/entries/273.p/112");
        assert_eq!(tile(63, u64::MAX, 256).to_string().parse(), Ok(tile(63, u64::MAX, 256)));
    }

    #[test]
    fn a_tree_of_70000_has_the_tiles_the_specification_lists() {
        let width = |level, index| {
            TilePath::in_tree(TileKind::Hashes { level }, index, 70_000).map(|path| path.width())
        };
        assert_eq!((width(0, 272), width(0, 273), width(0, 274)), (Some(256), Some(112), None));
        assert_eq!((width(1, 0), width(1, 1)), (Some(256), Some(17)));
        assert_eq!((width(2, 0), width(3, 0), width(63, 0)), (Some(1), None, None));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "tile/0/000.p/256",
            "tile/0/000.p/0",
            "tile/0/000.p/01",
            "tile/00/000",
            "tile/64/000",
            "tile/0/0",
            "tile/0/x000/001",
            "tile/0/001/001",
            "tile/0/x001/x001",
            "tile/0/+01",
            "tile/0/1000",
            "/tile/0/000",
            "tile/0/000/",
            "tile/entries/000.p/",
            "tile/data/000",
            "tile/0/../001",
            "tile/-1/000",
            "",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert_eq!(text.parse::<TilePath>(), Err(PathError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn spelled_as_the_other_implementation_does(level in 0_u8..=63, index: u64, width in 1_u16..=256) {
            let path = TilePath::new(TileKind::Hashes { level }, index, width).unwrap();
            let other = OtherTile::new(8, level, index, width.into(), false).path();
            prop_assert_eq!(path.to_string(), other.replacen("tile/8/", "tile/", 1));
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn anything_is_refused_or_has_one_spelling(text in "(tile/)?(entries|[0-9]{1,2})?/?[x0-9/.p]{0,40}") {
            if let Ok(path) = text.parse::<TilePath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}

//! Roots and tiles.

use proptest::prelude::*;

use super::fixture::{Pair, Tiles, leaf};
use crate::{Hash, ReadError, Tree, leaf_hash};

/// The entries with which Certificate Transparency implementations test RFC 6962 trees.
const ENTRIES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

/// The root of their first 0, 1, … 8.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn known_answers() {
    let mut tree = Tree::empty();
    for (index, entry) in ENTRIES.iter().enumerate() {
        assert_eq!(tree.root().to_string(), ROOTS[index]);
        assert_eq!(tree.append(leaf_hash(entry)), index as u64);
    }
    assert_eq!(tree.root().to_string(), ROOTS[8]);
}

#[test]
fn each_size_has_the_root_of_the_other_implementation() {
    let mut pair = Pair::default();
    for size in 0..600 {
        assert_eq!(pair.tree.root(), pair.other.root(size), "at size {size}");
        pair.append();
    }
}

#[test]
fn a_tree_of_three_levels_has_the_right_tiles_and_root() {
    let mut pair = Pair::of_size(65_536);
    let widths = |tree: &mut Tree| -> Vec<(u8, u64, usize)> {
        tree.take_changed_tiles().iter().map(|tile| (tile.level, tile.index, tile.hashes.len())).collect()
    };
    assert_eq!(widths(&mut pair.tree), [], "they were stored already");
    pair.append();
    assert_eq!(widths(&mut pair.tree), [(0, 256, 1)]);
    (0..255).for_each(|_| pair.append());
    assert_eq!(widths(&mut pair.tree), [(0, 256, 256), (1, 1, 1)]);
    assert_eq!(pair.tree.root(), pair.other.root(65_792));
    let resumed = Tree::resume(65_536, &pair.tiles).unwrap();
    assert_eq!(resumed.root(), pair.other.root(65_536));
}

#[test]
fn resuming_without_the_edge_is_refused() {
    let mut tiles = Tiles::default();
    assert!(matches!(Tree::resume(1, &tiles), Err(ReadError::Missing { .. })));
    let mut tree = Tree::empty();
    tree.append(leaf(0, 0).hash());
    tiles.store(&mut tree);
    assert!(matches!(Tree::resume(2, &tiles), Err(ReadError::Narrow { found: 1, .. })));
    assert_eq!(Tree::resume(0, &tiles).unwrap().root(), Hash::of_empty_tree());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn resumed_trees_go_on_as_if_never_stopped(first in 0_u64..1500, more in 0_u64..600) {
        let mut pair = Pair::of_size(first);
        pair.tree = Tree::resume(first, &pair.tiles).unwrap();
        prop_assert_eq!(pair.tree.root(), pair.other.root(first));
        (0..more).for_each(|_| pair.append());
        prop_assert_eq!(pair.tree.root(), pair.other.root(first + more));
        pair.tiles.store(&mut pair.tree);
        // What was stored in two parts is what one tree would have stored.
        let whole = Pair::of_size(first + more);
        prop_assert_eq!(&pair.tiles, &whole.tiles);
    }
}

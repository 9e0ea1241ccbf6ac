//! The work that grows with the log: reading every entry, hashing it and comparing it with its tile, in parallel.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use super::{
    fault::{EntryFault, TileFault},
    recomputed::Recomputed,
    suspicion::{Suspicion, earlier},
};
use crate::{
    bundle::decode_bundle,
    hash::{Hash, leaf_hash, perfect_root},
    leaf::Leaf,
    path::{TileKind, TilePath},
    reader::{LogReader, read_at_least},
    tile::decode_hashes,
};

/// The bundles of one log and how far the threads have come with them.
pub(super) struct Job<'a> {
    reader: &'a dyn LogReader,
    size: u64,
    known_size: Option<u64>,
    progress: &'a (dyn Fn(u64) + Sync),
    /// The next bundle that nobody has taken.
    next: AtomicU64,
    /// From here on nothing can matter any more: an entry of this bundle cannot be read.
    end: AtomicU64,
}

/// What one thread has found.
#[derive(Default)]
struct Share {
    roots: Vec<(u64, Hash)>,
    ends: HashMap<u64, Vec<Hash>>,
    first: Option<Suspicion>,
    complete: bool,
}

impl<'a> Job<'a> {
    /// All bundles of a log of `size` entries, keeping what is needed to know its root at `known_size` as well.
    pub(super) fn new(
        reader: &'a dyn LogReader,
        size: u64,
        known_size: Option<u64>,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        Self { reader, size, known_size, progress, next: 0.into(), end: size.div_ceil(256).into() }
    }

    /// Checks every bundle. Bundles are taken from the left and none before a suspicion is left out, so the
    /// suspicion returned is the lowest of all.
    pub(super) fn run(&self, threads: NonZeroUsize) -> (Recomputed, Option<Suspicion>) {
        let shares: Vec<Share> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.get()).map(|_| scope.spawn(|| self.work())).collect();
            let join = |worker: thread::ScopedJoinHandle<'_, Share>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().map(join).collect()
        });
        merge(shares)
    }

    fn work(&self) -> Share {
        let mut share = Share { complete: true, ..Share::default() };
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= self.end.load(Ordering::Relaxed) {
                return share;
            }
            let (hashes, suspicion) = self.check(index);
            (self.progress)(hashes.len() as u64);
            if hashes.len() < usize::from(self.path(TileKind::Entries, index).width()) {
                self.end.fetch_min(index, Ordering::Relaxed);
                share.complete = false;
            }
            share.first = earlier(share.first, suspicion);
            share.keep(index, hashes, self.is_end(index));
        }
    }

    /// Whether a tree whose root is asked for ends inside this bundle.
    fn is_end(&self, index: u64) -> bool {
        [Some(self.size), self.known_size].iter().flatten().any(|size| size / 256 == index)
    }

    /// Hashes the entries of a bundle up to the first that cannot be read, and compares them with their tile.
    fn check(&self, index: u64) -> (Vec<Hash>, Option<Suspicion>) {
        let first = index * 256;
        let (hashes, fault) = self.hash_entries(index);
        let path = self.path(TileKind::Hashes { level: 0 }, index);
        let at_fault = first + (hashes.len() as u64).min(u64::from(path.width()) - 1);
        let by_entry = fault.map(|fault| Suspicion::Entry(at_fault, fault));
        let by_tile = match read_tile(self.reader, path) {
            Err(fault) => Some(Suspicion::Tile(first, path, fault)),
            Ok(tile) => (first..)
                .zip(hashes.iter().zip(&tile))
                .find(|(_, (entry, published))| entry != published)
                .map(|(entry, _)| Suspicion::Differs(entry, path)),
        };
        (hashes, earlier(by_entry, by_tile))
    }

    fn hash_entries(&self, index: u64) -> (Vec<Hash>, Option<EntryFault>) {
        let path = self.path(TileKind::Entries, index);
        let (found, bytes) = match read_at_least(self.reader, path) {
            Ok(read) => read,
            Err(error) => return (Vec::new(), Some(error.into())),
        };
        let width = usize::from(path.width());
        let mut hashes = Vec::with_capacity(width);
        let mut entries = decode_bundle(&bytes);
        while hashes.len() < width {
            match entries.next().ok_or(EntryFault::Absent).and_then(|entry| hash_entry(entry?)) {
                Ok(hash) => hashes.push(hash),
                Err(fault) => return (hashes, Some(fault)),
            }
        }
        // Only where the partial bundle was dropped do entries follow that this checkpoint does not cover.
        let overrun = found == path && entries.next().is_some();
        (hashes, overrun.then_some(EntryFault::Overrun))
    }

    fn path(&self, kind: TileKind, index: u64) -> TilePath {
        TilePath::in_tree(kind, index, self.size).expect("bundles are taken below the size")
    }
}

impl Share {
    fn keep(&mut self, index: u64, hashes: Vec<Hash>, is_end: bool) {
        if hashes.len() == 256 {
            self.roots.push((index, perfect_root(&hashes)));
        }
        if is_end {
            self.ends.insert(index, hashes);
        }
    }
}

fn hash_entry(entry: &[u8]) -> Result<Hash, EntryFault> {
    Leaf::decode(entry)?;
    Ok(leaf_hash(entry))
}

/// The hashes of a published tile: exactly as many as `path` says.
pub(super) fn read_tile(reader: &dyn LogReader, path: TilePath) -> Result<Vec<Hash>, TileFault> {
    let (found, bytes) = read_at_least(reader, path)?;
    let mut hashes = decode_hashes(&bytes, found.width())?;
    hashes.truncate(path.width().into());
    Ok(hashes)
}

fn merge(shares: Vec<Share>) -> (Recomputed, Option<Suspicion>) {
    let complete = shares.iter().all(|share| share.complete);
    let (mut roots, mut ends, mut first) = (Vec::new(), HashMap::new(), None);
    for share in shares {
        roots.extend(share.roots);
        ends.extend(share.ends);
        first = earlier(first, share.first);
    }
    roots.sort_unstable_by_key(|(index, _)| *index);
    let roots = roots.into_iter().map(|(_, root)| root).collect();
    (Recomputed::new(roots, ends, complete), first)
}

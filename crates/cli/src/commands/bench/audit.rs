//! `bailee bench audit`

mod durable;
mod tree;

use std::time::{Duration, Instant};

use clap::Args;

use self::{durable::Durable, tree::Bare};
use super::{
    Common,
    disk::Disk,
    engine::Engine,
    installation::{Fresh, Setup, folder_or_temporary},
    report::{Row, print},
};
use crate::{commands::serve::runtime, output};

/// Each figure is the sum of so many slices, taken in turns with its peer.
const ROUNDS: u32 = 3;
/// How many commit side by side, besides one alone.
const SIDE_BY_SIDE: usize = 512;
const HASHED: &str = "bare SHA-256 of the same bytes";

/// The audit log: appends and proofs a second, against bare SHA-256 of the same bytes and against fsync.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engine,
    /// Entries of the log that is made and proved in memory.
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    entries: u32,
    /// Entries that are committed durably, and proved from the store.
    #[arg(long, default_value_t = 50_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1000..))]
    commits: u32,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let engine = arguments.engine;
    output::remark(format!("hashing {} entries", arguments.entries));
    let bare = Bare::measure(arguments.entries)?;
    output::remark(format!("committing {} entries", arguments.commits));
    let setup = Setup::reference(&arguments.common, engine)?;
    // Before and after: some disks take thirty times as long from one minute to the next.
    let mut disk = Disk::default();
    let place = tempfile::TempDir::with_prefix_in("bailee-bench-", folder_or_temporary(setup.place))?;
    disk.measure(place.path(), Duration::from_secs(1))?;
    let filled = Fresh::filled(setup, async |loader| durable::measure(&loader, arguments.commits).await);
    let (_, durable) = runtime()?.block_on(filled)?;
    disk.measure(place.path(), Duration::from_secs(1))?;
    let rows = rows(engine, arguments, &bare, &durable, &disk);
    print("audit", &rows, &vec![""; rows.len()], arguments.common.json);
    Ok(())
}

fn rows(engine: Engine, arguments: &Arguments, bare: &Bare, durable: &Durable, disk: &Disk) -> Vec<Row> {
    let row = |name: String, unit, own: Rate, peer: f64, which: &str| {
        Row::new(engine, name, unit, own.per_second(), peer, which)
            .with("append_fsync_us", disk.append.seconds() * 1e6)
            .with("overwrite_fsync_us", disk.overwrite.seconds() * 1e6)
    };
    let (syncs, hashed) = (1.0 / disk.fastest(), bare.hashed.per_second());
    let together = syncs * SIDE_BY_SIDE as f64;
    let proofs = |proof: Rate| (proof, bare.paths.per_second());
    let ((in_memory, paths), (stored, _)) = (proofs(bare.proved), proofs(durable.proved));
    let (entries, commits) = (arguments.entries, arguments.commits);
    vec![
        row(format!("append, tree of {entries}"), "entries/s", bare.appended, hashed, HASHED),
        row(format!("prove, tree of {entries}"), "proofs/s", in_memory, paths, HASHED),
        row("commit, one at a time".to_owned(), "entries/s", durable.alone, syncs, "1 ÷ fsync"),
        row(
            format!("commit, {SIDE_BY_SIDE} side by side"),
            "entries/s",
            durable.together,
            together,
            "side by side ÷ fsync",
        ),
        row(format!("place in the log, {commits}"), "entries/s", durable.placed, hashed, HASHED),
        row(format!("prove from the store, {commits}"), "proofs/s", stored, paths, HASHED),
    ]
}

/// So many in so much time.
#[derive(Clone, Copy, Default)]
struct Rate {
    count: u64,
    time: Duration,
}

impl Rate {
    fn add(&mut self, count: u64, begun: Instant) {
        self.count += count;
        self.time += begun.elapsed();
    }

    fn per_second(self) -> f64 {
        self.count as f64 / self.time.as_secs_f64()
    }
}

//! The floor under every durable answer: how long the disk takes to make one block durable.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::Path,
    time::{Duration, Instant},
};

const BLOCK: [u8; 4096] = [0x5a; 4096];
/// Blocks of the file that is overwritten.
const BLOCKS: u64 = 256;

/// Time spent, and blocks made durable in it.
#[derive(Default, Clone, Copy)]
pub(super) struct Synced {
    time: Duration,
    blocks: u32,
}

impl Synced {
    /// Seconds a block.
    pub(super) fn seconds(self) -> f64 {
        self.time.as_secs_f64() / f64::from(self.blocks.max(1))
    }
}

/// `fdatasync(2)` of one block after another.
#[derive(Default)]
pub(super) struct Disk {
    /// At the end of a file that grows.
    pub(super) append: Synced,
    /// Within a file whose blocks are there.
    pub(super) overwrite: Synced,
}

impl Disk {
    /// The faster of the two, in seconds: the harder floor to reach.
    pub(super) fn fastest(&self) -> f64 {
        self.append.seconds().min(self.overwrite.seconds())
    }

    /// Measures for this long, half of it each way, in a folder of the disk.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(super) fn measure(&mut self, folder: &Path, time: Duration) -> io::Result<()> {
        let file = File::create(folder.join("fsync"))?;
        sync_each(&file, time / 2, |number| number, &mut self.append)?;
        for number in 0..BLOCKS {
            file.write_all_at(&BLOCK, number * BLOCK.len() as u64)?;
        }
        file.sync_all()?;
        sync_each(&file, time / 2, |number| number % BLOCKS, &mut self.overwrite)
    }
}

fn sync_each(file: &File, time: Duration, place: impl Fn(u64) -> u64, synced: &mut Synced) -> io::Result<()> {
    let begun = Instant::now();
    let mut number = 0;
    while begun.elapsed() < time {
        file.write_all_at(&BLOCK, place(number) * BLOCK.len() as u64)?;
        file.sync_data()?;
        number += 1;
        synced.blocks += 1;
    }
    synced.time += begun.elapsed();
    Ok(())
}

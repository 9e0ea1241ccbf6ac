//! The deletion journal: JSON Lines, each with the hash of the line before, appended and synced.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    os::unix::fs::FileExt,
    path::Path,
};

use parking_lot::Mutex;
use store::key_store::{Gone, JournalEntry, JournalTail, KeyStoreError, SlotNumber};

use super::{
    error::{OpenError, unavailable},
    files,
};

/// The open journal.
pub(super) struct Journal {
    file: File,
    tail: Mutex<Tail>,
}

/// Where the durable part ends and what the next line follows on.
#[derive(Default)]
struct Tail {
    length: u64,
    /// The offset of each line, so that the end can be read without the beginning.
    starts: Vec<u64>,
    chain: JournalTail,
}

impl Tail {
    fn push(&mut self, line: &[u8]) {
        self.starts.push(self.length);
        self.length += line.len() as u64;
    }
}

impl Journal {
    /// Opens or makes the journal at `path`, verifies its chain and cuts a torn last line, which was never
    /// acknowledged. Also returns every slot that it says is destroyed.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<SlotNumber>), OpenError> {
        if !path.try_exists().map_err(files::at(path))? {
            files::replace(path, &[]).map_err(files::at(path))?;
        }
        let file = files::open(path).map_err(files::at(path))?;
        let (tail, slots) = Self::read(&file, path)?;
        cut(&file, tail.length).map_err(files::at(path))?;
        Ok((Self { file, tail: Mutex::new(tail) }, slots))
    }

    /// Opens the journal to read what is in it now. Whoever has the key store open may be writing the next line.
    pub(super) fn open_read_only(path: &Path) -> Result<Self, OpenError> {
        let file = File::open(path).map_err(files::at(path))?;
        let (tail, _) = Self::read(&file, path)?;
        Ok(Self { file, tail: Mutex::new(tail) })
    }

    /// Verifies the chain up to the last whole line.
    fn read(file: &File, path: &Path) -> Result<(Tail, Vec<SlotNumber>), OpenError> {
        let (mut tail, mut slots) = (Tail::default(), Vec::new());
        let mut reader = BufReader::with_capacity(64 * 1024, file);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(files::at(path))? > 0 && line.ends_with(b"\n") {
            slots.extend(tail.chain.follow(&line)?.gone.slot());
            tail.push(&line);
            line.clear();
        }
        Ok((tail, slots))
    }

    /// Appends an entry for each that is gone; durable on return. After an error they may stand or not, and trying
    /// again is safe.
    pub(super) fn append(&self, gone: &[Gone]) -> Result<(), KeyStoreError> {
        if gone.is_empty() {
            return Ok(());
        }
        let mut tail = self.tail.lock();
        let mut next = Tail { length: tail.length, starts: Vec::new(), chain: tail.chain.clone() };
        let mut lines = Vec::new();
        for one in gone {
            let line = next.chain.next(one) + "\n";
            next.push(line.as_bytes());
            lines.extend_from_slice(line.as_bytes());
        }
        // A try that failed may have left more than this one writes.
        cut(&self.file, tail.length).map_err(unavailable)?;
        self.file.write_all_at(&lines, tail.length).map_err(unavailable)?;
        self.file.sync_data().map_err(unavailable)?;
        tail.starts.append(&mut next.starts);
        (tail.length, tail.chain) = (next.length, next.chain);
        Ok(())
    }

    /// The entries with a sequence above `after`.
    pub(super) fn after(&self, after: u64) -> Result<Vec<JournalEntry>, KeyStoreError> {
        let (start, end) = {
            let tail = self.tail.lock();
            let index = usize::try_from(after).unwrap_or(usize::MAX);
            (tail.starts.get(index).copied().unwrap_or(tail.length), tail.length)
        };
        let length =
            usize::try_from(end - start).map_err(|error| KeyStoreError::Unavailable(error.into()))?;
        let mut lines = vec![0; length];
        self.file.read_exact_at(&mut lines, start).map_err(unavailable)?;
        lines
            .split_inclusive(|byte| *byte == b'\n')
            .zip(after.saturating_add(1)..)
            .map(|(line, n)| JournalEntry::parse(line, n))
            .collect()
    }
}

/// Cuts the file to `length` where it is longer.
fn cut(file: &File, length: u64) -> io::Result<()> {
    if file.metadata()?.len() > length {
        file.set_len(length)?;
        file.sync_all()?;
    }
    Ok(())
}

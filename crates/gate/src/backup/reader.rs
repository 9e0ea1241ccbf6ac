//! Reading a backup.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use sealing::{Opener, RootKey};
use store::{
    StoreError,
    backup::{Load, Rows, Table},
};
use tokio::sync::mpsc;

use super::{
    BackupError, BackupHeader, Counted,
    writer::{Item, Tally, counted},
};

/// A header is far shorter.
const LONGEST_HEADER: u64 = 1 << 20;
/// No item is longer: rows are few, and a row is bounded by the limits of a request.
const LONGEST_ITEM: usize = 1 << 30;

/// A backup in a file.
pub struct BackupFile {
    file: File,
    line: Vec<u8>,
    /// What it says of itself.
    pub header: BackupHeader,
}

impl BackupFile {
    /// Opens a backup. Of what it holds nothing is read yet.
    ///
    /// # Errors
    /// It cannot be read, is no backup, or of a newer format.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let mut file = File::open(path)?;
        let mut line = Vec::new();
        BufReader::new(file.by_ref().take(LONGEST_HEADER)).read_until(b'\n', &mut line)?;
        let header = BackupHeader::from_line(&line)?;
        Ok(Self { file, line, header })
    }

    /// The rows, from the first.
    ///
    /// # Errors
    /// It was made under another root key, or cannot be read.
    pub fn rows(&self, root: &RootKey) -> Result<BackupRows, BackupError> {
        self.header.check_root(root)?;
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(self.line.len() as u64))?;
        let opener = root.backup_key(&self.line).open(BufReader::with_capacity(256 * 1024, file));
        BackupRows::begin(opener)
    }

    /// The rows on their way into a data store of an engine.
    ///
    /// # Errors
    /// It was made under another root key, or cannot be read.
    pub fn load(&self, root: &RootKey, engine: &str) -> Result<Load, BackupError> {
        let mut rows = self.rows(root)?;
        let (sender, receiver) = mpsc::channel(4);
        let tables = rows.tables.clone();
        tokio::task::spawn_blocking(move || {
            while let Some(some) = rows.next_rows().transpose() {
                let some = some.map_err(|error| StoreError::Unavailable(error.to_string()));
                let is_last = some.is_err();
                if sender.blocking_send(some).is_err() || is_last {
                    return;
                }
            }
        });
        // Engines count their schemas for themselves.
        let schema = (self.header.engine == engine).then_some(self.header.schema);
        Ok(Load { schema, tables, rows: receiver })
    }

    /// Reads all of it: every byte is as it was written, and nothing is missing. `progress` is told how many rows more
    /// were read. Returns what it holds.
    ///
    /// # Errors
    /// It was made under another root key, or is damaged.
    pub fn verify(&self, root: &RootKey, progress: &dyn Fn(u64)) -> Result<Vec<Counted>, BackupError> {
        let mut rows = self.rows(root)?;
        while let Some(some) = rows.next_rows()? {
            progress(some.rows.len() as u64);
        }
        Ok(counted(&rows.tables, &rows.tally.end()))
    }
}

/// The rows of a backup, table by table.
pub struct BackupRows {
    opener: Opener<BufReader<File>>,
    /// The tables.
    pub tables: Vec<Table>,
    tally: Tally,
}

impl BackupRows {
    fn begin(mut opener: Opener<BufReader<File>>) -> Result<Self, BackupError> {
        match next_item(&mut opener)?.0 {
            Item::Tables(tables) => Ok(Self { opener, tally: Tally::of(&tables), tables }),
            _ => Err(damaged("it does not begin with its tables")),
        }
    }

    /// The next rows; none at the end, once everything before it was found to be as it was written.
    ///
    /// # Errors
    /// It is damaged, or cannot be read.
    pub fn next_rows(&mut self) -> Result<Option<Rows>, BackupError> {
        match next_item(&mut self.opener)? {
            (Item::Rows(table, rows), written) => {
                let table = table as usize;
                if !self.tally.count(table, rows.len(), &written) {
                    return Err(damaged("it holds rows of no table"));
                }
                Ok(Some(Rows { table, rows }))
            }
            (Item::End(end), _) if end == self.tally.end() && is_at_end(&mut self.opener)? => Ok(None),
            _ => Err(damaged("it ends otherwise than it was written")),
        }
    }
}

fn is_at_end(opener: &mut Opener<BufReader<File>>) -> Result<bool, BackupError> {
    Ok(opener.read(&mut [0]).map_err(read)? == 0)
}

fn next_item(opener: &mut Opener<BufReader<File>>) -> Result<(Item, Vec<u8>), BackupError> {
    let mut length = [0; 4];
    opener.read_exact(&mut length).map_err(read)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > LONGEST_ITEM {
        return Err(damaged("something in it is too long"));
    }
    let mut bytes = vec![0; length];
    opener.read_exact(&mut bytes).map_err(read)?;
    let item = postcard::from_bytes(&bytes).map_err(|_| damaged("something in it cannot be read"))?;
    Ok((item, bytes))
}

fn damaged(what: &str) -> BackupError {
    BackupError::Damaged(what.to_owned())
}

fn read(error: io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::InvalidData => BackupError::Damaged(error.to_string()),
        io::ErrorKind::UnexpectedEof => damaged("its end is missing"),
        _ => BackupError::Io(error),
    }
}

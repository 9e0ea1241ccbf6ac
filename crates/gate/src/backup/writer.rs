//! Writing a backup.

use std::io::{self, Write};

use data_encoding::HEXLOWER;
use ring::digest::{Context, SHA256};
use sealing::{RootKey, Sealer};
use serde::{Deserialize, Serialize};
use store::backup::{Row, Snapshot, Table};

use super::{BackupError, BackupHeader, Counted};

/// What a backup is made of, one after the other.
#[derive(Serialize, Deserialize)]
pub(super) enum Item {
    /// First: the tables whose rows follow.
    Tables(Vec<Table>),
    /// Rows of the table at this place.
    Rows(u32, Vec<Row>),
    /// Last: of each table, how many rows there were and their digest.
    End(Vec<(u64, [u8; 32])>),
}

/// Counts the rows of each table and digests them, on the way out and on the way in.
pub(super) struct Tally(Vec<(u64, Context)>);

impl Tally {
    pub(super) fn of(tables: &[Table]) -> Self {
        Self(tables.iter().map(|_| (0, Context::new(&SHA256))).collect())
    }

    /// Counts rows, as they are written. Says whether there is such a table.
    pub(super) fn count(&mut self, table: usize, rows: usize, written: &[u8]) -> bool {
        let Some((count, digest)) = self.0.get_mut(table) else { return false };
        *count += rows as u64;
        digest.update(written);
        true
    }

    pub(super) fn end(&self) -> Vec<(u64, [u8; 32])> {
        let digest = |context: &Context| {
            context.clone().finish().as_ref().try_into().expect("SHA-256 yields 32 bytes")
        };
        self.0.iter().map(|(count, context)| (*count, digest(context))).collect()
    }
}

pub(super) fn counted(tables: &[Table], end: &[(u64, [u8; 32])]) -> Vec<Counted> {
    let one = |(table, (rows, digest)): (&Table, &(u64, [u8; 32]))| Counted {
        name: table.name.clone(),
        rows: *rows,
        sha256: HEXLOWER.encode(digest),
    };
    tables.iter().zip(end).map(one).collect()
}

/// Writes a backup into `sink`: its header, then what the snapshot holds, sealed. `progress` is told how many rows more
/// were written. Returns what it holds.
///
/// # Errors
/// The store or the sink fails. What was written is then no backup.
pub async fn write_backup<W: Write>(
    mut sink: W,
    root: &RootKey,
    header: &BackupHeader,
    mut snapshot: Snapshot,
    progress: &dyn Fn(u64),
) -> Result<Vec<Counted>, BackupError> {
    let line = header.to_line();
    sink.write_all(line.as_bytes())?;
    let mut sealer = root.backup_key(line.as_bytes()).seal(sink);
    let tables = snapshot.moment.tables;
    put(&mut sealer, &Item::Tables(tables.clone()))?;
    let mut tally = Tally::of(&tables);
    while let Some(rows) = snapshot.rows.recv().await {
        let rows = rows?;
        let (place, count) = (rows.table, rows.rows.len());
        let table = u32::try_from(place).map_err(|_| io::Error::other("too many tables"))?;
        let written = put(&mut sealer, &Item::Rows(table, rows.rows))?;
        tally.count(place, count, &written);
        progress(count as u64);
    }
    let end = tally.end();
    // One that lacks rows must not pass for a backup, however that came about.
    if let Some((table, _)) =
        tables.iter().zip(&end).find(|(table, (rows, _))| table.rows.is_some_and(|known| known != *rows))
    {
        return Err(BackupError::Damaged(format!("not all rows of `{}` were read", table.name)));
    }
    put(&mut sealer, &Item::End(end.clone()))?;
    sealer.finish()?;
    Ok(counted(&tables, &end))
}

/// Writes an item behind its length. Returns its bytes.
fn put<W: Write>(sealer: &mut Sealer<W>, item: &Item) -> io::Result<Vec<u8>> {
    let bytes = postcard::to_stdvec(item).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::other("a row of more than 4 GiB"))?;
    sealer.write_all(&length.to_be_bytes())?;
    sealer.write_all(&bytes)?;
    Ok(bytes)
}

//! `bailee audit export`

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use audit_log::{Checkpoint, LogReader, TileKind, TilePath, VerifyingKey};
use clap::Args;

use super::{continued, key::read_key_file, stored_log::StoredLog};
use crate::{commands::serve::Place, output};

const EXAMPLES: &str = "\
The folder then holds `checkpoint`, `key` and `tile/…` (C2SP tlog-tiles): static files that any web server can
publish; after a restore also `continued`, which says how the log goes on from the one before. Nothing in them points at anyone. Exporting again into the same folder adds what is new. The root key is
not needed, and a server may be running.

Examples:
  bailee audit export /srv/log
  bailee audit export --data /var/lib/bailee /srv/log && bailee audit verify /srv/log";

/// Write the audit log of an installation to a folder, as any tlog-tiles client reads it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder; made when it is missing.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let log = StoredLog::configured(&arguments.place.config()?)?;
    let key = log.key()?;
    let note = log.checkpoint()?;
    let checkpoint = Checkpoint::open(&note, &key)?;
    let folder = &arguments.folder;
    check_same_log(folder, &key)?;
    write(&folder.join("key"), format!("{key}\n").as_bytes())?;
    for path in tiles(checkpoint.size) {
        let file = folder.join(path.to_string());
        // A tile under its path never changes.
        if !file.exists() {
            write(&file, &log.tile(&path)?)?;
        }
    }
    if let Some(continued) = log.continued()? {
        write(&folder.join(continued::FILE), &continued)?;
    }
    // Last, so that whoever reads meanwhile finds everything that the checkpoint speaks of.
    write(&folder.join("checkpoint"), note.as_bytes())?;
    output::remark(format!(
        "wrote {} entries of {} to {}",
        checkpoint.size,
        checkpoint.origin,
        folder.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Two logs in one folder would be none.
fn check_same_log(folder: &Path, key: &VerifyingKey) -> anyhow::Result<()> {
    let there = folder.join("key");
    if there.exists() && read_key_file(&there)?.to_string() != key.to_string() {
        bail!("{} holds another log; choose another folder", folder.display());
    }
    Ok(())
}

/// Every tile and bundle of a log of `size` entries.
fn tiles(size: u64) -> impl Iterator<Item = TilePath> {
    let of = move |kind| (0..).map_while(move |index| TilePath::in_tree(kind, index, size));
    // Eight levels of 256 hashes each hold more entries than a log can have.
    let levels = (0..8).map(|level| TileKind::Hashes { level });
    std::iter::once(TileKind::Entries).chain(levels).flat_map(of)
}

/// Writes a file whole or not at all.
fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let beside = PathBuf::from(name);
    fs::write(&beside, bytes).with_context(cannot)?;
    fs::rename(&beside, file).with_context(cannot)
}

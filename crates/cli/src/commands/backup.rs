//! `bailee backup`

mod file;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::bail;
use clap::{Args, Subcommand};
use gate::{BackupFile, BackupHeader, BackupKind, Counted, Journal, write_backup};
use serde_json::{Value, json};
use store::backup::Snapshot;

pub(crate) use self::file::{Draft, bar};
use crate::{
    commands::serve::{Place, runtime},
    open::{self, Reading},
    output,
};

const EXAMPLES: &str = "\
The server may be running: what it had acknowledged when the backup began is in it. The file is encrypted under a key that
comes from the root key, and holds no subject keys and no index: with it and the root key alone nothing opens. Back the keys
up apart (`bailee keys backup`), after the data, and copy the deletion journal off this host often (`bailee keys journal
export`): nothing is restored without it.

Examples:
  bailee backup /backups/2026-03-01.data
  bailee backup verify /backups/2026-03-01.data";

/// Back the data up while the server runs, encrypted, without the keys that open it.
#[derive(Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    write: Write,
}

#[derive(Subcommand)]
enum Command {
    /// Check that a backup, of data or of keys, is whole and as it was written.
    Verify(Verify),
}

#[derive(Args)]
struct Write {
    /// The backup; there must be no such file.
    #[arg(value_name = "FILE", required = true)]
    file: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Verify {
    /// The backup.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        match (&arguments.command, &arguments.write) {
            (Some(Command::Verify(arguments)), _) => verify(arguments),
            (None, Write { file: Some(file), place, json }) => {
                let config = place.config()?;
                let reading = Reading::open(&config).await?;
                let snapshot = open::snapshot(&config).await?;
                write(&reading, BackupKind::Data, snapshot, file, *json).await?;
                Ok(ExitCode::SUCCESS)
            }
            (None, Write { file: None, .. }) => bail!("name the file to write"),
        }
    })
}

/// Writes a backup, reads it back, and only then gives it its name.
///
/// # Errors
/// Something cannot be read or written, or is not read back as it was written. There is no such file then.
pub(crate) async fn write(
    reading: &Reading,
    kind: BackupKind,
    snapshot: Snapshot,
    file: &std::path::Path,
    json: bool,
) -> anyhow::Result<()> {
    // After the moment that is backed up: of all that is deleted there this journal knows.
    let journal = Journal::of(&*Arc::clone(&reading.keys)).await?;
    let moment = &snapshot.moment;
    let (ambient, end) = (open::ambient(), journal.end().clone());
    let header = BackupHeader::new(kind, &ambient, &*reading.data, end, &reading.header, moment).await?;
    let rows = moment.tables.iter().filter_map(|table| table.rows).sum::<u64>();
    let mut draft = Draft::beside(file)?;
    let shown = bar(2 * rows);
    let written =
        write_backup(draft.writer(), &reading.root, &header, snapshot, &|rows| shown.inc(rows)).await?;
    draft.sync()?;
    let read = BackupFile::open(draft.path())?.verify(&reading.root, &|rows| shown.inc(rows))?;
    shown.finish_and_clear();
    if read != written {
        bail!("what was written is not what is read back; nothing was kept");
    }
    draft.keep()?;
    tell(&header, &written, json);
    Ok(())
}

fn verify(arguments: &Verify) -> anyhow::Result<ExitCode> {
    let backup = BackupFile::open(&arguments.file)?;
    let config = arguments.place.config()?;
    let root = open::root_of(&config, &backup.header)?;
    let bar = bar(0);
    let outcome = backup.verify(&root, &|rows| bar.inc(rows));
    bar.finish_and_clear();
    tell(&backup.header, &outcome?, arguments.json);
    Ok(ExitCode::SUCCESS)
}

fn tell(header: &BackupHeader, counted: &[Counted], json: bool) {
    if json {
        return output::json(&to_json(header, counted));
    }
    let rows: u64 = counted.iter().map(|table| table.rows).sum();
    let (what, hint) = match header.kind {
        BackupKind::Data => ("data", "it opens nothing without a backup of the keys"),
        BackupKind::Keys => ("keys", "keep it apart from the data, and no longer than its life"),
    };
    output::line(format!(
        "{}: the {what} of {}",
        output::painted("1;32", "the backup is whole"),
        header.origin
    ));
    output::line(format!("  made:     {}", header.made_at));
    output::line(format!("  expires:  {}", header.expires_at));
    output::line(format!("  rows:     {rows} in {} tables", counted.len()));
    output::line(format!("  journal:  to entry {}", header.journal.sequence));
    output::line(format!("  {hint}"));
}

fn to_json(header: &BackupHeader, counted: &[Counted]) -> Value {
    let tables = counted.iter().map(|table| {
        let (rows, sha256) = (table.rows, &table.sha256);
        (table.name.clone(), json!({ "rows": rows, "sha256": sha256 }))
    });
    json!({
        "kind": header.kind,
        "origin": header.origin,
        "made_at": header.made_at,
        "expires_at": header.expires_at,
        "engine": header.engine,
        "schema": header.schema,
        "checkpoint": header.checkpoint,
        "journal": header.journal,
        "tables": tables.collect::<serde_json::Map<String, Value>>(),
    })
}

//! `bailee keys backup` and `bailee keys journal export`: copies of what the key store holds.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use gate::{BackupKind, keys_snapshot};
use serde_json::json;

use crate::{
    commands::{backup, serve::Place},
    open::{self, Reading},
    output,
};

/// Back the subject keys up while the server runs, encrypted: apart from the data, and not for long.
#[derive(Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    place: Place,
    /// The backup; there must be no such file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// The deletion journal, by which a restore deletes again what was deleted.
#[derive(Subcommand)]
pub(crate) enum Journal {
    /// Write a copy, to be kept off this host: in place of the one before, which it extends. The server may be running.
    Export(Export),
}

#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    place: Place,
    /// The copy.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn backup(arguments: &Backup) -> anyhow::Result<()> {
    let reading = Reading::open(&arguments.place.config()?).await?;
    let (accounts, state) = (reading.data.account_keys().await?, reading.data.log_state().await?);
    let snapshot = keys_snapshot(reading.keys.clone(), accounts, state.checkpoint);
    backup::write(&reading, BackupKind::Keys, snapshot, &arguments.file, arguments.json).await
}

pub(super) async fn export(arguments: &Export) -> anyhow::Result<()> {
    let keys = open::keys_to_read(&arguments.place.config()?).await?;
    let mut journal = gate::Journal::of(&*keys).await?;
    if arguments.file.exists() {
        // A copy that knows more, or is of another journal, must not be lost to this one.
        let file = std::io::BufReader::new(std::fs::File::open(&arguments.file)?);
        journal = journal.joined(gate::Journal::read(file)?)?;
    }
    let mut draft = backup::Draft::over(&arguments.file)?;
    journal.write(open::ambient().clock.now(), draft.writer())?;
    draft.keep()?;
    if arguments.json {
        output::json(&json!({ "entries": journal.end().sequence, "hash": journal.end().hash }));
    } else {
        output::remark(format!(
            "{} holds the journal to entry {}",
            arguments.file.display(),
            journal.end().sequence
        ));
    }
    Ok(())
}

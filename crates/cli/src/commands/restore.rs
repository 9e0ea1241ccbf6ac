//! `bailee restore`

use std::{fs::File, io::BufReader, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;
use gate::{BackupFile, Journal, Restored};
use serde_json::json;

use crate::{
    commands::{
        backup,
        serve::{Place, runtime},
    },
    open::{self, Wanted},
    output,
};

const EXAMPLES: &str = "\
Everything is checked first: a damaged backup, another root key or a journal that is too old change nothing. Then the data is
put in its place, the keys without those that were destroyed, and what was deleted since is deleted again. Until that is done
no server opens the installation. A restore that was interrupted is begun anew by the same command.

The log goes on under a new key, and says where: publish the key that is printed.

Examples:
  bailee restore 2026-03-01.data --keys 2026-03-01.keys --journal journal.copy
  bailee restore 2026-03-01.data          where the key store was not lost";

/// Restore an installation, and delete again what was deleted since its backup was made.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The backup of the data.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The backup of the keys; without one, those in the configured key store are used.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The newest copy of the deletion journal; without one, that of the configured key store is used.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Use a backup although its life is over.
    #[arg(long)]
    accept_expired: bool,
    /// Go on although keys are missing: what they sealed is lost.
    #[arg(long)]
    accept_missing_keys: bool,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = arguments.place.config()?;
    let backup_of =
        |path: &PathBuf| BackupFile::open(path).with_context(|| format!("cannot use {}", path.display()));
    let journal = |path: &PathBuf| {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        Journal::read(BufReader::new(file)).with_context(|| format!("cannot use {}", path.display()))
    };
    let wanted = Wanted {
        data: backup_of(&arguments.file)?,
        keys: arguments.keys.as_ref().map(backup_of).transpose()?,
        journal: arguments.journal.as_ref().map(journal).transpose()?,
        accept_expired: arguments.accept_expired,
        accept_missing_keys: arguments.accept_missing_keys,
    };
    runtime()?.block_on(async {
        let bar = backup::bar(0);
        let outcome = open::restore_into(&config, wanted, &|rows| bar.inc(rows)).await;
        bar.finish_and_clear();
        let (restored, key) = outcome?;
        tell(&restored, &key, arguments.json);
        Ok(ExitCode::SUCCESS)
    })
}

fn tell(restored: &Restored, key: &str, json: bool) {
    if json {
        return output::json(&json!({
            "people_erased": restored.people_erased,
            "records_removed": restored.records_removed,
            "keys_moved": restored.keys_moved,
            "keys_missing": restored.keys_missing,
            "records_indexed": restored.records_indexed,
            "records_locked": restored.records_locked,
            "log_key": key,
        }));
    }
    output::line(output::painted("1;32", "the installation is restored"));
    output::line(format!("  erased again:   {} people", restored.people_erased));
    output::line(format!("  deleted again:  {} records", restored.records_removed));
    output::line(format!("  keys moved:     {}", restored.keys_moved));
    output::line(format!("  keys missing:   {}", restored.keys_missing));
    output::line(format!("  indexed:        {} records", restored.records_indexed));
    output::line(format!("  log key:        {key}"));
    output::remark("next: publish the new key of the log, then `bailee serve`, then make new backups");
}

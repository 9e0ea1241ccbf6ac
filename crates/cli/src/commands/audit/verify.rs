//! `bailee audit verify`

use std::{
    fs,
    io::IsTerminal,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use anyhow::{Context, bail};
use audit_log::{Checkpoint, Directory, Fault, LogReader, Verified, VerifyingKey, verify_log};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::{
    continued::{self, Continued},
    key::{read_key, read_key_file},
    stored_log::StoredLog,
};
use crate::{commands::serve::Place, output};

const EXAMPLES: &str = "\
Every entry is hashed and every tile compared, up to the root that the log's key signed. The installation's root key
is not needed, nothing is changed, and a server may be running.

The log's own copy of its key finds accidents, not someone who rewrites the log and replaces the key beside it. An
auditor should keep the key and a checkpoint from earlier and pass both: a log that was rewritten since then fails.

Exit codes: 0 the log holds, 1 it does not, 2 it could not be looked at.

Examples:
  bailee audit verify                                      the configured installation
  bailee audit verify /srv/log                             an exported folder, or a data directory
  bailee audit verify /srv/log --key log.vkey --checkpoint last-year.checkpoint";

/// Check a whole audit log offline, entry by entry, against the checkpoint that its key signed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// An exported folder or a data directory; without one, the configured installation.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// The log's verifier key as you got it earlier, or a file that holds it; without one, the log's own copy.
    #[arg(long, value_name = "VKEY|FILE")]
    key: Option<String>,
    /// A checkpoint of this log that you kept: the log must extend it.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// How many threads read; without this, one for each processor.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A log to verify, the key it carries and where it was found.
struct Found {
    reader: Box<dyn LogReader>,
    own_key: anyhow::Result<VerifyingKey>,
    /// How it goes on from others, as it is stored.
    continued: Option<Vec<u8>>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Found { reader, own_key, continued } = find(arguments)?;
    let key = match &arguments.key {
        Some(text) => read_key(text)?,
        None => own_key?,
    };
    let continued = continued::read(continued.as_deref())?;
    let known = arguments.checkpoint.as_deref();
    let known = known.map(|path| known_checkpoint(path, &key, &continued)).transpose()?;
    let threads =
        arguments.threads.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let bar = bar(&*reader, &key);
    let outcome = verify_log(&*reader, &key, known.as_ref(), threads, &|entries| bar.inc(entries));
    bar.finish_and_clear();
    let former = match &outcome {
        Ok(verified) => continued::verify(&*reader, &key, &verified.checkpoint, &continued, threads),
        Err(_) => Ok(Vec::new()),
    };
    if arguments.json {
        output::json(&to_json(&outcome, &key, &former));
    } else {
        print(&outcome, &key, arguments.key.is_some(), known.as_ref());
        continued::print(&former);
    }
    Ok(if outcome.is_ok() && former.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn find(arguments: &Arguments) -> anyhow::Result<Found> {
    let Some(folder) = arguments.folder.clone() else {
        let log = StoredLog::configured(&arguments.place.config()?)?;
        let (own_key, continued) = (log.key(), log.continued()?);
        return Ok(Found { own_key, continued, reader: Box::new(log) });
    };
    if folder.join("bailee.db").exists() {
        let log = StoredLog::open(&folder)?;
        let (own_key, continued) = (log.key(), log.continued()?);
        return Ok(Found { own_key, continued, reader: Box::new(log) });
    }
    if folder.join("checkpoint").exists() || folder.join("tile").exists() {
        let own_key =
            read_key_file(&folder.join("key")).context("the folder does not say its log's key; pass --key");
        let continued = fs::read(folder.join(continued::FILE)).ok();
        return Ok(Found { reader: Box::new(Directory::new(folder)), own_key, continued });
    }
    bail!("{} holds neither an exported log nor an installation", folder.display())
}

/// A checkpoint of this log, or of one that it goes on from.
fn known_checkpoint(
    path: &Path,
    key: &VerifyingKey,
    continued: &[gate::Continuation],
) -> anyhow::Result<Checkpoint> {
    let note = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if let Some(kept) = continued::kept(&note, key, continued)? {
        return Ok(kept);
    }
    Checkpoint::open(&note, key).with_context(|| format!("{} is no checkpoint of this log", path.display()))
}

/// A progress bar, on a terminal only.
fn bar(reader: &dyn LogReader, key: &VerifyingKey) -> ProgressBar {
    let signed = reader.checkpoint().ok().and_then(|note| Checkpoint::open(&note, key).ok());
    let shown = std::io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} entries, {per_sec}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(signed.map(|signed| signed.size), target).with_style(style)
}

fn print(outcome: &Result<Verified, Fault>, key: &VerifyingKey, given: bool, known: Option<&Checkpoint>) {
    match outcome {
        Ok(Verified { checkpoint, entries }) => {
            output::line(format!(
                "{}: {entries} entries, each as it was written",
                output::painted("1;32", "the log holds")
            ));
            output::line(format!("  log:  {}", checkpoint.origin));
            output::line(format!("  root: {}", checkpoint.root.to_base64()));
            output::line(format!("  key:  {key}"));
            if let Some(known) = known {
                output::line(format!("  it extends the checkpoint of {} entries that you kept", known.size));
            }
        }
        Err(fault) => {
            output::line(format!("{}: {fault}", output::painted("1;31", "the log does not hold")));
            output::line(format!("  key:  {key}"));
        }
    }
    if !given {
        output::remark(
            "note: checked with the log's own copy of its key; pass --key with the one you got earlier",
        );
    }
}

fn to_json(
    outcome: &Result<Verified, Fault>,
    key: &VerifyingKey,
    former: &anyhow::Result<Vec<Continued>>,
) -> Value {
    match outcome {
        Ok(Verified { checkpoint, entries }) => json!({
            "holds": former.is_ok(),
            "fault": former.as_ref().err().map(|error| format!("{error:#}")),
            "continues": former.as_deref().unwrap_or_default().iter().map(Continued::to_json).collect::<Vec<_>>(),
            "origin": checkpoint.origin,
            "entries": entries,
            "root": checkpoint.root.to_base64(),
            "key": key.to_string(),
        }),
        Err(fault) => json!({
            "holds": false,
            "fault": fault.to_string(),
            "entry": match fault {
                Fault::Entry { index, .. } => Some(index),
                _ => None,
            },
            "key": key.to_string(),
        }),
    }
}

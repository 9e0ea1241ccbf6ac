//! `bailee audit`: one subcommand, one file.

mod assessment;
mod certificate;
mod continued;
mod export;
mod key;
mod receipt;
mod stored_log;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

/// Exit codes: 0 it holds, 1 something is wrong with it, 2 it could not be looked at.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write the audit log of an installation to a folder, as any tlog-tiles client reads it.
    Export(export::Arguments),
    /// Check a whole audit log offline, entry by entry, against the checkpoint that its key signed.
    Verify(verify::Arguments),
    /// Check the certificate of an erasure.
    Certificate(certificate::Arguments),
    /// Check the receipt of a choice.
    Receipt(receipt::Arguments),
    /// Check the bundle of an assessment.
    Assessment(assessment::Arguments),
}

pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Assessment(arguments) => assessment::run(arguments),
        Command::Export(arguments) => export::run(arguments),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Certificate(arguments) => certificate::run(arguments),
        Command::Receipt(arguments) => receipt::run(arguments),
    }
}

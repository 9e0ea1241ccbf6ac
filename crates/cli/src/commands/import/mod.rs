//! `bailee import`

mod access_log;

use std::process::ExitCode;

use clap::Subcommand;

/// Take in what other systems have written down.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make visits of the log of a web server. Not while the server is running on the embedded engine.
    AccessLog(access_log::Arguments),
}

pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let Command::AccessLog(arguments) = command;
    access_log::run(arguments)?;
    Ok(ExitCode::SUCCESS)
}

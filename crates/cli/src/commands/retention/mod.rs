//! `bailee retention`

mod plan;

use std::process::ExitCode;

use clap::Subcommand;

/// See what goes when, before it does.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Say what goes by when, what is kept, and what waits.
    Plan(plan::Arguments),
}

pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Plan(arguments) => plan::run(arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}

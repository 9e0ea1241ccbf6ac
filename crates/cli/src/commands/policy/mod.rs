//! `bailee policy`: one subcommand, one file.

mod check;
mod diff;
mod explain;
mod map;
mod render;
mod replay;
mod source;
mod test;

use std::{path::Path, process::ExitCode};

use clap::Subcommand;
use policy::{Diagnostic, Policy};

/// Exit codes: 0 the answer was given, 1 the answer is no (see each command), 2 no answer could be given.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check policies like a compiler: what cannot be enforced or contradicts itself is an error.
    Check(check::Arguments),
    /// Write the public page of a policy.
    Render(render::Arguments),
    /// Answer one question: may this category of this role's data be used for this purpose?
    Explain(explain::Arguments),
    /// Say in sentences what one version of a policy permits that another did not.
    Diff(diff::Arguments),
    /// Say which decisions of the log would have turned out otherwise under a new version.
    Replay(replay::Arguments),
    /// Draw the data map: every field, why it is held, how long, and who receives it.
    Map(map::Arguments),
    /// Check the answers that you expect of a policy.
    Test(test::Arguments),
}

pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Render(arguments) => render::run(&arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Map(arguments) => map::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
    }
}

/// Compiles a policy for today and prints everything found, warnings too, to standard error. Nothing when it has
/// errors.
pub(crate) fn compile(source: &str, path: &Path, operator: Option<&Policy>) -> Option<Policy> {
    let compiled = Policy::compile(source, source::today(), operator);
    let found: &[Diagnostic] = match &compiled {
        Ok(policy) => policy.warnings(),
        Err(found) => found,
    };
    if !found.is_empty() {
        source::print_findings(source, path, found);
    }
    compiled.ok()
}

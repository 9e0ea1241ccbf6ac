use std::{path::Path, process::ExitCode};
#[derive(clap::Subcommand)]
pub(crate) enum Command {}
pub(crate) fn run(_: Command) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
pub(crate) fn compile(
    source: &str,
    _path: &Path,
    operator: Option<&policy::Policy>,
) -> Option<policy::Policy> {
    policy::Policy::compile(source, jiff::civil::date(2026, 11, 24), operator).ok()
}

//! `bailee bench`: speed as a ratio against a peer, both measured in turns in one run on the same machine.

mod audit;
mod collect;
mod connection;
mod database;
mod dice;
mod disk;
mod engine;
mod erase;
mod expiry;
mod export;
mod gdpr;
mod handler;
mod http;
mod installation;
mod load;
mod pages;
mod peer;
mod people;
mod report;
mod server;
mod start;
mod visits;

use std::process::ExitCode;

use clap::Subcommand;

/// Measure, as ratios against a peer in the same run.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Audited reads, writes and look-ups over HTTP, against an empty handler and the disk's fsync.
    Http(http::Arguments),
    /// The four workloads of GDPRbench, against plain PostgreSQL and one that logs every statement.
    Gdpr(gdpr::Arguments),
    /// Erasing a person with many records, against one with a single record.
    Erase(erase::Arguments),
    /// Records that are over, drained in the background while readers read.
    Expiry(expiry::Arguments),
    /// Hits of visits taken in durably, against an empty handler and the disk's fsync.
    Collect(collect::Arguments),
    /// The access package of one person, among many people and among a hundredth of them.
    Export(export::Arguments),
    /// The audit log: appends and proofs a second, against bare SHA-256 of the same bytes and against fsync.
    Audit(audit::Arguments),
    /// Start-up with many records, memory at rest and the size of this program, against their goals.
    Start(start::Arguments),
    /// The pages of the console and of the privacy center with many records, against their goals.
    Pages(pages::Arguments),
    /// A year of visits: whether every figure is exact, and how long reports take.
    Visits(visits::Arguments),
    /// The peer: an empty handler behind the same server loop.
    #[command(hide = true)]
    EmptyHandler,
}

pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Http(arguments) => http::run(arguments)?,
        Command::Gdpr(arguments) => gdpr::run(arguments)?,
        Command::Erase(arguments) => erase::run(arguments)?,
        Command::Expiry(arguments) => expiry::run(arguments)?,
        Command::Collect(arguments) => collect::run(arguments)?,
        Command::Export(arguments) => export::run(arguments)?,
        Command::Audit(arguments) => audit::run(arguments)?,
        Command::Start(arguments) => start::run(arguments)?,
        Command::Pages(arguments) => pages::run(arguments)?,
        Command::Visits(arguments) => visits::run(arguments)?,
        Command::EmptyHandler => handler::run()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the installation that is measured is made, and how the result is printed.
#[derive(clap::Args)]
struct Common {
    /// A folder on the disk to be measured, in which a temporary installation is made.
    #[arg(long, value_name = "DIR")]
    folder: Option<std::path::PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// The runtime of the load: one thread, so that it takes the least from the server beside it.
fn load_runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

//! What the maintainers of this repository run: `cargo xtask schema`.

mod catalogue;
mod distribution;

use clap::{Parser, Subcommand};

/// Tasks of this repository.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check that every table can be distributed as its comment says (docs/scaling.md).
    Schema {
        /// Print the statements that distribute the schema on Citus instead.
        #[arg(long)]
        ddl: bool,
    },
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to whoever runs it")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let Command::Schema { ddl } = Arguments::parse().command;
    let tables = catalogue::tables().await?;
    if ddl {
        println!("{}", distribution::ddl(&tables));
        return Ok(());
    }
    let faults = distribution::faults(&tables);
    for fault in &faults {
        eprintln!("{fault}");
    }
    anyhow::ensure!(faults.is_empty(), "{} of {} tables break the rule", faults.len(), tables.len());
    println!("{} tables can be distributed as their comments say", tables.len());
    Ok(())
}

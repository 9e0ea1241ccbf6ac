//! Runs a command beside a PostgreSQL server of its own: `with-postgres COMMAND ARGUMENTS…`.
//!
//! The command finds the server's URL in `BAILEE_TEST_POSTGRES`; its exit code is ours.

use std::{
    env,
    error::Error,
    io::{self, Write},
    os::unix::process::ExitStatusExt,
    process::{Command, ExitCode, ExitStatus},
};

use local_postgres::{LocalPostgres, Settings};

/// For tests: many connections, little of the disk, and nothing that must survive the machine.
const OPTIONS: [(&str, &str); 5] = [
    ("fsync", "off"),
    ("max_connections", "400"),
    ("max_wal_size", "64MB"),
    ("min_wal_size", "32MB"),
    ("shared_buffers", "128MB"),
];

/// What `env` and `nohup` exit with when it is not the command that failed.
const OUR_FAILURE: u8 = 125;

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        // Nobody is left to tell when this cannot be written.
        drop(writeln!(io::stderr(), "with-postgres: {error}"));
        ExitCode::from(OUR_FAILURE)
    })
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let program = arguments.next().ok_or("name a command: with-postgres COMMAND ARGUMENTS…")?;
    let options = OPTIONS.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let server = LocalPostgres::start(&Settings { options: options.into(), folder: None })?;
    let mut command = Command::new(&program);
    command.args(arguments).env("BAILEE_TEST_POSTGRES", server.url("postgres"));
    let status = command.status().map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    Ok(exit_code(status))
}

/// The command's code; as a shell has it when a signal ended the command.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(OUR_FAILURE))
}

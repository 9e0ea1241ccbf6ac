//! `bailee`: reads a privacy policy as a program and keeps what it promises.

mod commands;
mod config;
mod harden;
mod logging;
mod open;
mod output;
mod proxies;
mod server;
mod tls;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Reads a privacy policy as a program: what it permits happens, what it does not permit cannot, and anyone can
/// check afterwards.
#[derive(Parser)]
#[command(name = "bailee", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a configuration file, a root key and an empty installation.
    Init(commands::init::Arguments),
    /// Serve an installation.
    Serve(commands::serve::Arguments),
    /// See it at work: a fresh installation with fictional people, a tour, then the server.
    Demo(commands::demo::Arguments),
    /// Check, render, explain, compare and test policies.
    #[command(subcommand)]
    Policy(commands::policy::Command),
    /// Make, list and revoke API keys, and rotate keys.
    #[command(subcommand)]
    Keys(commands::keys::Command),
    /// Say who signs in to the console.
    #[command(subcommand)]
    Staff(commands::staff::Command),
    /// Export and verify the audit log.
    #[command(subcommand)]
    Audit(commands::audit::Command),
    /// Take in what other systems have written down.
    #[command(subcommand)]
    Import(commands::import::Command),
    /// Back the data up while the server runs, encrypted, without the keys that open it.
    Backup(commands::backup::Arguments),
    /// Restore an installation, and delete again what was deleted since its backup was made.
    Restore(commands::restore::Arguments),
    /// See what goes when, before it does.
    #[command(subcommand)]
    Retention(commands::retention::Command),
    /// Check each promise against the installation.
    Assess(commands::assess::Arguments),
    /// Look at a site with a real browser: its cookies, and what else it keeps and asks, against the policy.
    Scan(commands::scan::Arguments),
    /// Measure, as ratios against a peer in the same run.
    #[command(subcommand)]
    Bench(commands::bench::Command),
}

fn main() -> ExitCode {
    harden::forbid_core_dumps();
    let outcome = match Arguments::parse().command {
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Demo(arguments) => commands::demo::run(&arguments),
        Command::Policy(command) => commands::policy::run(command),
        Command::Keys(command) => commands::keys::run(&command),
        Command::Staff(command) => commands::staff::run(&command),
        Command::Audit(command) => commands::audit::run(&command),
        Command::Import(command) => commands::import::run(&command),
        Command::Backup(arguments) => commands::backup::run(&arguments),
        Command::Restore(arguments) => commands::restore::run(&arguments),
        Command::Retention(command) => commands::retention::run(&command),
        Command::Assess(arguments) => commands::assess::run(&arguments),
        Command::Scan(arguments) => commands::scan::run(&arguments),
        Command::Bench(command) => commands::bench::run(&command),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}

//! `bailee staff`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::ConsoleRole;
use gate::{Caller, NewStaff};
use serde_json::json;

use super::keys::opened;
use crate::{
    commands::serve::{Place, runtime},
    output,
};

/// Say who signs in to the console. Not while the server is running; use `/v1/staff` then.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Invite somebody: prints the link by which they set a password, once and within three days.
    Invite(Invite),
}

#[derive(Args)]
pub(crate) struct Invite {
    #[command(flatten)]
    place: Place,
    /// The address with which they will sign in.
    #[arg(long)]
    email: String,
    /// Their name.
    #[arg(long)]
    name: String,
    /// As what: owner, custodian, support, analyst or auditor.
    #[arg(long, value_parser = role)]
    role: ConsoleRole,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn role(word: &str) -> Result<ConsoleRole, String> {
    ConsoleRole::parse(word).ok_or_else(|| {
        let all: Vec<_> = ConsoleRole::ALL.iter().map(|role| role.as_str()).collect();
        format!("no such role; there are {}", all.join(", "))
    })
}

pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let Command::Invite(arguments) = command;
    runtime()?.block_on(invite(arguments))?;
    Ok(ExitCode::SUCCESS)
}

async fn invite(arguments: &Invite) -> anyhow::Result<()> {
    let gate = opened(&arguments.place).await?;
    let new = NewStaff { email: arguments.email.clone(), name: arguments.name.clone(), role: arguments.role };
    let invited = gate.invite_staff(&Caller::system(gate.operator()?), &new, None).await?;
    let link = format!("/invitation?link={}", invited.link.unwrap_or_default());
    if arguments.json {
        output::json(&json!({ "id": invited.staff.subject, "role": invited.staff.role, "link": link }));
    } else {
        output::remark(format!(
            "invited {}; the page of your server on which they set a password, within three days:",
            invited.staff.subject
        ));
        output::line(link);
    }
    Ok(())
}

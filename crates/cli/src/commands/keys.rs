//! `bailee keys`

mod copies;

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::{Args, Subcommand};
use comfy_table::Table;
use domain::{AccountId, KeyId, Scope};
use gate::{Caller, Gate, KeyRequest, NewKey, OpenError};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    commands::serve::{Place, runtime},
    open, output,
};

/// Make, list and revoke API keys, rotate keys, and copy what the key store holds. Only copies are made while the server is
/// running; for the rest use `/v1/keys` then.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make an API key. Its secret is shown once.
    Create(Create),
    /// List API keys.
    List(List),
    /// Revoke an API key.
    Revoke(Revoke),
    /// Make the next version of an account's keys and move every subject key under it.
    Rotate(Rotate),
    /// Back the subject keys up while the server runs, encrypted: apart from the data, and not for long.
    Backup(copies::Backup),
    /// The deletion journal, by which a restore deletes again what was deleted.
    #[command(subcommand)]
    Journal(copies::Journal),
    /// Wrap everything under a new root key file; the old one opens nothing any more.
    RotateRoot(RotateRoot),
}

#[derive(Args)]
pub(crate) struct Create {
    #[command(flatten)]
    place: Place,
    /// What its owner calls it.
    #[arg(long)]
    name: String,
    /// The account it opens; without one, the operator's.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// What it may do: data:read, data:write, data:erase, policy:write, accounts:write, audit:read, incidents:read,
    /// incidents:write.
    #[arg(long, value_delimiter = ',', value_parser = scope, default_value = "data:read")]
    scopes: Vec<Scope>,
    /// When it stops working, for example 2027-01-01T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    expires: Option<Timestamp>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    place: Place,
    /// The key.
    id: KeyId,
}

#[derive(Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    place: Place,
    /// The account; without one, the operator's.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
}

#[derive(Args)]
pub(crate) struct RotateRoot {
    #[command(flatten)]
    place: Place,
    /// The new key file; made when it is missing.
    #[arg(long, value_name = "FILE")]
    new_key: PathBuf,
}

fn scope(word: &str) -> Result<Scope, String> {
    Scope::parse(word).ok_or_else(|| {
        let all: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        format!("no such scope; there are {}", all.join(", "))
    })
}

pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        match command {
            Command::Create(arguments) => create(arguments).await?,
            Command::List(arguments) => list(arguments).await?,
            Command::Revoke(arguments) => {
                let gate = opened(&arguments.place).await?;
                gate.revoke_key(&Caller::system(gate.operator()?), arguments.id).await?;
                output::remark(format!("{} works no more", arguments.id));
            }
            Command::Rotate(arguments) => rotate(arguments).await?,
            Command::Backup(arguments) => copies::backup(arguments).await?,
            Command::Journal(copies::Journal::Export(arguments)) => copies::export(arguments).await?,
            Command::RotateRoot(arguments) => rotate_root(arguments).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

pub(crate) async fn opened(place: &Place) -> anyhow::Result<Gate> {
    let opened = open::stores(&place.config()?).await?;
    Ok(Gate::open(opened.stores, open::ambient(), opened.root).await?)
}

/// The first key of an installation, which may do everything.
pub(crate) async fn first_operator_key(gate: &Gate) -> anyhow::Result<NewKey> {
    let operator = gate.operator()?;
    let id = operator.id;
    let request = KeyRequest { name: "first key", scopes: Scope::ALL, expires_at: None };
    Ok(gate.create_key(&Caller::system(operator), id, &request, None).await?)
}

async fn create(arguments: &Create) -> anyhow::Result<()> {
    let gate = opened(&arguments.place).await?;
    let operator = gate.operator()?;
    let account = arguments.account.unwrap_or(operator.id);
    let caller = Caller::system(operator);
    let request =
        KeyRequest { name: &arguments.name, scopes: &arguments.scopes, expires_at: arguments.expires };
    let made = gate.create_key(&caller, account, &request, None).await?;
    if arguments.json {
        output::json(&json!({ "id": made.key.id, "account": account, "secret": made.secret }));
    } else {
        output::remark(format!("made {}; its secret, shown once:", made.key.id));
        output::line(made.secret.unwrap_or_default());
    }
    Ok(())
}

async fn list(arguments: &List) -> anyhow::Result<()> {
    let gate = opened(&arguments.place).await?;
    let keys: Vec<_> = gate.accounts().iter().flat_map(|account| gate.keys(account.id)).collect();
    if arguments.json {
        let view = |key: &domain::ApiKey| json!({ "id": key.id, "account": key.account, "name": key.name, "scopes": key.scopes, "expires_at": key.expires_at, "revoked_at": key.revoked_at });
        output::json(&keys.iter().map(view).collect());
        return Ok(());
    }
    let mut table = Table::new();
    table
        .load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY)
        .set_header(["key", "account", "name", "scopes", "state"]);
    for key in keys {
        let state = if key.is_live(gate.ambient().clock.now()) { "live" } else { "ended" };
        table.add_row([
            key.id.to_string(),
            key.account.to_string(),
            key.name,
            Scope::join(&key.scopes),
            state.to_owned(),
        ]);
    }
    output::line(table.to_string());
    Ok(())
}

async fn rotate(arguments: &Rotate) -> anyhow::Result<()> {
    let opened = open::stores(&arguments.place.config()?).await?;
    let gate = Gate::open(opened.stores, open::ambient(), opened.root).await?;
    let operator = gate.operator()?;
    let account = arguments.account.unwrap_or(operator.id);
    if !gate.accounts().iter().any(|known| known.id == account) {
        bail!("there is no account {account}");
    }
    let moved = gate.rotate_account(&Caller::system(operator), account).await?;
    output::remark(format!("moved {moved} keys of {account} under the new version"));
    Ok(())
}

async fn rotate_root(arguments: &RotateRoot) -> anyhow::Result<()> {
    let config = arguments.place.config()?;
    let opened = open::stores(&config).await?;
    let ambient = open::ambient();
    let new = std::sync::Arc::new(open::key_file(&arguments.new_key, &ambient)?);
    match Gate::open(opened.stores.clone(), ambient.clone(), opened.root.clone()).await {
        Ok(gate) => gate.rotate_root(&Caller::system(gate.operator()?), &new).await?,
        // An earlier run wrapped everything and was stopped before the header said so.
        Err(OpenError::WrongRootKey) => {
            drop(Gate::open(opened.stores.clone(), ambient.clone(), new.clone()).await?);
        }
        Err(error) => return Err(error.into()),
    }
    opened.set_root_key(&new, &ambient).await?;
    output::remark(format!(
        "everything is wrapped under {}; set `root_key.file` to it, and destroy the old key",
        arguments.new_key.display()
    ));
    Ok(())
}

//! `bailee init`

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use clap::Args;
use gate::{Gate, Installation};

use crate::{
    commands::{
        keys, policy,
        serve::{StorePlace, runtime},
    },
    config::{Config, TEMPLATE},
    open, output,
};

/// Make a configuration file, a root key and an empty installation.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The configuration file: written when it is missing, read when it is there.
    #[arg(long, default_value = "bailee.toml", value_name = "FILE")]
    config: PathBuf,
    /// The operator's policy. Without one, only the configuration file is written.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The name of the audit log, for example the host name of this server.
    #[arg(long, default_value = "bailee.local", value_name = "NAME")]
    origin: String,
    #[command(flatten)]
    store: StorePlace,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.config.exists() {
        output::remark(format!("{} is there already and stays as it is", arguments.config.display()));
    } else {
        fs::write(&arguments.config, TEMPLATE)
            .with_context(|| format!("cannot write {}", arguments.config.display()))?;
        output::remark(format!("wrote {}", arguments.config.display()));
    }
    let mut config = Config::load(Some(&arguments.config))?;
    arguments.store.set(&mut config);
    let Some(path) = &arguments.policy else {
        output::remark("next: look at it, then `bailee init --policy FILE`");
        return Ok(ExitCode::SUCCESS);
    };
    let source = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let Some(compiled) = policy::compile(&source, path, None) else {
        bail!("the policy has errors; nothing was installed")
    };
    let operator = compiled.document().controller.get_ref().name.get_ref().clone();
    runtime()?.block_on(async {
        let ambient = open::ambient();
        let installation = Installation { operator: &operator, origin: &arguments.origin, policy: &source };
        let opened = open::install(&config, &ambient, &installation).await?;
        let gate = Gate::open(opened.stores, ambient, opened.root).await?;
        let made = keys::first_operator_key(&gate).await?;
        output::remark(format!("made an installation in {}; its first API key, shown once:", config.place()));
        output::line(made.secret.unwrap_or_default());
        output::remark(format!("next: `bailee serve --config {}`", arguments.config.display()));
        Ok(ExitCode::SUCCESS)
    })
}

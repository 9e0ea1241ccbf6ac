//! A temporary installation on the disk to be measured, filled through the gate.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use domain::Account;
use gate::{Caller, Gate, Installation};
use tempfile::TempDir;

use super::{Common, people::Loader, server::Server};
use crate::{commands::keys, config::Config, open};

const POLICY: &str = include_str!("../../../../../policies/influxis-2018.toml");
/// Everything as `bailee init` sets it, but for the limit on look-ups: it is there to stop them.
const CONFIG: &str = "data = 'data'\n[root_key]\nfile = 'root.key'\n[limits]\nlookups_per_second = 1000000\n";

/// The installation, removed when this is dropped.
pub(super) struct Fresh {
    folder: TempDir,
    /// An API key that may do everything.
    pub(super) key: String,
}

impl Fresh {
    /// Makes an installation of the reference policy and fills it in this process.
    ///
    /// # Errors
    /// The disk cannot be written.
    pub(super) async fn filled<T>(
        common: &Common,
        fill: impl AsyncFnOnce(Loader<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<(Self, T)> {
        let place = common.folder.clone().unwrap_or_else(std::env::temp_dir);
        let folder = TempDir::with_prefix_in("bailee-bench-", &place)
            .with_context(|| format!("cannot make a folder in {}", place.display()))?;
        fs::write(config_file(folder.path()), CONFIG)?;
        let config = Config::load(Some(&config_file(folder.path())))?;
        let ambient = open::ambient();
        let installation = Installation { operator: "bench", origin: "bench.local", policy: POLICY };
        let opened = open::install(&config, &ambient, &installation).await?;
        let gate = Gate::open(opened.stores, ambient, opened.root).await?;
        let key = keys::first_operator_key(&gate).await?.secret.context("a new key shows its secret")?;
        let operator: Account = keys::operator(&gate)?;
        let filled = fill(Loader { gate: &gate, caller: &Caller::system(operator) }).await?;
        while gate.advance_log().await? > 0 {}
        Ok((Self { folder, key }, filled))
    }

    /// Serves it in a process of its own.
    ///
    /// # Errors
    /// It does not start.
    pub(super) fn serve(&self) -> anyhow::Result<Server> {
        let config = config_file(self.folder.path());
        Server::start(&[
            "serve".as_ref(),
            "--listen".as_ref(),
            "127.0.0.1:0".as_ref(),
            "--config".as_ref(),
            config.as_os_str(),
        ])
    }

    /// Where its data is.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

fn config_file(folder: &Path) -> PathBuf {
    folder.join("bailee.toml")
}

//! A temporary installation on the disk to be measured, filled through the gate.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use domain::{Account, Clock};
use gate::{Caller, Gate, Installation};
use tempfile::TempDir;

use super::{Common, database::Databases, engine::Engine, people::Loader, server::Server};
use crate::{commands::keys, config::Config, open};

const REFERENCE_POLICY: &str = include_str!("../../../../../policies/influxis-2018.toml");
/// Everything as `bailee init` sets it, but for the limits on look-ups and hits: they are there to stop them.
const CONFIG: &str = "data = 'data'\n[root_key]\nfile = 'root.key'\n[limits]\nlookups_per_second = 1000000\nhits_per_second = 10000000\n";
/// The database of a first installation.
const DATABASE: &str = "bailee";

/// What an installation is made of.
pub(super) struct Setup<'a> {
    /// On which disk; none is where the system keeps temporary files.
    pub(super) place: Option<&'a Path>,
    pub(super) policy: &'a str,
    /// The server of its database; none keeps everything in files.
    pub(super) databases: Option<Databases>,
    /// The clock by which it is filled; none is the system's.
    pub(super) clock: Option<Arc<dyn Clock>>,
}

impl<'a> Setup<'a> {
    /// Of the reference policy, on an engine that is started when it needs a server.
    ///
    /// # Errors
    /// The server does not start.
    pub(super) fn reference(common: &'a Common, engine: Engine) -> anyhow::Result<Self> {
        let place = common.folder.as_deref();
        let databases = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Databases::start(&folder_or_temporary(place))?),
        };
        Ok(Self { place, policy: REFERENCE_POLICY, databases, clock: None })
    }

    /// The same, filled by another clock.
    pub(super) fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock: Some(clock), ..self }
    }
}

/// The installation, removed when this is dropped.
pub(super) struct Fresh {
    folder: TempDir,
    /// The server and the name of its database; none when everything is in files.
    database: Option<(Databases, String)>,
    /// An API key that may do everything.
    pub(super) key: String,
}

impl Fresh {
    /// Makes an installation and fills it in this process.
    ///
    /// # Errors
    /// The disk cannot be written, or the database refuses.
    pub(super) async fn filled<T>(
        setup: Setup<'_>,
        fill: impl AsyncFnOnce(Loader<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<(Self, T)> {
        let database = setup.databases.map(|databases| (databases, DATABASE.to_owned()));
        if let Some((databases, name)) = &database {
            databases.run("postgres", &[&format!("CREATE DATABASE {name}")]).await?;
        }
        let folder = new_folder(setup.place)?;
        write_config(folder.path(), database.as_ref())?;
        let config = Config::load(Some(&config_file(folder.path())))?;
        let mut ambient = open::ambient();
        ambient.clock = setup.clock.unwrap_or(ambient.clock);
        let installation = Installation { operator: "bench", origin: "bench.local", policy: setup.policy };
        let opened = open::install(&config, &ambient, &installation).await?;
        let store = Arc::clone(&opened.stores.data);
        let gate = Gate::open(opened.stores, ambient, opened.root).await?;
        let key = keys::first_operator_key(&gate).await?.secret.context("a new key shows its secret")?;
        let operator: Account = gate.operator()?;
        let caller = Caller::system(operator);
        let filled = fill(Loader { gate: &gate, caller: &caller, store: &*store }).await?;
        while gate.advance_log().await? > 0 {}
        gate.return_leases().await?;
        Ok((Self { folder, database, key }, filled))
    }

    /// Another installation that holds the same. Nobody may be using this one.
    ///
    /// # Errors
    /// The disk cannot be written, or the database refuses.
    pub(super) async fn copy(&self, name: &str) -> anyhow::Result<Self> {
        let folder = new_folder(self.folder.path().parent())?;
        copy_files(self.folder.path(), folder.path())?;
        let mut database = None;
        if let Some((databases, own)) = &self.database {
            databases.copy(own, name).await?;
            database = Some((databases.clone(), name.to_owned()));
        }
        write_config(folder.path(), database.as_ref())?;
        Ok(Self { folder, database, key: self.key.clone() })
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

    /// A folder on the disk that is measured; with files, where they are.
    pub(super) fn data(&self) -> PathBuf {
        let folder = self.folder.path();
        if self.database.is_some() { folder.to_owned() } else { folder.join("data") }
    }

    /// The engine that it stands on.
    pub(super) const fn engine(&self) -> Engine {
        if self.database.is_some() { Engine::Postgres } else { Engine::Sqlite }
    }

    /// The server and the name of its database; none when everything is in files.
    pub(super) fn database(&self) -> Option<&(Databases, String)> {
        self.database.as_ref()
    }
}

fn config_file(folder: &Path) -> PathBuf {
    folder.join("bailee.toml")
}

fn write_config(folder: &Path, database: Option<&(Databases, String)>) -> anyhow::Result<()> {
    let store = database
        .map(|(databases, name)| format!("[store]\nurl = '{}?sslmode=disable'\n", databases.url(name)));
    fs::write(config_file(folder), CONFIG.to_owned() + &store.unwrap_or_default())?;
    Ok(())
}

/// The folder, or the one that the system keeps for temporary files.
pub(super) fn folder_or_temporary(place: Option<&Path>) -> PathBuf {
    place.map_or_else(std::env::temp_dir, Path::to_owned)
}

fn new_folder(place: Option<&Path>) -> anyhow::Result<TempDir> {
    let place = folder_or_temporary(place);
    TempDir::with_prefix_in("bailee-bench-", &place)
        .with_context(|| format!("cannot make a folder in {}", place.display()))
}

fn copy_files(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            // The server refuses a folder that others can enter.
            fs::set_permissions(&target, entry.metadata()?.permissions())?;
            copy_files(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

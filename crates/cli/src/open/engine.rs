//! The engines: files in the data directory, or PostgreSQL databases.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, bail};
use store::{
    Accounts, KeyStore, Store,
    backup::{Load, Snapshot},
    key_store::KeyStoreHeader,
};
use store_postgres::{Database, PostgresStore, key_store::PostgresKeyStore};
use store_sqlite::{SqliteStore, key_store::FileKeyStore};

use crate::config::Config;

/// The key store of an engine, open.
pub(super) enum Keys {
    Files(FileKeyStore),
    Postgres(PostgresKeyStore),
}

impl Keys {
    /// Opens the key store, or makes an empty one.
    ///
    /// # Errors
    /// It is in use, damaged or out of reach.
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let Some(data) = config.store.data()? else {
            return Ok(Self::Files(FileKeyStore::open(&config.data.join("keys"))?));
        };
        let settings = config.store.keys()?.unwrap_or(data);
        let database = Database::connect(&settings).await?;
        Ok(Self::Postgres(PostgresKeyStore::open(database, config.store.remnants()).await?))
    }

    /// Opens the key store to read it, while a server may have it open; none where there is none.
    ///
    /// # Errors
    /// It is damaged or out of reach.
    pub(super) async fn open_read_only(config: &Config) -> anyhow::Result<Option<Self>> {
        let Some(data) = config.store.data()? else {
            let folder = config.data.join("keys");
            let there = folder.join("slots").exists() || folder.join("root.json").exists();
            let open = || FileKeyStore::open_read_only(&folder).map(Self::Files);
            return Ok(there.then(open).transpose()?);
        };
        let settings = config.store.keys()?.unwrap_or(data);
        let database = Database::connect(&settings).await?;
        if !PostgresKeyStore::is_there(&database).await? {
            return Ok(None);
        }
        let keys = PostgresKeyStore::open_read_only(database, config.store.remnants()).await?;
        Ok(Some(Self::Postgres(keys)))
    }

    /// The header, when there is one.
    pub(super) async fn header(&self) -> anyhow::Result<Option<KeyStoreHeader>> {
        Ok(match self {
            Self::Files(keys) => keys.header()?,
            Self::Postgres(keys) => keys.header().await?,
        })
    }

    /// Stores the header, in place of an earlier one.
    pub(super) async fn write_header(&self, header: &KeyStoreHeader) -> anyhow::Result<()> {
        match self {
            Self::Files(keys) => keys.write_header(header)?,
            Self::Postgres(keys) => keys.write_header(header).await?,
        }
        Ok(())
    }

    /// The same for the gate.
    pub(super) fn store(&self) -> Arc<dyn KeyStore> {
        match self {
            Self::Files(keys) => Arc::new(keys.clone()),
            Self::Postgres(keys) => Arc::new(keys.clone()),
        }
    }
}

/// Opens the data store, or makes an empty one.
///
/// # Errors
/// It is damaged or out of reach.
pub(super) async fn data(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    Ok(match config.store.data()? {
        None => Arc::new(SqliteStore::open(&file(config))?),
        Some(settings) => Arc::new(PostgresStore::open(Database::connect(&settings).await?).await?),
    })
}

/// Opens the data store to read it only: nothing is made or changed, and a server may be running.
///
/// # Errors
/// There is none, or it is out of reach.
pub(crate) async fn data_to_read(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    let Some(settings) = config.store.data()? else { return files_to_read(&config.data) };
    Ok(Arc::new(PostgresStore::open_read_only(Database::connect(&settings).await?).await?))
}

/// Opens the data store in a data directory to read it only.
///
/// # Errors
/// There is none, or it cannot be read.
pub(crate) fn files_to_read(folder: &Path) -> anyhow::Result<Arc<dyn Store>> {
    let file = folder.join("bailee.db");
    if !file.exists() {
        bail!("there is no installation in {}", folder.display());
    }
    let store = SqliteStore::open_read_only(&file)
        .with_context(|| format!("cannot read the installation in {}", folder.display()))?;
    Ok(Arc::new(store))
}

/// One moment of the data store, while a server may be at work on it.
///
/// # Errors
/// There is none, or it is out of reach.
pub(crate) async fn snapshot(config: &Config) -> anyhow::Result<Snapshot> {
    let Some(settings) = config.store.data()? else {
        return Ok(store_sqlite::backup::snapshot(&file(config)).await?);
    };
    Ok(store_postgres::backup::snapshot(&Database::connect(&settings).await?).await?)
}

/// The name of the configured engine in backups.
pub(crate) const fn engine(config: &Config) -> &'static str {
    if config.store.url.is_some() { store_postgres::backup::ENGINE } else { store_sqlite::backup::ENGINE }
}

/// Puts restored data in its place, marked as being restored.
///
/// # Errors
/// It does not fit, or cannot be written; what was there is there still.
pub(super) async fn load(config: &Config, load: Load, mark: &[u8]) -> anyhow::Result<()> {
    match config.store.data()? {
        None => store_sqlite::backup::load(&file(config), load, mark).await?,
        Some(settings) => {
            store_postgres::backup::load(&Database::connect(&settings).await?, load, mark).await?;
        }
    }
    Ok(())
}

/// Whether something is there that an installation could be made over.
///
/// # Errors
/// The database is out of reach.
pub(super) async fn is_installed(config: &Config) -> anyhow::Result<bool> {
    let Some(settings) = config.store.data()? else { return Ok(file(config).exists()) };
    let database = Database::connect(&settings).await?;
    if !PostgresStore::is_there(&database).await? {
        return Ok(false);
    }
    Ok(!PostgresStore::open(database).await?.accounts().await?.is_empty())
}

/// Makes what the data store stands in.
///
/// # Errors
/// The folder cannot be made.
pub(super) fn prepare(config: &Config) -> anyhow::Result<()> {
    if config.store.url.is_some() {
        return Ok(());
    }
    private_folder(&config.data).with_context(|| format!("cannot make {}", config.data.display()))
}

/// Makes a folder that only the server's user can enter, so that nothing in it needs a mode of its own.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

fn file(config: &Config) -> std::path::PathBuf {
    config.data.join("bailee.db")
}

//! An installation that is only read, while its server may be running: what backups are made from.

use std::sync::Arc;

use anyhow::{Context, bail};
use gate::{BackupHeader, RootKey, RootVerifier};
use store::{KeyStore, Store, key_store::KeyStoreHeader};

use super::{
    engine::{Keys, data_to_read},
    root_key,
};
use crate::config::Config;

/// The stores, opened to be read, and the root key, checked.
pub(crate) struct Reading {
    pub(crate) data: Arc<dyn Store>,
    pub(crate) keys: Arc<dyn KeyStore>,
    pub(crate) header: KeyStoreHeader,
    pub(crate) root: RootKey,
}

impl Reading {
    /// Opens an installation to read it.
    ///
    /// # Errors
    /// There is none, it is out of reach, or the root key is missing or wrong.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let data = data_to_read(config).await?;
        let Some(keys) = Keys::open_read_only(config).await? else {
            bail!("there is no key store in {}", config.place())
        };
        let header = keys.header().await?.context("the key store has no header")?;
        let root = root_key(&config.root_key, &header)?;
        root.check(&RootVerifier::from_bytes(header.verifier.clone()))?;
        Ok(Self { data, keys: keys.store(), header, root })
    }
}

/// The key store, opened to be read while a server may be running.
///
/// # Errors
/// There is none, or it is out of reach.
pub(crate) async fn keys_to_read(config: &Config) -> anyhow::Result<Arc<dyn KeyStore>> {
    let keys = Keys::open_read_only(config).await?;
    Ok(keys.with_context(|| format!("there is no key store in {}", config.place()))?.store())
}

/// The configured root key, when a backup was made under it.
///
/// # Errors
/// It cannot be read, or is another one.
pub(crate) fn root_of(config: &Config, backup: &BackupHeader) -> anyhow::Result<RootKey> {
    let root = root_key(&config.root_key, &backup.root()?)?;
    backup.check_root(&root)?;
    Ok(root)
}

//! Making and opening installations: the only place that names an engine.

mod engine;
mod reading;
mod restoring;

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, bail};
use domain::ambient::{SystemClock, SystemRandomness};
use gate::{Ambient, Gate, Installation, PassphraseParameters, RootKey, RootVerifier, Stores};
use store::key_store::KeyStoreHeader;

use self::engine::{Keys, data, is_installed, prepare};
pub(crate) use self::{
    engine::{data_to_read, files_to_read, snapshot},
    reading::{Reading, keys_to_read, root_of},
    restoring::{Wanted, restore_into},
};
use crate::config::{Config, RootKeySource};

/// The world as it is.
pub(crate) fn ambient() -> Ambient {
    Ambient { clock: Arc::new(SystemClock), randomness: Arc::new(SystemRandomness::default()) }
}

/// The stores of an installation, and its root key, checked.
pub(crate) struct Opened {
    pub(crate) stores: Stores,
    pub(crate) root: Arc<RootKey>,
    keys: Keys,
}

impl Opened {
    async fn new(config: &Config, keys: Keys, root: RootKey) -> anyhow::Result<Self> {
        let stores = Stores { data: data(config).await?, keys: keys.store() };
        Ok(Self { stores, root: Arc::new(root), keys })
    }

    /// From now on `root`, which has a file of its own, is the key that the installation is opened with.
    ///
    /// # Errors
    /// The header cannot be written; the key before is still the one.
    pub(crate) async fn set_root_key(&self, root: &RootKey, ambient: &Ambient) -> anyhow::Result<()> {
        self.keys.write_header(&header(root, None, ambient)).await
    }
}

fn header(root: &RootKey, passphrase: Option<serde_json::Value>, ambient: &Ambient) -> KeyStoreHeader {
    KeyStoreHeader { verifier: root.verifier(&*ambient.randomness).as_bytes().to_vec(), passphrase }
}

/// The root key in a file; a missing file is made.
///
/// # Errors
/// The file cannot be read or written, or is not a key file.
pub(crate) fn key_file(path: &Path, ambient: &Ambient) -> anyhow::Result<RootKey> {
    if path.exists() {
        return Ok(RootKey::from_file(path)?);
    }
    let root = RootKey::generate(&*ambient.randomness);
    root.write_new_file(path)?;
    Ok(root)
}

/// Opens the stores that `install` made, and checks the root key before anything else is done.
///
/// # Errors
/// There is no installation, another process has the data directory open, or the root key is missing or wrong.
pub(crate) async fn stores(config: &Config) -> anyhow::Result<Opened> {
    if !is_installed(config).await? {
        bail!("there is no installation in {}; make one with `bailee init`", config.place());
    }
    let keys = Keys::open(config).await?;
    let header = keys.header().await?;
    let header = header.context("the key store has no header; the installation was not finished")?;
    let root = root_key(&config.root_key, &header)?;
    root.check(&RootVerifier::from_bytes(header.verifier))?;
    Opened::new(config, keys, root).await
}

fn root_key(source: &RootKeySource, header: &KeyStoreHeader) -> anyhow::Result<RootKey> {
    match (source, &header.passphrase) {
        (RootKeySource::File(path), None) => Ok(RootKey::from_file(path)?),
        (RootKeySource::PassphraseFile(path), Some(parameters)) => {
            let parameters: PassphraseParameters =
                serde_json::from_value(parameters.clone()).context("the key store's header is damaged")?;
            Ok(RootKey::from_passphrase(&passphrase(path)?, &parameters)?)
        }
        (RootKeySource::File(_), Some(_)) => {
            bail!("this installation was made with a passphrase; set `root_key.passphrase_file`")
        }
        (RootKeySource::PassphraseFile(_), None) => {
            bail!("this installation was made with a key file; set `root_key.file`")
        }
    }
}

/// A passphrase is the first line of its file, so that an editor's last newline does not matter.
fn passphrase(path: &Path) -> anyhow::Result<Vec<u8>> {
    let text =
        fs::read(path).with_context(|| format!("cannot read the passphrase from {}", path.display()))?;
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
    if line.is_empty() {
        bail!("the passphrase file {} is empty", path.display());
    }
    Ok(line)
}

/// Makes an installation where there is none. A key file that is missing is made.
///
/// # Errors
/// There is an installation, the policy has errors, or something cannot be written.
pub(crate) async fn install(
    config: &Config,
    ambient: &Ambient,
    installation: &Installation<'_>,
) -> anyhow::Result<Opened> {
    if is_installed(config).await? {
        bail!("{} holds an installation already", config.place());
    }
    prepare(config)?;
    let keys = Keys::open(config).await?;
    let (root, parameters) = new_root_key(&config.root_key, ambient)?;
    keys.write_header(&header(&root, parameters, ambient)).await?;
    let opened = Opened::new(config, keys, root).await?;
    Gate::install(&opened.stores, ambient, &opened.root, installation).await?;
    Ok(opened)
}

fn new_root_key(
    source: &RootKeySource,
    ambient: &Ambient,
) -> anyhow::Result<(RootKey, Option<serde_json::Value>)> {
    match source {
        RootKeySource::File(path) => Ok((key_file(path, ambient)?, None)),
        RootKeySource::PassphraseFile(path) => {
            let parameters = PassphraseParameters::new(&*ambient.randomness);
            let root = RootKey::from_passphrase(&passphrase(path)?, &parameters)?;
            Ok((root, Some(serde_json::to_value(parameters)?)))
        }
    }
}

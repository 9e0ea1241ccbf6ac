//! Putting what is restored in its place. Everything is checked before anything is changed.

use std::sync::Arc;

use anyhow::bail;
use gate::{BackupFile, BackupKind, Gate, Journal, Restoration, Restored, RootKey, RootVerifier};
use store::backup::RESTORING;

use super::{
    Opened, ambient,
    engine::{Keys, data_to_read, engine, is_installed, load, prepare},
    reading::root_of,
};
use crate::config::Config;

/// What is to be restored, and how.
pub(crate) struct Wanted {
    /// The backup of the data.
    pub(crate) data: BackupFile,
    /// The backup of the keys; without one, the keys are in their place.
    pub(crate) keys: Option<BackupFile>,
    /// The copy of the deletion journal; without one, it is in the key store.
    pub(crate) journal: Option<Journal>,
    /// Whether a backup whose life is over may be used.
    pub(crate) accept_expired: bool,
    /// Whether to go on without keys that are missing.
    pub(crate) accept_missing_keys: bool,
}

impl Wanted {
    fn backups(&self) -> impl Iterator<Item = (&'static str, BackupKind, &BackupFile)> {
        let keys = self.keys.iter().map(|file| ("backup of the keys", BackupKind::Keys, file));
        std::iter::once(("backup of the data", BackupKind::Data, &self.data)).chain(keys)
    }
}

/// Restores an installation where there is none, or where a restore was begun. `progress` is told of rows.
///
/// # Errors
/// What is wanted cannot be used, and nothing was changed; or something failed on the way, and the restore has to be begun
/// anew.
pub(crate) async fn restore_into(
    config: &Config,
    wanted: Wanted,
    progress: &dyn Fn(u64),
) -> anyhow::Result<(Restored, String)> {
    let ambient = ambient();
    check_lives(&wanted, ambient.clock.now())?;
    let header = wanted.data.header.root()?;
    let root = root_of(config, &wanted.data.header)?;
    for (_, _, backup) in wanted.backups() {
        backup.verify(&root, progress)?;
    }
    let journal = journal(config, &wanted, &root).await?;
    check_place(config).await?;

    prepare(config)?;
    let keys = Keys::open(config).await?;
    if keys.header().await?.is_none() {
        keys.write_header(&header).await?;
    }
    let mark = wanted.data.header.made_at.to_string();
    load(config, wanted.data.load(&root, engine(config))?, mark.as_bytes()).await?;
    let restoration = Restoration {
        keys: wanted.keys.map(|keys| keys.rows(&root)).transpose()?,
        data: wanted.data.header,
        journal,
        accept_missing_keys: wanted.accept_missing_keys,
    };
    let opened = Opened::new(config, keys, root).await?;
    let (stores, root) = (opened.stores, Arc::clone(&opened.root));
    Ok(Gate::restore(stores, ambient, root, restoration, progress).await?)
}

fn check_lives(wanted: &Wanted, now: jiff::Timestamp) -> anyhow::Result<()> {
    for (what, kind, backup) in wanted.backups() {
        let header = &backup.header;
        if header.kind != kind {
            bail!("this is not a {what}: one of the data is named first, and one of the keys with --keys");
        }
        if header.expires_at <= now && !wanted.accept_expired {
            bail!(
                "the {what} of {} lived until {}: certificates say that nothing is recovered from it any more. If it must \
                 be, say so with --accept-expired",
                header.made_at,
                header.expires_at
            );
        }
    }
    Ok(())
}

/// The deletion journal, as far as any copy of it is known: it must be as new as all that is restored.
async fn journal(config: &Config, wanted: &Wanted, root: &RootKey) -> anyhow::Result<Journal> {
    let in_place = Keys::open_read_only(config).await?;
    if let Some(header) = match &in_place {
        Some(keys) => keys.header().await?,
        None => None,
    } {
        root.check(&RootVerifier::from_bytes(header.verifier))?;
    }
    if in_place.is_none() && wanted.keys.is_none() && !wanted.accept_missing_keys {
        bail!("there are no keys in {}: name a backup of them with --keys", config.place());
    }
    let own = match &in_place {
        Some(keys) => Some(Journal::of(&*keys.store()).await?),
        None => None,
    };
    let journal = match (wanted.journal.clone(), own) {
        (Some(copy), Some(own)) => copy.joined(own)?,
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => bail!(
            "without the deletion journal whoever was erased since the backup would come back: name its newest copy \
             with --journal"
        ),
    };
    for (what, _, backup) in wanted.backups() {
        journal.check_reaches(&backup.header.journal, what)?;
    }
    Ok(journal)
}

/// Nothing that is in use may be restored over.
async fn check_place(config: &Config) -> anyhow::Result<()> {
    if !is_installed(config).await? {
        return Ok(());
    }
    let mark = data_to_read(config).await?.installation(RESTORING).await?;
    if mark.is_none_or(|mark| mark.is_empty()) {
        bail!("{} holds an installation already; restore into an empty place", config.place());
    }
    Ok(())
}

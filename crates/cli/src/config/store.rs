//! The section `[store]`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use jiff::SignedDuration;
use serde::Deserialize;
use store_postgres::Settings;

/// PostgreSQL databases in place of the data directory.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StoreSection {
    /// The database of the data; without one, everything is in the data directory.
    pub(crate) url: Option<String>,
    /// A file that holds the password for it.
    password_file: Option<PathBuf>,
    /// The database of the key store; without one, it is in the database of the data.
    pub(crate) keys_url: Option<String>,
    /// A file that holds the password for that.
    keys_password_file: Option<PathBuf>,
    /// The certificates of those who vouch for the databases; without a file, the system's.
    certificate_authorities: Option<PathBuf>,
    /// Connections at most, to each database.
    connections: usize,
    /// Seconds that an answer may take.
    patience_seconds: u64,
    /// Days for which a destroyed key may still be found in dead rows, the write-ahead log, standbys and archives.
    remnants_days: u32,
}

impl Default for StoreSection {
    fn default() -> Self {
        Self {
            url: None,
            password_file: None,
            keys_url: None,
            keys_password_file: None,
            certificate_authorities: None,
            connections: 16,
            patience_seconds: 5,
            remnants_days: 30,
        }
    }
}

impl StoreSection {
    /// Paths are relative to the configuration file.
    pub(super) fn resolve(&mut self, base: &Path) {
        let files =
            [&mut self.password_file, &mut self.keys_password_file, &mut self.certificate_authorities];
        for file in files.into_iter().flatten() {
            *file = base.join(&file);
        }
    }

    /// How to reach the database of the data, when there is one.
    ///
    /// # Errors
    /// The password cannot be read.
    pub(crate) fn data(&self) -> anyhow::Result<Option<Settings>> {
        let Some(url) = &self.url else { return Ok(None) };
        self.settings(url, self.password_file.as_deref()).map(Some)
    }

    /// How to reach the database of the key store, when it is another one.
    ///
    /// # Errors
    /// The password cannot be read.
    pub(crate) fn keys(&self) -> anyhow::Result<Option<Settings>> {
        let Some(url) = &self.keys_url else { return Ok(None) };
        self.settings(url, self.keys_password_file.as_deref()).map(Some)
    }

    /// How long what is destroyed may still be found.
    pub(crate) fn remnants(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.remnants_days))
    }

    fn settings(&self, url: &str, password: Option<&Path>) -> anyhow::Result<Settings> {
        let read = |path: &Path| {
            let text = fs::read_to_string(path)
                .with_context(|| format!("cannot read the password from {}", path.display()))?;
            Ok::<_, anyhow::Error>(text.lines().next().unwrap_or_default().to_owned())
        };
        Ok(Settings {
            url: url.to_owned(),
            password: password.map(read).transpose()?,
            certificate_authorities: self.certificate_authorities.clone(),
            connections: self.connections,
            patience: Duration::from_secs(self.patience_seconds),
        })
    }
}

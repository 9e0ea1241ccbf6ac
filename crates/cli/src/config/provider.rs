//! The section `[provider]`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;
use service::ProviderSettings;

/// A provider of identities that recognises members of staff; without it they have a password or a passkey.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProviderSection {
    /// Its address, exactly as it names itself.
    issuer: Option<String>,
    /// What it calls us.
    client_id: Option<String>,
    /// A file that holds the secret by which it knows us.
    client_secret_file: Option<PathBuf>,
}

impl ProviderSection {
    /// Paths are relative to the configuration file.
    pub(super) fn resolve(&mut self, base: &Path) {
        if let Some(file) = &mut self.client_secret_file {
            *file = base.join(&file);
        }
    }

    /// What is configured of it, when it is.
    ///
    /// # Errors
    /// Something is missing, or the file cannot be read.
    pub(crate) fn settings(&self) -> anyhow::Result<Option<ProviderSettings>> {
        let (issuer, client_id, file) = match (&self.issuer, &self.client_id, &self.client_secret_file) {
            (None, None, None) => return Ok(None),
            (Some(issuer), Some(client_id), Some(file)) => (issuer.clone(), client_id.clone(), file),
            _ => bail!(
                "`provider.issuer`, `provider.client_id` and `provider.client_secret_file` belong together: one is missing"
            ),
        };
        let secret =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok(Some(ProviderSettings { issuer, client_id, client_secret: secret.trim_end().to_owned() }))
    }
}

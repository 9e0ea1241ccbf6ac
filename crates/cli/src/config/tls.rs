//! The section `[tls]`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::bail;
use serde::Deserialize;

use crate::tls::Certificates;

/// What the server shows to prove that it is who it says; without it, it speaks plain HTTP.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TlsSection {
    /// The certificate, with those of whoever vouches for it (PEM).
    certificate: Option<PathBuf>,
    /// Its private key (PEM).
    key: Option<PathBuf>,
}

impl TlsSection {
    /// Paths are relative to the configuration file.
    pub(super) fn resolve(&mut self, base: &Path) {
        for file in [&mut self.certificate, &mut self.key].into_iter().flatten() {
            *file = base.join(&file);
        }
    }

    /// The certificate and its key, when they are configured.
    ///
    /// # Errors
    /// One is missing, cannot be read, or does not belong to the other.
    pub(crate) fn certificates(&self) -> anyhow::Result<Option<Arc<Certificates>>> {
        match (&self.certificate, &self.key) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => {
                Certificates::read(certificate.clone(), key.clone()).map(|found| Some(Arc::new(found)))
            }
            _ => bail!("`tls.certificate` and `tls.key` belong together: one of them is missing"),
        }
    }
}

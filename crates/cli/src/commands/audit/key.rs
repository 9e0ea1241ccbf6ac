//! The key of a log as the command line names it.

use std::{fs, path::Path};

use anyhow::{Context, bail};
use audit_log::VerifyingKey;
use clap::Args;

/// What every offline check is given besides the file.
#[derive(Args)]
pub(super) struct Offline {
    /// The log's verifier key as you got it earlier, or a file that holds it.
    #[arg(long, value_name = "VKEY|FILE")]
    key: String,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

impl Offline {
    /// The key of the log.
    ///
    /// # Errors
    /// It is neither a key nor a file that holds one.
    pub(super) fn key(&self) -> anyhow::Result<VerifyingKey> {
        read_key(&self.key)
    }
}

/// Reads a key that is written out, or stands in a file.
///
/// # Errors
/// It is neither.
pub(super) fn read_key(text: &str) -> anyhow::Result<VerifyingKey> {
    match text.trim().parse() {
        Ok(key) => Ok(key),
        Err(_) if Path::new(text).exists() => read_key_file(Path::new(text)),
        Err(error) => bail!("`{text}` is neither a file nor a verifier key: {error}"),
    }
}

/// Reads the key in a file.
///
/// # Errors
/// The file cannot be read, or holds something else.
pub(super) fn read_key_file(path: &Path) -> anyhow::Result<VerifyingKey> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.trim().parse().with_context(|| format!("{} holds no verifier key", path.display()))
}

//! The key of a log as the command line names it.

use std::{fs, path::Path};

use anyhow::{Context, bail};
use audit_log::VerifyingKey;

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

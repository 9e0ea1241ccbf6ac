//! The section `[visits]`: what helps to count them.

use std::path::{Path, PathBuf};

use anyhow::Context;
use collect::Places;
use serde::Deserialize;

/// The section `[visits]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct VisitsSection {
    /// A database of places (`.mmdb`); without one nobody's country is told.
    places: Option<PathBuf>,
}

impl VisitsSection {
    /// Paths are relative to the configuration file.
    pub(super) fn resolve(&mut self, base: &Path) {
        self.places = self.places.take().map(|file| base.join(file));
    }

    /// The database of places, read whole.
    ///
    /// # Errors
    /// There is no such file, or it is no such database.
    pub(crate) fn places(&self) -> anyhow::Result<Option<Places>> {
        let Some(file) = &self.places else { return Ok(None) };
        let named = || format!("`visits.places` names {}", file.display());
        let bytes = std::fs::read(file).with_context(named)?;
        Places::new(bytes).with_context(named).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_database_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for (name, says) in [("missing.mmdb", "No such file"), ("words.mmdb", "give an .mmdb file")] {
            std::fs::write(folder.path().join("words.mmdb"), "words").unwrap();
            let mut section: VisitsSection = toml::from_str(&format!("places = {name:?}")).unwrap();
            section.resolve(folder.path());
            let error = format!("{:#}", section.places().unwrap_err());
            assert!(error.contains(name) && error.contains(says), "{error}");
        }
        assert!(VisitsSection::default().places().unwrap().is_none());
    }
}

//! Files: what a page gives to keep, and what somebody chooses for a form.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::Chromium;
use crate::eventually;

/// Where a browser with this profile keeps files.
pub(super) fn downloads(profile: &Path) -> PathBuf {
    profile.join("downloads")
}

impl Chromium {
    /// Clicks on what gives a file, and waits until it is there: its name and what is in it.
    ///
    /// # Panics
    /// There is no such link or button, or no file comes.
    pub fn keep(&self, name: &str) -> (String, Vec<u8>) {
        let folder = downloads(self.profile.path());
        let before = listed(&folder);
        self.press(name);
        // While a file comes, its name stands there already with nothing in it, beside what has come.
        eventually("a file", || {
            let names = listed(&folder);
            let is_coming = names.iter().any(|name| name.contains(".crdownload") || name.starts_with('.'));
            let file = names.into_iter().find(|name| !before.contains(name)).filter(|_| !is_coming)?;
            let content = fs::read(folder.join(&file)).ok().filter(|content| !content.is_empty())?;
            Some((file, content))
        })
    }

    /// Chooses a file with this content for the field with this label.
    ///
    /// # Panics
    /// There is no such field, or the file cannot be written.
    pub fn attach(&self, label: &str, content: &[u8]) {
        let file = self.profile.path().join("chosen.json");
        fs::write(&file, content).expect("a file can be written");
        self.wait(self.field(label).send_keys(file.to_string_lossy().into_owned()));
    }
}

/// The names of the files there.
fn listed(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    files.map(|file| file.file_name().to_string_lossy().into_owned()).collect()
}

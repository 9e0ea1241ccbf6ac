//! A browser of one's own: Chromium with an empty profile, which ends with what started it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::{ScanError, devtools::DevTools};

/// What Chromium is called, in the order in which it is looked for.
pub const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Without these it asks its makers, keeps frames of other sites in processes of their own, which would each have to be listened
/// to, and looks for a graphics card.
const ARGUMENTS: [&str; 13] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process",
    "about:blank",
];

/// It reads what it is asked from its third file and answers on its fourth, which a shell lends it.
const LENT: &str = r#"exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>&2"#;

/// It keeps cookies of others as well, as many people's browsers do: what is blocked could not be told.
const PREFERENCES: &str =
    r#"{ "profile": { "cookie_controls_mode": 0, "block_third_party_cookies": false } }"#;

/// Where Chromium is.
///
/// # Errors
/// Nowhere.
pub fn find() -> Result<PathBuf, ScanError> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let known = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    known.into_iter().find(|file| file.is_file()).ok_or(ScanError::NoBrowser)
}

/// A browser with an empty profile.
pub(crate) struct Browser {
    pub(crate) devtools: DevTools,
    process: Child,
    _profile: TempDir,
}

impl Browser {
    /// Starts one.
    pub(crate) fn start(program: &Path) -> Result<Self, ScanError> {
        let profile = tempfile::tempdir()?;
        fs::create_dir(profile.path().join("Default"))?;
        fs::write(profile.path().join("Default/Preferences"), PREFERENCES)?;
        let mut command = Command::new("sh");
        command.args(["-c", LENT]).arg(program).args(ARGUMENTS);
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        // Its sandbox is for people; root cannot have it.
        if rustix::process::geteuid().is_root() {
            command.arg("--no-sandbox");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn()?;
        let (to, from) = (process.stdin.take(), process.stdout.take());
        let (Some(to), Some(from)) = (to, from) else { return Err(ScanError::Silent) };
        Ok(Self { devtools: DevTools::new(to, from), process, _profile: profile })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.devtools.close();
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

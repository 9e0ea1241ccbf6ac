//! Where PostgreSQL's programs are: Debian keeps the server's out of PATH, a folder a version.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{StartError, account::Account};

const VERSIONS: &str = "/usr/lib/postgresql";

/// The folder of one version's programs, and who runs them.
#[derive(Debug)]
pub(crate) struct Binaries {
    folder: PathBuf,
    account: Account,
}

impl Binaries {
    pub(crate) fn find(account: Account) -> Result<Self, StartError> {
        let folder = newest(Path::new(VERSIONS)).or_else(in_path).ok_or(StartError::NotInstalled)?;
        Ok(Self { folder, account })
    }

    /// A program as a command that is run in `folder`, as ours may be one that its user cannot enter.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.current_dir(folder);
        self.account.runs(&mut command);
        command
    }

    /// Runs a program to its end; what it wrote is in the error when it fails.
    pub(crate) fn run(
        &self,
        program: &'static str,
        folder: &Path,
        arguments: &[&str],
    ) -> Result<(), StartError> {
        let ran = self.command(program, folder).args(arguments).output();
        let output = ran.map_err(StartError::at("run a program of PostgreSQL"))?;
        if output.status.success() {
            return Ok(());
        }
        let tail = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(StartError::Program { program, what: format!("ended with {}", output.status), tail })
    }
}

fn newest(versions: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(versions).ok()?.flatten();
    let numbered = folders.filter_map(|folder| {
        let version: u32 = folder.file_name().to_str()?.parse().ok()?;
        Some((version, folder.path().join("bin")))
    });
    numbered.filter(|(_, folder)| has_server(folder)).max().map(|(_, folder)| folder)
}

fn in_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).find(|folder| has_server(folder))
}

fn has_server(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::newest;

    #[test]
    fn the_newest_version_that_has_a_server_is_taken() {
        let versions = tempfile::tempdir().unwrap();
        for (version, programs) in [("9", 2), ("15", 2), ("16", 1), ("common", 2)] {
            let folder = versions.path().join(version).join("bin");
            fs::create_dir_all(&folder).unwrap();
            for program in ["initdb", "postgres"].iter().take(programs) {
                fs::write(folder.join(program), "").unwrap();
            }
        }
        assert_eq!(newest(versions.path()), Some(versions.path().join("15/bin")));
    }
}

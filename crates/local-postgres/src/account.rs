//! Who runs the server: `initdb` and `postgres` refuse to be root, so root runs them as the user `postgres`.

use std::{
    fs, io,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use crate::StartError;

/// The user `postgres` when we are root; otherwise whoever we are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account(Option<Ids>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ids {
    user: u32,
    group: u32,
}

impl Account {
    pub(crate) fn find() -> Result<Self, StartError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self(None));
        }
        let users = fs::read_to_string("/etc/passwd").map_err(StartError::at("read /etc/passwd"))?;
        ids(&users).map(|ids| Self(Some(ids))).ok_or(StartError::NoAccount)
    }

    pub(crate) fn runs(self, command: &mut Command) {
        if let Self(Some(ids)) = self {
            command.uid(ids.user).gid(ids.group);
        }
    }

    pub(crate) fn owns(self, path: &Path) -> io::Result<()> {
        self.0.map_or(Ok(()), |ids| chown(path, Some(ids.user), Some(ids.group)))
    }

    /// Whether every folder down to this one lets the account through. Membership of groups does not count.
    pub(crate) fn enters(self, folder: &Path) -> bool {
        let Self(Some(ids)) = self else { return true };
        let lets_through = |folder: &Path| {
            fs::metadata(folder).is_ok_and(|about| about.mode() & 0o001 != 0 || about.uid() == ids.user)
        };
        folder.canonicalize().is_ok_and(|folder| folder.ancestors().all(lets_through))
    }
}

/// The ids of `postgres` in the text of `/etc/passwd`.
fn ids(users: &str) -> Option<Ids> {
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut numbers = line.split(':').skip(2).map(str::parse);
    Some(Ids { user: numbers.next()?.ok()?, group: numbers.next()?.ok()? })
}

#[cfg(test)]
mod tests {
    use super::{Ids, ids};

    #[test]
    fn the_ids_are_the_third_and_fourth_field() {
        let users = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(ids(users), Some(Ids { user: 101, group: 104 }));
        assert_eq!(ids("root:x:0:0:root:/root:/bin/bash\n"), None);
    }
}

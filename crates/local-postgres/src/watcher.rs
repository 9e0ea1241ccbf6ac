//! Sees to it that a server does not outlive the process that started it, however that ends.
//!
//! A shell waits for the end of a pipe that only we hold. (`PR_SET_PDEATHSIG` would be bound to the thread that
//! started the server, which may end long before the process.)

use std::{
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use rustix::process::Pid;

/// Waits, then ends the server `$1` at once and removes its directory `$2`. What is meant for our terminal's group
/// must not end it before us.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
read -r _
kill -CONT "$1"
kill -QUIT "$1"
for _ in $(seq 100); do kill -0 "$1" || break; sleep 0.1; done
kill -KILL "$1"
rm -rf "$2"
"#;

/// The shell; dropped when the server is no more, so that it touches nobody who has its number next.
#[derive(Debug)]
pub(crate) struct Watcher(Child);

impl Watcher {
    pub(crate) fn start(server: Pid, folder: &Path) -> io::Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "watcher", &server.as_raw_pid().to_string()]).arg(folder);
        shell.current_dir("/").process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        shell.spawn().map(Self)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // It is killed before its pipe ends, and is our child until it is waited for: neither can fail.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

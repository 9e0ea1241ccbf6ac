//! A command beside a server: it finds the server, its code comes back, and the server is gone with the launcher.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const SHOW_FOLDER: &str = "psql -XAtqc 'SHOW data_directory' $BAILEE_TEST_POSTGRES";

fn with_postgres(script: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_with-postgres"));
    command.args(["sh", "-c", script]);
    command
}

#[test]
fn the_command_finds_the_server_and_its_code_comes_back() {
    let output = with_postgres(&format!("{SHOW_FOLDER}; exit 7")).output().unwrap();
    assert_eq!(output.status.code(), Some(7));
    let folder = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim());
    assert!(folder.is_absolute());
    assert!(!folder.exists());
}

#[test]
fn a_signal_comes_back_as_a_shell_has_it() {
    assert_eq!(with_postgres("kill -TERM $$").status().unwrap().code(), Some(128 + 15));
}

#[test]
fn the_server_does_not_outlive_a_killed_launcher() {
    // `cat` ends with its input, which is ours.
    let mut command = with_postgres(&format!("{SHOW_FOLDER}; exec cat"));
    let mut launcher = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut folder = String::new();
    BufReader::new(launcher.stdout.take().unwrap()).read_line(&mut folder).unwrap();
    let folder = Path::new(folder.trim());
    assert!(folder.join("postmaster.pid").exists());

    launcher.kill().unwrap();
    launcher.wait().unwrap();
    let start = Instant::now();
    while folder.parent().unwrap().exists() {
        assert!(start.elapsed() < Duration::from_secs(30), "the server outlived its launcher");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn without_a_command_it_says_what_is_missing() {
    let output = Command::new(env!("CARGO_BIN_EXE_with-postgres")).output().unwrap();
    assert_eq!(output.status.code(), Some(125));
    assert!(String::from_utf8_lossy(&output.stderr).contains("COMMAND"));
}

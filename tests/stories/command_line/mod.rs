//! The command line, as its users meet it: what it prints and how it exits.

mod audit;
mod policy;

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use stories::bailee;

/// What a command printed and how it ended.
struct Printed {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Printed {
    /// What it printed as JSON.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

impl From<Output> for Printed {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Runs `bailee` in a folder, with what it is told on standard input.
fn run_with(folder: &Path, arguments: &[&str], input: &[u8]) -> Printed {
    let mut process = Command::new(bailee())
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(input).unwrap();
    process.wait_with_output().unwrap().into()
}

/// Runs `bailee` in a folder.
fn run(folder: &Path, arguments: &[&str]) -> Printed {
    run_with(folder, arguments, b"")
}

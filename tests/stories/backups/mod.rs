//! `bailee backup`, `bailee keys backup`, `bailee keys journal export` and `bailee restore`: what is lost comes back, and
//! what was deleted does not.

mod drill;
mod refused;
mod writing;

use std::{
    path::{Path, PathBuf},
    process::Output,
};

use serde_json::Value;
use stories::{Actor, Databases, Server};
use tempfile::TempDir;

/// Backups of a server, off its host.
struct Copies {
    folder: TempDir,
}

impl Copies {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Backs the data up, then the keys.
    fn make(&self, server: &Server) {
        self.back_up(server, &["backup"], "data");
        self.back_up(server, &["keys", "backup"], "keys");
    }

    fn back_up(&self, server: &Server, command: &[&str], name: &str) -> Value {
        let file = self.path(name);
        let arguments = [command, &["--json", file.to_str().unwrap()]].concat();
        let made = server.run(&arguments);
        assert!(made.status.success(), "{arguments:?}: {}", said(&made));
        serde_json::from_slice(&made.stdout).unwrap()
    }

    /// Copies the deletion journal.
    fn copy_journal(&self, server: &Server) {
        let copied = server.run(&["keys", "journal", "export", self.path("journal").to_str().unwrap()]);
        assert!(copied.status.success(), "{}", said(&copied));
    }

    /// Restores into a place, from whichever of these are there, with more arguments.
    fn restore(&self, place: &Server, more: &[&str]) -> Output {
        let name = |name: &str| self.path(name).to_str().unwrap().to_owned();
        let mut arguments = vec!["restore".to_owned(), "--json".to_owned(), name("data")];
        for part in ["keys", "journal"] {
            if Path::new(&name(part)).exists() {
                arguments.extend([format!("--{part}"), name(part)]);
            }
        }
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        place.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// What a command printed besides its result.
fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a restore says that it did, once it succeeded.
fn restored(output: &Output) -> Value {
    assert!(output.status.success(), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// An empty place on the engine that the stories are told on.
fn empty_place(server: &Server) -> Server {
    server.empty_place(Databases::fresh())
}

/// Whether a record is read as it was stored.
fn reads(client: &Actor, record: &str) -> bool {
    client.read(record).status == 200
}

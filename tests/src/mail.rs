//! A real mail server, which writes what it takes to files.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::eventually;

/// A mail that it took.
#[derive(Debug, Clone)]
pub struct TakenMail(Value);

impl TakenMail {
    /// To whom it went.
    pub fn to(&self) -> &str {
        self.0["to"][0].as_str().unwrap_or_default()
    }

    /// Whether it came encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.0["is_encrypted"] == true
    }

    /// Every value of a header.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let all = self.0["headers"].as_array().into_iter().flatten();
        let named = all.filter(|header| header[0].as_str().is_some_and(|one| one.eq_ignore_ascii_case(name)));
        named.filter_map(|header| header[1].as_str()).collect()
    }

    /// The one value of a header.
    ///
    /// # Panics
    /// There is none, or more than one.
    pub fn header(&self, name: &str) -> &str {
        let all = self.headers(name);
        assert_eq!(all.len(), 1, "{name} in {}", self.0);
        all[0]
    }

    /// What it says.
    pub fn text(&self) -> &str {
        self.0["text"].as_str().unwrap_or_default()
    }

    /// All that came.
    pub fn everything(&self) -> String {
        self.0.to_string()
    }
}

/// A mail server of a story's own. Dropping it ends it.
pub struct MailServer {
    folder: TempDir,
    process: Option<Child>,
    port: u16,
    certificate: Option<[PathBuf; 2]>,
}

impl MailServer {
    /// One that takes mail in the clear; none where the program for it is not installed.
    ///
    /// # Panics
    /// It does not start, or the program is missing where every test has to run.
    pub fn start() -> Option<Self> {
        Self::with(None)
    }

    /// One that takes mail over STARTTLS only, with a certificate and its key.
    ///
    /// # Panics
    /// As [`MailServer::start`].
    pub fn encrypted(certificate: &Path, key: &Path) -> Option<Self> {
        Self::with(Some([certificate.to_owned(), key.to_owned()]))
    }

    fn with(certificate: Option<[PathBuf; 2]>) -> Option<Self> {
        if !python().exists() {
            assert!(std::env::var_os("CI").is_none(), "aiosmtpd is missing; `./test` installs it");
            return None;
        }
        let folder = TempDir::new().expect("a temporary folder can be made");
        let mut server = Self { folder, process: None, port: 0, certificate };
        server.serve();
        Some(server)
    }

    /// Starts it, at the port where it was before.
    ///
    /// # Panics
    /// It does not start.
    pub fn serve(&mut self) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mail_server.py");
        let mut command = Command::new(python());
        command.arg(script).arg(self.folder.path()).arg(self.port.to_string());
        command.args(self.certificate.iter().flatten()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the mail server starts");
        let mut first = String::new();
        let output = process.stdout.take().expect("standard output is piped");
        BufReader::new(output).read_line(&mut first).expect("the mail server says its port");
        self.port = first.trim().parse().expect("a port");
        self.process = Some(process);
    }

    /// Ends it: nobody answers at its port.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.kill());
            drop(process.wait());
        }
    }

    /// Where it listens.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The section `[mail]` of a configuration.
    pub fn section(&self) -> String {
        let port = self.port;
        format!(
            "server = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"Privacy <privacy@example.org>\""
        )
    }

    /// Lets it say something else to each recipient than that it takes the mail; none ends that.
    ///
    /// # Panics
    /// Its folder cannot be written.
    pub fn answers(&self, answer: Option<&str>) {
        let file = self.folder.path().join("answer");
        match answer {
            Some(answer) => fs::write(file, answer).expect("written"),
            None => fs::remove_file(file).expect("removed"),
        }
    }

    /// Whom it was last asked to take mail for and said something else to.
    pub fn asked(&self) -> Option<String> {
        fs::read_to_string(self.folder.path().join("asked")).ok()
    }

    /// Every mail that it took, in order.
    ///
    /// # Panics
    /// Its folder cannot be read.
    pub fn mails(&self) -> Vec<TakenMail> {
        let files = fs::read_dir(self.folder.path()).expect("the folder can be read");
        let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
        files.retain(|file| file.extension().is_some_and(|kind| kind == "json"));
        files.sort();
        let read = |file: PathBuf| serde_json::from_slice(&fs::read(file).expect("read")).expect("JSON");
        files.into_iter().map(read).map(TakenMail).collect()
    }

    /// The mail with a subject, once it is there.
    ///
    /// # Panics
    /// It does not come.
    pub fn mail(&self, to: &str, subject: &str) -> TakenMail {
        let is_it = |mail: &TakenMail| mail.to() == to && mail.header("subject").contains(subject);
        eventually("a mail", || self.mails().into_iter().find(is_it))
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn python() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/schemathesis/bin/python"))
}

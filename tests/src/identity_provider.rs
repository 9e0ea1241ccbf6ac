//! A real provider of identities (OpenID Connect), which recognises whomever it is told to.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::json;
use tempfile::TempDir;

/// A provider of a story's own. Dropping it ends it.
pub struct IdentityProvider {
    folder: TempDir,
    process: Child,
    issuer: String,
}

impl IdentityProvider {
    /// One that recognises somebody; none where it is not installed.
    ///
    /// # Panics
    /// It does not start, or is missing where every test has to run.
    pub fn start() -> Option<Self> {
        let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/oidc-provider");
        if !modules.join("node_modules/oidc-provider").exists() {
            assert!(std::env::var_os("CI").is_none(), "oidc-provider is missing; `./test` installs it");
            return None;
        }
        let folder = TempDir::new().expect("a temporary folder can be made");
        let mut command = Command::new("node");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/identity_provider.mjs")).arg(modules);
        command.arg(folder.path().join("who.json")).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("node runs");
        let lines = BufReader::new(process.stdout.take().expect("standard output is piped")).lines();
        let mut lines = lines.map_while(Result::ok);
        let issuer = lines.find(|line| line.starts_with("http")).expect("the provider says where it is");
        // It goes on printing, and ends where nobody reads.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { folder, process, issuer })
    }

    /// Whom it recognises from now on: its own name for them, and an address that it has made sure of, or not.
    ///
    /// # Panics
    /// Its folder cannot be written.
    pub fn recognises(&self, name: &str, email: &str, is_sure: bool) {
        let who = json!({ "sub": name, "email": email, "email_verified": is_sure });
        fs::write(self.folder.path().join("who.json"), who.to_string()).expect("written");
    }

    /// Its address.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The section `[provider]` of a configuration.
    ///
    /// # Panics
    /// Its folder cannot be written.
    pub fn section(&self) -> String {
        let secret = self.folder.path().join("secret");
        fs::write(&secret, "a secret: with = signs\n").expect("written");
        format!("issuer = {:?}\nclient_id = \"bailee\"\nclient_secret_file = {secret:?}", self.issuer)
    }

    /// Its host and port.
    pub fn place(&self) -> String {
        self.issuer.trim_start_matches("http://").to_owned()
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

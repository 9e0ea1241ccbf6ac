//! Certificates for servers of stories, made by openssl.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Runs openssl; its files lie in the folder.
fn openssl(folder: &Path, arguments: &str) {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().expect("openssl runs").success(), "openssl {arguments}");
}

/// A certificate authority, and the certificate and key of a server at this machine that it vouches for. What was there
/// before is replaced.
///
/// # Panics
/// openssl is missing.
pub fn certificates(folder: &Path) -> [PathBuf; 3] {
    let new = "req -x509 -newkey rsa:2048 -nodes -days 2";
    openssl(folder, &format!("{new} -keyout ca.key -out ca.pem -subj /CN=Stories"));
    let names =
        "-addext subjectAltName=IP:127.0.0.1,DNS:localhost -addext basicConstraints=critical,CA:FALSE";
    let server = "-keyout server.key -out server.pem -subj /CN=server -CA ca.pem -CAkey ca.key";
    openssl(folder, &format!("{new} {server} {names}"));
    ["ca.pem", "server.pem", "server.key"].map(|name| folder.join(name))
}

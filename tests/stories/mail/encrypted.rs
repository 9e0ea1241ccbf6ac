//! A mail server whose certificate somebody we know vouches for, and one whose nobody does.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use stories::{MailServer, Server, Setup};
use tempfile::TempDir;

use super::{asks, message};

/// Runs openssl; its files lie in the folder.
fn openssl(folder: &Path, arguments: &str) {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().expect("openssl runs").success(), "openssl {arguments}");
}

/// A certificate authority, and the key and certificate of a server at 127.0.0.1 that it vouches for.
fn certificates(folder: &Path) -> [PathBuf; 3] {
    let new = "req -x509 -newkey rsa:2048 -nodes -days 2";
    openssl(folder, &format!("{new} -keyout ca.key -out ca.pem -subj /CN=Stories"));
    let names = "-addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE";
    let server = "-keyout server.key -out server.pem -subj /CN=mail -CA ca.pem -CAkey ca.key";
    openssl(folder, &format!("{new} {server} {names}"));
    ["ca.pem", "server.pem", "server.key"].map(|name| folder.join(name))
}

fn with_authorities(mail: &MailServer, authorities: Option<&Path>) -> Server {
    let authorities =
        authorities.map(|path| format!("certificate_authorities = {path:?}")).unwrap_or_default();
    let section = mail.section().replace("tls = \"none\"", &format!("tls = \"required\"\n{authorities}"));
    Server::with(Setup { mail: section, ..Setup::default() })
}

#[test]
fn mail_is_encrypted_to_a_server_that_is_vouched_for_and_to_no_other() {
    let folder = TempDir::new().unwrap();
    let [authority, certificate, key] = certificates(folder.path());
    let Some(mail) = MailServer::encrypted(&certificate, &key) else { return };
    let stranger = with_authorities(&mail, None);
    asks(&stranger.client(), "access", "eve@example.com");
    let server = with_authorities(&mail, Some(&authority));
    let client = server.client();
    asks(&client, "access", "ada@example.com");
    assert!(mail.mail("ada@example.com", "was received").is_encrypted());
    message(&client, "received", "sent", "");
    assert_eq!(mail.mails().len(), 1, "nothing went to a server that nobody vouches for");
}

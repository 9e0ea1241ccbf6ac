//! A mail server whose certificate somebody we know vouches for, and one whose nobody does.

use std::path::Path;

use stories::{MailServer, Server, Setup, certificates};
use tempfile::TempDir;

use super::{asks, message};

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

//! The server's own TLS: who vouches for it is asked of the certificate, which is renewed without a restart.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use stories::{Call, Server, Setup, certificates, eventually};
use tempfile::TempDir;

/// What curl says to whoever trusts this authority.
fn ask(server: &Server, authority: &Path, path: &str) -> Output {
    let url = format!("https://localhost:{}{path}", server.address().socket().port());
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--include", "--max-time", "20", "--cacert"]);
    curl.arg(authority).arg(url).output().expect("curl runs")
}

fn is_answered(output: &Output) -> bool {
    String::from_utf8_lossy(&output.stdout).starts_with("HTTP/1.1 200")
}

#[test]
fn security_what_is_sent_is_encrypted_and_a_renewed_certificate_is_shown_without_a_restart() {
    let folder = TempDir::new().unwrap();
    let [authority, certificate, key] = certificates(folder.path());
    let server = Server::with(Setup { tls: Some([certificate, key.clone()]), ..Setup::default() });
    let page = eventually("an answer", || Some(ask(&server, &authority, "/")).filter(is_answered));
    let page = String::from_utf8_lossy(&page.stdout).to_lowercase();
    assert!(page.contains("strict-transport-security: max-age=63072000"), "{page}");
    assert!(
        Call::new(server.address(), "GET", "/healthz").attempt().is_none(),
        "nothing is said in the clear"
    );

    let trusted_before = folder.path().join("before.pem");
    fs::copy(&authority, &trusted_before).unwrap();
    certificates(folder.path());
    let hang_up = || {
        let told = Command::new("kill").args(["-HUP", &server.process_id().to_string()]).status();
        assert!(told.unwrap().success());
    };
    hang_up();
    eventually("the renewed certificate", || {
        is_answered(&ask(&server, &authority, "/healthz")).then_some(())
    });
    assert!(!is_answered(&ask(&server, &trusted_before, "/healthz")), "the one before is shown no more");

    fs::write(&key, "no key").unwrap();
    hang_up();
    eventually("a warning", || server.printed().contains("the certificate stays as it was").then_some(()));
    assert!(is_answered(&ask(&server, &authority, "/healthz")), "what cannot be used changes nothing");
}

#[test]
fn a_key_of_another_certificate_is_told_before_anything_is_served() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let [_, certificate, _] = certificates(folder.path());
    let [.., key] = certificates(other.path());
    let mut server = Server::start();
    server.stop();
    let file = server.folder().join("bailee.toml");
    let configuration = fs::read_to_string(&file).unwrap();
    for (section, told) in [
        (format!("certificate = {certificate:?}\nkey = {key:?}"), "does not belong to"),
        (format!("certificate = {certificate:?}"), "belong together"),
        (format!("certificate = {certificate:?}\nkey = \"none.key\""), "none.key"),
    ] {
        fs::write(&file, format!("{configuration}\n[tls]\n{section}\n")).unwrap();
        let ended = server.run(&["serve", "--listen", "127.0.0.1:0"]);
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(!ended.status.success() && said.contains(told), "{said}");
    }
}

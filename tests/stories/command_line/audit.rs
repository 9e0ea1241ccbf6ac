//! `bailee audit`

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use stories::{PublishedLog, Server, eventually};

use super::{Printed, run, run_with};

/// An installation in which a person was stored and erased, and what an auditor has of it.
struct Installed {
    server: Server,
    key: String,
    /// The erasure with its certificate and proof.
    erasure: Value,
}

fn installed() -> Installed {
    let server = Server::start();
    let key = PublishedLog::of(&server).key.to_string();
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let erased = client.erase(&ada.subject).expect(200);
    let target = format!("/v1/erasures/{}", erased["id"].as_str().unwrap());
    let erasure = eventually("the proof of a certificate", || {
        let read = client.get(&target).send().expect(200);
        (read["proof"]["state"] == "proved").then_some(read)
    });
    Installed { server, key, erasure }
}

impl Installed {
    fn audit(&self, arguments: &[&str]) -> Printed {
        self.server.run(&[&["audit"], arguments].concat()).into()
    }

    /// The folder to which the log was exported.
    fn exported(&self) -> PathBuf {
        let folder = self.server.data().join("../exported");
        let exported = self.audit(&["export", folder.to_str().unwrap()]);
        assert_eq!(exported.code, Some(0), "{}", exported.err);
        folder.canonicalize().unwrap()
    }

    fn certificate(&self, erasure: &Value) -> Printed {
        let arguments = ["audit", "certificate", "-", "--key", &self.key];
        run_with(Path::new("."), &arguments, erasure.to_string().as_bytes())
    }
}

/// Every file below a folder with its content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let content = fs::read(&path).unwrap();
            found.insert(path, content);
        }
    }
    found
}

fn verify(folder: &Path, more: &[&str]) -> Printed {
    run(folder, &[&["audit", "verify", "."], more].concat())
}

#[test]
fn an_installation_is_verified_without_its_root_key_and_left_as_it_was() {
    let mut installed = installed();
    let running = installed.audit(&["verify", "--key", &installed.key]);
    assert_eq!(running.code, Some(0), "while the server runs: {}", running.out);
    installed.server.stop();
    fs::remove_file(installed.server.data().join("../bailee-root.key")).unwrap();
    let before = files(&installed.server.data());
    let verified = installed.audit(&["verify", "--json"]).json();
    assert_eq!((&verified["holds"], &verified["key"]), (&json!(true), &json!(installed.key)));
    assert!(verified["entries"].as_u64().unwrap() > 5, "{verified}");
    assert!(files(&installed.server.data()) == before, "verifying changed the data directory");
}

#[test]
fn an_exported_log_is_verified_by_whoever_has_the_folder() {
    let installed = installed();
    let folder = installed.exported();
    let alone = verify(&folder, &[]);
    assert_eq!(alone.code, Some(0), "{}", alone.out);
    assert!(alone.out.contains("stories.example") && alone.out.contains(&installed.key), "{}", alone.out);
    assert!(alone.err.contains("pass --key"), "{}", alone.err);
    fs::copy(folder.join("checkpoint"), folder.join("kept.checkpoint")).unwrap();
    installed.server.client();
    let exported = eventually("a larger log", || {
        installed.exported();
        let now = fs::read(folder.join("checkpoint")).unwrap();
        (now != fs::read(folder.join("kept.checkpoint")).unwrap()).then_some(now)
    });
    assert!(!exported.is_empty());
    let extended = verify(&folder, &["--key", "key", "--checkpoint", "kept.checkpoint", "--threads", "3"]);
    assert_eq!(extended.code, Some(0), "{}", extended.out);
    assert!(extended.out.contains("it extends the checkpoint"), "{}", extended.out);
    fs::copy(folder.join("kept.checkpoint"), folder.join("checkpoint")).unwrap();
    assert_eq!(verify(&folder, &[]).code, Some(0), "the older log is still whole");
}

#[test]
fn the_first_bad_entry_is_named() {
    let installed = installed();
    let folder = installed.exported();
    let bundles = files(&folder.join("tile/entries"));
    let (bundle, mut content) = bundles.into_iter().next().unwrap();
    // Each entry takes 43 bytes: two of length, 41 of leaf.
    content[43 * 3 + 20] ^= 1;
    fs::write(&bundle, content).unwrap();
    let verified = verify(&folder, &["--json"]);
    assert_eq!((verified.code, &verified.json()["entry"]), (Some(1), &json!(3)), "{}", verified.out);
    let told = verify(&folder, &[]);
    assert!(told.out.contains("the log does not hold: entry 3 is wrong"), "{}", told.out);
}

#[test]
fn what_is_no_log_or_no_key_is_said_so() {
    let installed = installed();
    let folder = installed.exported();
    let forger = audit_log::SigningKey::from_seed("stories.example", &[7; 32]).unwrap();
    let forged = verify(&folder, &["--key", &forger.verifying_key().to_string()]);
    assert_eq!(forged.code, Some(1), "{}", forged.out);
    let nonsense = verify(&folder, &["--key", "nonsense"]);
    assert!(nonsense.code == Some(2) && nonsense.err.contains("neither a file nor"), "{}", nonsense.err);
    let empty = tempfile::tempdir().unwrap();
    let nothing = verify(empty.path(), &[]);
    assert!(nothing.code == Some(2) && nothing.err.contains("neither an exported log"), "{}", nothing.err);
    fs::write(folder.join("key"), forger.verifying_key().to_string()).unwrap();
    let other = installed.audit(&["export", folder.to_str().unwrap()]);
    assert!(other.code == Some(2) && other.err.contains("holds another log"), "{}", other.err);
}

#[test]
fn a_certificate_is_checked_offline() {
    let installed = installed();
    let held = installed.certificate(&installed.erasure);
    assert_eq!(held.code, Some(0), "{}", held.out);
    assert!(held.out.contains(installed.erasure["subject"].as_str().unwrap()), "{}", held.out);
    for (member, value) in [
        ("keys_destroyed", json!(99)),
        ("shredded_at", json!("2020-01-01T00:00:00Z")),
        ("subject", json!("sub_019aa1b2c3d48e5f8a7b6c5d4e3f2a1b")),
    ] {
        let mut forged = installed.erasure.clone();
        forged["certificate"][member] = value;
        let refused = installed.certificate(&forged);
        assert!(
            refused.code == Some(1) && refused.out.contains("proves nothing"),
            "{member}: {}",
            refused.out
        );
    }
    let mut unproved = installed.erasure.clone();
    unproved["proof"]["leaf"] = json!("AQ==");
    assert_eq!(installed.certificate(&unproved).code, Some(2));
    assert_eq!(installed.certificate(&json!({ "state": "inaccessible" })).code, Some(2));
}

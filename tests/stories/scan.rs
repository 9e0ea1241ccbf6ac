//! `bailee scan`: what a site leaves in a browser and whom it asks, told against the policy. The promises `cookies` and `beacons`
//! of our own pages.

use std::{collections::BTreeSet, fs, process::Command};

use serde_json::{Value, json};
use stories::{Delivered, Page, Server, Setup, Site, bailee, policy};
use tempfile::TempDir;

/// Runs a scan of a site with a policy; how it ended, and what it printed as JSON.
fn scan(site: &str, more: &[&str]) -> Option<(i32, Value)> {
    if !std::path::Path::new("/usr/bin/chromium").exists() {
        assert!(std::env::var_os("CI").is_none(), "Chromium is missing; `./test` installs it");
        return None;
    }
    let output = Command::new(bailee()).args(["scan", site, "--json"]).args(more).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    let found = serde_json::from_slice(&output.stdout).expect(&error);
    Some((output.status.code().unwrap(), found))
}

/// The reference policy, for a site on this machine that knows a help desk.
fn policy_of_here() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("policy.toml");
    let reference = fs::read_to_string(policy("influxis-2018.toml")).unwrap();
    let own = reference.replace(r#"["www.influxis.com", "influxis.com"]"#, r#"["localhost"]"#);
    assert_ne!(own, reference);
    fs::write(&file, own).unwrap();
    let name = file.to_string_lossy().into_owned();
    (folder, name)
}

/// Why something of a kind and a name is told.
fn reasons(found: &Value, kind: &str, name: &str) -> BTreeSet<String> {
    let faults = found["faults"].as_array().unwrap().iter();
    let of = faults.filter(|fault| fault["kind"] == kind && fault["name"] == name);
    of.map(|fault| fault["reason"].as_str().unwrap().to_owned()).collect()
}

fn set(reasons: &[&str]) -> BTreeSet<String> {
    reasons.iter().map(|reason| (*reason).to_owned()).collect()
}

const BUTTONS: &str = "<button id=yes onclick=\"document.cookie='visitor=1; max-age=31536000; SameSite=Lax'\">Yes</button>\
                       <button id=no onclick=\"document.cookie='session_no=1'\">No</button>";

/// A site that does all that it must not.
fn misbehaves(asked: &Delivered, port: u16) -> Option<Page> {
    let page = |text: String, cookies: &[&str]| {
        let headers = cookies.iter().map(|cookie| format!("Set-Cookie: {cookie}")).collect();
        Some(Page { kind: "text/html", text: format!("<!doctype html><title>Shop</title>{text}"), headers })
    };
    match asked.path() {
        "/" => {
            let another = format!("<img src=\"http://127.0.0.1:{port}/pixel\">");
            let stored = "<script>localStorage.setItem('profile', 'secret'); sessionStorage.setItem('step', '1'); \
                          indexedDB.open('cart')</script>";
            page(
                format!("{another}{stored}{BUTTONS}<a href=/more>More</a>"),
                &["tracker=secret; SameSite=Lax"],
            )
        }
        "/more" => page("<a href=/>Back</a>".to_owned(), &["visitor=secret; Max-Age=34000000; SameSite=Lax"]),
        "/pixel" => page(String::new(), &["_ga=secret; Max-Age=1000; SameSite=None; Secure"]),
        _ => None,
    }
}

/// A site that sets its cookie when somebody says yes, and not under the signal.
fn behaves(asked: &Delivered, _: u16) -> Option<Page> {
    assert!(asked.head.iter().any(|line| line.starts_with("Host: localhost")));
    let text = format!("<!doctype html><title>Shop</title>{BUTTONS}<a href=/more>More</a>")
        .replace("session_no=1", "");
    matches!(asked.path(), "/" | "/more").then(|| Page { kind: "text/html", text, headers: Vec::new() })
}

const CLICKED: [&str; 4] = ["--accept", "#yes", "--refuse", "#no"];

#[test]
fn cookies_of_a_site_that_misbehaves_are_told_each_with_what_is_wrong() {
    let site = Site::answering(misbehaves);
    let (_folder, policy) = policy_of_here();
    let port = site.address().socket().port();
    let arguments = [&CLICKED[..], &["--policy", &policy]].concat();
    let Some((code, found)) = scan(&format!("http://localhost:{port}/"), &arguments) else { return };
    assert_eq!(code, 1, "{found}");
    assert_eq!(reasons(&found, "cookie", "tracker"), set(&["undeclared"]), "{found}");
    let of_visitor = ["lives_longer", "without_yes", "after_no", "under_signal"];
    assert_eq!(reasons(&found, "cookie", "visitor"), set(&of_visitor), "{found}");
    assert_eq!(
        reasons(&found, "cookie", "_ga"),
        set(&["without_yes", "after_no", "under_signal"]),
        "{found}"
    );
    assert_eq!(reasons(&found, "cookie", "session_no"), set(&["undeclared"]), "{found}");
    for (kind, name) in [("local storage", "profile"), ("session storage", "step"), ("IndexedDB", "cart")] {
        assert_eq!(reasons(&found, kind, name), set(&["undeclared"]), "{found}");
    }
    assert_eq!(reasons(&found, "host", "127.0.0.1"), set(&["undeclared"]), "{found}");
    assert_eq!(found["found"]["pages"], json!(["/", "/more"]));
    assert_eq!(found["found"]["passes"], json!(["nothing", "refused", "accepted", "signal"]));
    assert!(!found.to_string().contains("secret"), "a value was read: {found}");
}

#[test]
fn cookies_of_a_site_that_keeps_to_its_policy_are_all_as_it_says() {
    let site = Site::answering(behaves);
    let (_folder, policy) = policy_of_here();
    let port = site.address().socket().port();
    let arguments = [&CLICKED[..], &["--policy", &policy]].concat();
    let Some((code, found)) = scan(&format!("http://localhost:{port}/"), &arguments) else { return };
    assert_eq!((code, &found["faults"]), (0, &json!([])), "{found}");
    let cookies = found["found"]["cookies"].as_array().unwrap();
    assert_eq!(cookies.len(), 1, "{found}");
    assert_eq!((&cookies[0]["name"], &cookies[0]["passes"]), (&json!("visitor"), &json!(["accepted"])));
}

#[test]
fn cookies_of_our_own_pages_are_those_that_the_policy_declares() {
    let (_folder, policy) = policy_of_here();
    let server = Server::with(Setup { policy: policy.clone().into(), ..Setup::default() });
    let port = server.address().socket().port();
    for door in ["/", "/console", "/privacy"] {
        let url = format!("http://localhost:{port}{door}");
        let Some((code, found)) = scan(&url, &["--policy", &policy, "--pages", "8"]) else { return };
        assert_eq!((code, &found["faults"]), (0, &json!([])), "{door}: {found}");
        assert_eq!(found["found"]["third_parties"], json!([]), "{door}");
    }
}

#[test]
fn cookies_that_our_own_scripts_bring_to_a_site_are_those_that_the_policy_declares() {
    let (_folder, policy) = policy_of_here();
    let server = Server::with(Setup { policy: policy.into(), ..Setup::default() });
    let scripts = server.address().socket().port();
    let site = Site::embedding(server.address(), move |path, _| {
        let script = |name: &str| {
            format!("<script defer src=\"http://localhost:{scripts}/{name}\" data-site=website></script>")
        };
        let text = format!(
            "<!doctype html><title>Shop</title>{}{}<a href=/more>More</a>",
            script("bailee.js"),
            script("bailee-choices.js")
        );
        matches!(path, "/" | "/more").then_some(("text/html", text))
    });
    let url = format!("http://localhost:{}/", site.address().socket().port());
    let own_server = format!("http://localhost:{scripts}");
    // What is in force is asked of the server.
    let operator = server.operator();
    if !std::path::Path::new("/usr/bin/chromium").exists() {
        return;
    }
    let output = Command::new(bailee())
        .args(["scan", &url, "--json", "--server", &own_server])
        .env("BAILEE_KEY", operator.secret())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    let found: Value = serde_json::from_slice(&output.stdout).expect(&error);
    assert_eq!((output.status.code(), &found["faults"]), (Some(0), &json!([])), "{found}");
    let cookies = found["found"]["cookies"].as_array().unwrap();
    assert_eq!(cookies.len(), 1, "{found}");
    assert_eq!((&cookies[0]["name"], &cookies[0]["passes"]), (&json!("visitor"), &json!(["accepted"])));
    assert_eq!(found["found"]["passes"], json!(["nothing", "refused", "accepted", "signal"]), "{found}");
}

#[test]
fn a_scan_without_a_browser_says_what_to_install() {
    let output =
        Command::new(bailee()).args(["scan", "http://localhost:1/"]).env("PATH", "/nowhere").output();
    let output = output.unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("install Chromium"), "{told}");
}

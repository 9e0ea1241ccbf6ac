//! `bailee demo --json`: one line tells a program everything, then it serves, and its clock can be moved.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use stories::{Address, Browser, Call, MailServer, bailee, eventually};
use tempfile::TempDir;

use crate::changes::{day, wider};

/// A demonstration that serves. Dropping it ends it.
pub(crate) struct Demonstration {
    process: Child,
    pub(crate) told: Value,
    pub(crate) address: Address,
}

impl Demonstration {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    fn with(folder: &Path, more: &[&str]) -> Self {
        let mut process = demo(folder).args(more).stdout(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let told: Value = serde_json::from_str(&first).unwrap();
        let port = told["url"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
        Self { process, told, address: Address::of_port(port) }
    }

    fn key(&self) -> &str {
        self.told["operator_key"].as_str().unwrap()
    }

    fn call(&self, key: &str, method: &str, target: &str) -> Call {
        Call::new(&self.address, method, target).key(key)
    }

    /// The records of a subject that the operator may read for a purpose.
    fn records(&self, subject: &str, purpose: &str) -> Vec<Value> {
        let target = format!("/v1/subjects/{subject}/records?purpose={purpose}");
        let page = self.call(self.key(), "GET", &target).send().expect(200);
        page["items"].as_array().unwrap().clone()
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn demo(folder: &Path) -> Command {
    let mut command = Command::new(bailee());
    command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
    command.env("BAILEE_LOG", "warn").stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

#[test]
fn a_program_learns_everything_from_the_first_line() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("demo");
    let demo = Demonstration::start(&data);
    assert_eq!(demo.told["data"], json!(data.canonicalize().unwrap()));
    let accounts = demo.call(demo.key(), "GET", "/v1/accounts").send().expect(200);
    assert_eq!(accounts.as_array().unwrap().len(), 4, "the operator and three Clients");
    let client_keys = demo.told["client_keys"].as_object().unwrap();
    for (account, key) in client_keys {
        let keys = demo.call(key.as_str().unwrap(), "GET", "/v1/keys").send().expect(200);
        assert_eq!(keys[0]["account"], *account);
    }
    for known in demo.told["subjects"].as_array().unwrap() {
        let account = known["account"].as_str().unwrap();
        let key = client_keys.get(account).map_or(demo.key(), |key| key.as_str().unwrap());
        let target = format!("/v1/subjects/{}", known["id"].as_str().unwrap());
        let subject = demo.call(key, "GET", &target).send().expect(200);
        assert_eq!(subject["role"], known["role"]);
    }
    let keys = std::fs::metadata(data.join("keys.json")).unwrap();
    assert_eq!(keys.permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_year_passes_when_the_clock_is_moved() {
    let folder = TempDir::new().unwrap();
    let demo = Demonstration::start(&folder.path().join("demo"));
    let visitor = demo.told["subjects"].as_array().unwrap().iter().find(|known| known["role"] == "visitor");
    let visitor = visitor.unwrap()["id"].as_str().unwrap();
    assert!(!demo.records(visitor, "fraud_prevention").is_empty());
    let advance = |by: &str| demo.call(demo.key(), "POST", "/demo/advance").json(&json!({ "by": by })).send();
    advance("P1Y").expect(200);
    assert!(demo.records(visitor, "fraud_prevention").is_empty(), "visits and access logs live for a year");
    advance("-P1Y").problem(400, "malformed");
    advance("P9000Y").problem(400, "malformed");
}

#[test]
fn a_policy_changes_on_its_day_and_asks_those_who_have_not_accepted_it() {
    let folder = TempDir::new().unwrap();
    let demo = Demonstration::start(&folder.path().join("demo"));
    let advance = |by: &str| demo.call(demo.key(), "POST", "/demo/advance").json(&json!({ "by": by })).send();
    let publish =
        demo.call(demo.key(), "POST", "/v1/policy/versions").body("application/toml", wider(day(40)));
    publish.send().expect(201);
    let keys: Vec<_> = demo.told["client_keys"].as_object().unwrap().iter().collect();
    let [(account, early), (_, late), ..] = keys.as_slice() else { panic!("the demonstration has Clients") };
    let (early, late) = (early.as_str().unwrap(), late.as_str().unwrap());
    let accept = demo.call(early, "POST", &format!("/v1/accounts/{account}/acceptance"));
    accept.json(&json!({ "informs_end_users": true })).send().expect(200);
    let in_force = |key: &str| demo.call(key, "GET", "/v1/policy").send();
    for key in [early, late, demo.key()] {
        assert_eq!(in_force(key).expect(200)["operator"]["number"], 1);
    }
    advance("P41D").expect(200);
    for key in [early, demo.key()] {
        assert_eq!(in_force(key).expect(200)["operator"]["number"], 2);
    }
    in_force(late).problem(403, "not-accepted");
}

#[test]
fn a_session_of_the_console_ends_when_nobody_is_there() {
    let folder = TempDir::new().unwrap();
    let demo = Demonstration::start(&folder.path().join("demo"));
    let staff = demo.told["staff"].as_array().unwrap();
    assert_eq!(staff.len(), 5, "one of each role");
    for one in staff {
        let mut browser = Browser::new(demo.address.clone());
        assert!(browser.open("/sign-in").text().contains(one["email"].as_str().unwrap()), "one click");
        browser.sign_in(one["email"].as_str().unwrap(), one["password"].as_str().unwrap());
        assert!(browser.cookie().unwrap().starts_with("bailee="), "plain http on this machine");
        assert_eq!(browser.open("/console").status, 200);
        demo.call(demo.key(), "POST", "/demo/advance").json(&json!({ "by": "PT31M" })).send().expect(200);
        assert_eq!(browser.open("/console").status, 303);
    }
}

#[test]
fn what_lasts_is_done_by_whoever_typed_their_password_a_moment_ago() {
    let folder = TempDir::new().unwrap();
    let demo = Demonstration::start(&folder.path().join("demo"));
    let members = demo.told["members"].as_array().unwrap();
    assert_eq!(members.len(), 3, "one of each role");
    let owner = &members[0];
    let (email, password) = (owner["email"].as_str().unwrap(), owner["password"].as_str().unwrap());
    let mut browser = Browser::new(demo.address.clone());
    browser.sign_in(email, password);
    assert!(browser.open("/console/account").text().contains("Harbour Radio"));
    let pass = || {
        let minutes = json!({ "by": "PT11M" });
        demo.call(demo.key(), "POST", "/demo/advance").json(&minutes).send().expect(200);
    };
    let cancel = "/console/account/cancel";
    assert_eq!(browser.open(cancel).status, 200, "a moment ago");
    pass();
    let confirm = "/console/confirm?to=/console/account/cancel";
    assert_eq!(browser.send(cancel, &[("understood", "yes")]).header("location"), Some(confirm));
    assert_eq!(browser.open(cancel).header("location"), Some(confirm));
    browser.open(confirm);
    let wrong = browser.send("/console/confirm", &[("to", cancel), ("password", "nobody here existed")]);
    assert_eq!(wrong.status, 403, "{}", wrong.everything());
    let away = browser.send("/console/confirm", &[("to", "//evil.example"), ("password", password)]);
    assert_eq!(away.status, 404, "one is sent nowhere else");
    assert_eq!(browser.open(cancel).header("location"), Some(confirm), "nothing was proved");
    browser.open(confirm);
    let right = browser.send("/console/confirm", &[("to", cancel), ("password", password)]);
    assert_eq!((right.status, right.header("location")), (303, Some(cancel)));
    browser.open(cancel);
    assert_eq!(browser.send(cancel, &[("understood", "yes")]).status, 200);
    assert_eq!(browser.open("/console/account").header("location"), Some("/sign-in"));
}

#[test]
fn pages_load_nothing_and_show_every_promise() {
    let folder = TempDir::new().unwrap();
    let demo = Demonstration::start(&folder.path().join("demo"));
    for page in ["/", "/policy", "/problems/refused"] {
        let reply = Call::new(&demo.address, "GET", page).send();
        assert_eq!(reply.status, 200, "{page}");
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(!reply.text().contains("<script"), "{page}");
    }
    let front = Call::new(&demo.address, "GET", "/").send().text();
    assert_eq!(front.matches("<li class=\"tile\"").count(), 30);
    assert!(front.contains("of 30 kept"), "{front}");
    let sheet = Call::new(&demo.address, "GET", "/assets/bailee.css").send();
    assert!(sheet.header("content-type").is_some_and(|kind| kind.starts_with("text/css")));
    Call::new(&demo.address, "GET", "/problems/nonsense").send().problem(404, "not-found");
}

#[test]
fn a_directory_of_someone_else_is_refused() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
    let mut process = demo(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!process.wait().unwrap().success());
    assert!(said.contains("--data"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was written");
}

/// How many records a list of the plan holds, by type.
fn counted(list: &Value) -> std::collections::BTreeMap<String, u64> {
    let mut counts = std::collections::BTreeMap::new();
    for one in list.as_array().unwrap() {
        let record_type = one["record_type"].as_str().unwrap().to_owned();
        *counts.entry(record_type).or_default() += one["records"].as_u64().unwrap();
    }
    counts
}

#[test]
fn what_goes_when_the_clock_is_moved_is_what_the_plan_said() {
    let folder = TempDir::new().unwrap();
    let demo = Demonstration::start(&folder.path().join("demo"));
    let plan = |until: &str| {
        let target = format!("/v1/retention/plan?by=month&until={until}");
        demo.call(demo.key(), "GET", &target).send().expect(200)
    };
    let advance = |by: &str| {
        let body = json!({ "by": by });
        demo.call(demo.key(), "POST", "/demo/advance").json(&body).send().expect(200)
    };
    let far = "2199-01-01T00:00:00Z";
    // The made-up people of an assessment count while they live. One assessment waits for the one before it, and moving the
    // clock does what is left of every erasure: so nobody is left but of an assessment that has begun since.
    let settled = || {
        demo.call(demo.key(), "POST", "/v1/assessments").send().expect(201);
        advance("PT1S");
        plan(far)
    };
    let before = eventually("nothing of made-up people", || {
        let (one, other) = (settled(), settled());
        (counted(&one["going"]) == counted(&other["going"])).then_some(other)
    });
    let now: jiff::Timestamp = before["at"].as_str().unwrap().parse().unwrap();
    let until = now + jiff::SignedDuration::from_hours(24 * 400);
    let said = plan(&until.to_string());
    let gone = counted(&said["going"]);
    assert!(gone.values().sum::<u64>() > 0 && counted(&said["overdue"]).is_empty(), "{said}");
    advance("PT9600H");
    let had = counted(&before["going"]);
    let after = eventually("what is left and what was to go is what was there", || {
        let after = settled();
        let mut left = counted(&after["going"]);
        for (record_type, records) in &gone {
            *left.entry(record_type.clone()).or_default() += records;
        }
        (left == had).then_some(after)
    });
    assert_eq!(before["waiting"], after["waiting"]);
    assert!(counted(&after["overdue"]).is_empty(), "{after}");
}

#[test]
fn one_click_comes_into_the_privacy_center_of_the_demonstration_and_of_no_other() {
    let folder = TempDir::new().unwrap();
    let demo = Demonstration::start(&folder.path().join("demo"));
    let mut browser = Browser::new(demo.address.clone());
    assert!(browser.open("/privacy").text().contains("Come in as Ada Lindqvist"));
    let come_in = browser.send_exactly("/privacy/demonstration", &[]);
    assert_eq!((come_in.status, come_in.header("location")), (303, Some("/privacy/data")));
    assert!(browser.cookie().unwrap().starts_with("bailee-privacy="), "there is no TLS here");
    assert!(browser.open("/privacy/data").text().contains("my invoice shows two months"));
    let club = browser.open("/privacy/at/northern-lights-fan-club").text();
    assert!(club.contains("Northern Lights fan club</bdi> holds about you"), "{club}");
    let server = stories::Server::start();
    let mut browser = Browser::new(server.address().clone());
    assert!(!browser.open("/privacy").text().contains("Ada"));
    assert_eq!(browser.send_exactly("/privacy/demonstration", &[]).status, 404);
}

#[test]
fn a_mail_server_that_is_down_for_a_day_loses_nothing_and_repeats_nothing() {
    let Some(mut mail) = MailServer::start() else { return };
    let folder = TempDir::new().unwrap();
    let port = mail.port().to_string();
    let place = ["--mail-server", "127.0.0.1", "--mail-tls", "none", "--mail-from", "a@example.org"];
    let demo =
        Demonstration::with(&folder.path().join("demo"), &[&place[..], &["--mail-port", &port]].concat());
    let advance = |by: &str| {
        demo.call(demo.key(), "POST", "/demo/advance").json(&json!({ "by": by })).send().expect(200);
    };
    mail.stop();
    for number in 0..20 {
        let email = format!("ada{number}@example.com");
        let body = json!({ "right": "access", "identifiers": [{ "field": "email", "value": email }] });
        demo.call(demo.key(), "POST", "/v1/requests").json(&body).send().expect(201);
    }
    for _ in 0..12 {
        advance("PT2H");
    }
    mail.serve();
    advance("PT2H");
    let arrived = || mail.mails().iter().filter(|one| one.to().starts_with("ada")).count();
    // A job of its own may have some of them in hand.
    eventually("all mails", || (arrived() == 20).then_some(()));
    advance("P1D");
    assert_eq!(arrived(), 20, "and none of them again");
}

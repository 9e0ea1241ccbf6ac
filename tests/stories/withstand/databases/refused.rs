//! A role without rights, and a schema that a newer program has written.

use std::process::{Command, Output};

use local_postgres::LocalPostgres;
use stories::{Server, bailee, policy};
use tempfile::TempDir;

use super::{on, postgres};

/// `bailee init` as a role in a database.
fn init(postgres: &LocalPostgres, role: &str, database: &str) -> Output {
    let folder = TempDir::new().unwrap();
    let url = postgres.url(database).replace("bailee@", &format!("{role}@"));
    Command::new(bailee())
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .args(["init", "--store", &url, "--policy"])
        .arg(policy("influxis-2018.toml"))
        .output()
        .unwrap()
}

fn psql(url: &str, statement: &str) {
    let ran =
        Command::new("psql").args(["--quiet", "-v", "ON_ERROR_STOP=1", "-c", statement]).arg(url).output();
    let ran = ran.unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn a_role_that_may_make_nothing_is_told_so_in_a_line() {
    let postgres = postgres(&[]);
    postgres.create_database("theirs").unwrap();
    psql(&postgres.url("theirs"), "CREATE ROLE guest LOGIN; REVOKE CREATE ON SCHEMA public FROM public");
    let refused = init(&postgres, "guest", "theirs");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    let line = said.lines().find(|line| line.starts_with("error:")).unwrap();
    assert!(line.contains("/theirs") && line.contains("permission denied"), "{line}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_role_that_may_only_read_stores_and_opens_nothing() {
    let postgres = postgres(&[]);
    let mut server = Server::with(on(&postgres, ""));
    let client = server.client();
    let ada = client.profile(&serde_json::json!({ "full_name": "Ada" }));
    server.stop();
    psql(&postgres.url("postgres"), "ALTER ROLE bailee SET default_transaction_read_only = on");
    server.serve();
    // No reading without its entry.
    let read = client.read(&ada.record);
    assert_eq!(read.status, 503, "{}", read.everything());
    assert!(!read.everything().contains("Ada"), "{}", read.everything());
}

#[test]
fn a_newer_schema_is_refused_with_the_reason() {
    let postgres = postgres(&[]);
    let mut server = Server::with(on(&postgres, ""));
    server.stop();
    server.databases().unwrap().sql("INSERT INTO schema_step VALUES ('data store', 99)");
    let refused = server.run(&["serve", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("schema 99") && said.contains("use a newer program"), "{said}");
}

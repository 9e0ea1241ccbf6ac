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

/// The one line that says why a command was refused.
fn refusal(refused: &Output) -> String {
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    let mut lines = said.lines().filter(|line| line.starts_with("error:"));
    let line = lines.next().unwrap_or_else(|| unreachable!("no line says why: {said}")).to_owned();
    assert_eq!(lines.next(), None, "{said}");
    line
}

/// The role `guest`, who has no right to make anything in the database `theirs`.
fn with_a_guest() -> LocalPostgres {
    let postgres = postgres(&[]);
    postgres.create_database("theirs").unwrap();
    psql(&postgres.url("theirs"), "CREATE ROLE guest LOGIN; REVOKE CREATE ON SCHEMA public FROM public");
    postgres
}

/// Runs the statement that a refusal quotes.
fn do_as_told(postgres: &LocalPostgres, line: &str) {
    let statement = line.split('`').nth(1).unwrap_or_else(|| unreachable!("no statement is named: {line}"));
    psql(&postgres.url("theirs"), statement);
}

#[test]
fn a_role_that_lacks_a_right_is_told_in_a_line_what_to_grant() {
    let postgres = with_a_guest();
    psql(&postgres.url("theirs"), "REVOKE CONNECT ON DATABASE theirs FROM public");
    let line = refusal(&init(&postgres, "guest", "theirs"));
    assert!(line.contains("/theirs cannot be used: permission denied"), "{line}");
    assert!(line.contains("`GRANT CONNECT ON DATABASE \"theirs\" TO \"guest\"`"), "{line}");
    do_as_told(&postgres, &line);

    let line = refusal(&init(&postgres, "guest", "theirs"));
    assert!(line.contains("/theirs cannot be used: permission denied"), "{line}");
    assert!(line.contains("`GRANT USAGE, CREATE ON SCHEMA public TO \"guest\"`"), "{line}");
    do_as_told(&postgres, &line);

    let made = init(&postgres, "guest", "theirs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn a_role_that_does_not_own_the_tables_is_told_to_be_made_their_owner() {
    let postgres = with_a_guest();
    assert!(init(&postgres, "bailee", "theirs").status.success());
    let line = refusal(&init(&postgres, "guest", "theirs"));
    assert!(line.contains("/theirs cannot be used: permission denied"), "{line}");
    assert!(line.contains("must own the tables") && line.contains("\"guest\""), "{line}");
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

/// What a server says that finds a store with schema 99.
fn refusal_of_schema_99(store: &str) -> String {
    let postgres = postgres(&[]);
    let mut server = Server::with(on(&postgres, ""));
    server.stop();
    let newer = format!("INSERT INTO schema_step VALUES ('{store}', 99)");
    let databases = server.databases().unwrap();
    if store == "key store" {
        databases.keys_sql(&newer)
    } else {
        databases.sql(&newer)
    };
    refusal(&server.run(&["serve", "--listen", "127.0.0.1:0"]))
}

#[test]
fn a_newer_schema_is_refused_with_its_number_and_the_reason() {
    for store in ["data store", "key store"] {
        let line = refusal_of_schema_99(store);
        assert!(line.contains(store) && line.contains("schema 99"), "{line}");
        assert!(line.contains("use a newer program"), "{line}");
    }
}

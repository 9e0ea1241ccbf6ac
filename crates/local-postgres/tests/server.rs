//! A server of one's own, from its start over its deaths to its end.

use std::{
    path::Path,
    process::{Command, Output},
};

use local_postgres::{LocalPostgres, Settings, StartError};

fn start() -> LocalPostgres {
    LocalPostgres::start(&Settings::default()).expect("a server")
}

fn psql(url: &str, statement: &str) -> Output {
    let arguments = ["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--command", statement, url];
    Command::new("psql").args(arguments).output().expect("psql runs")
}

fn ask(server: &LocalPostgres, database: &str, statement: &str) -> String {
    let answer = psql(&server.url(database), statement);
    assert!(answer.status.success(), "{statement}: {}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8_lossy(&answer.stdout).trim().to_owned()
}

/// Whether somebody answers within a second.
fn answers(server: &LocalPostgres) -> bool {
    let asked = Command::new("pg_isready").args(["-q", "-t", "1", "-d", &server.url("postgres")]).status();
    asked.expect("pg_isready runs").success()
}

#[test]
fn what_was_committed_survives_a_kill() {
    let mut server = start();
    server.create_database("kept").unwrap();
    ask(&server, "kept", "CREATE TABLE words (word text); INSERT INTO words VALUES ('still here')");
    let killed = server.process_id().unwrap();

    server.kill().unwrap();
    assert_eq!(server.process_id(), None);
    assert!(!Path::new(&format!("/proc/{killed}")).exists());
    assert!(!answers(&server));

    server.start_again().unwrap();
    assert_eq!(ask(&server, "kept", "SELECT word FROM words"), "still here");
    assert_ne!(server.process_id(), Some(killed));
}

#[test]
fn a_paused_server_answers_when_it_goes_on() {
    let server = start();
    server.pause().unwrap();
    assert!(!answers(&server));
    server.resume().unwrap();
    assert_eq!(ask(&server, "postgres", "SELECT 1"), "1");
}

#[test]
fn a_paused_server_can_be_killed() {
    let mut server = start();
    server.pause().unwrap();
    server.kill().unwrap();
    server.start_again().unwrap();
    assert!(answers(&server));
}

#[test]
fn nothing_is_left_of_a_server_that_is_dropped() {
    let ends: [fn(&mut LocalPostgres); 3] =
        [|_| (), |server| server.kill().unwrap(), |server| server.pause().unwrap()];
    for end in ends {
        let mut server = start();
        let (process, data) = (server.process_id().unwrap(), server.data_directory());
        assert!(data.join("PG_VERSION").exists());
        end(&mut server);
        drop(server);
        assert!(!Path::new(&format!("/proc/{process}")).exists());
        assert!(!data.parent().unwrap().exists());
    }
}

#[test]
fn options_and_folder_are_the_callers() {
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let options = vec![("work_mem".to_owned(), "5MB".to_owned())];
    let server = LocalPostgres::start(&Settings { options, folder: Some(folder.path().into()) }).unwrap();
    assert_eq!(ask(&server, "postgres", "SHOW work_mem"), "5MB");
    assert!(server.data_directory().starts_with(folder.path()));
}

#[test]
fn a_start_that_fails_says_why() {
    let options = vec![("no_such_setting".to_owned(), "1".to_owned())];
    let failed = LocalPostgres::start(&Settings { options, folder: None }).map(drop);
    let Err(StartError::Program { tail, .. }) = failed else { panic!("it started: {failed:?}") };
    assert!(tail.contains("no_such_setting"), "{tail}");
}

#[test]
fn a_database_that_is_there_is_not_created() {
    let server = start();
    let refused = server.create_database("postgres").unwrap_err().to_string();
    assert!(refused.contains("already exists"), "{refused}");
}

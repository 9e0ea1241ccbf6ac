//! A database that has fewer connections for the server than it may open, and a role that is nobody special.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use local_postgres::LocalPostgres;
use stories::{Databases, PublishedLog, Server, eventually};

use super::{on_databases, postgres};
use crate::withstand::killed::{after, load::Worker};

const CLIENTS: u64 = 64;
/// For the data and the keys together; the server would open sixteen for each.
const CONNECTIONS: usize = 6;
/// Answers that all of them get together, a few for each.
const ANSWERS: u64 = 6 * CLIENTS;

/// Databases of a role that is not a superuser, for whom nothing is reserved.
fn of_a_tenant(postgres: &LocalPostgres) -> Databases {
    Databases::on(&postgres.url("postgres"), "connections = 16\npatience_seconds = 3").connected_as("tenant")
}

/// Many clients are served, more slowly, and nothing is lost. Whoever is told to come back does; any other answer than
/// the right one fails the story.
fn many_are_served(databases: Databases) {
    let server = Server::with(on_databases(databases));
    let (client, log) = (server.client(), PublishedLog::of(&server));
    let known = log.checkpoint();
    let mut workers: Vec<Worker> = (0..CLIENTS).map(|number| Worker::new(client.clone(), number)).collect();
    let (answers, end) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for worker in &mut workers {
            scope.spawn(|| worker.work_until(&end, &answers));
        }
        eventually("answers", || (answers.load(Ordering::SeqCst) >= ANSWERS).then_some(()));
        end.store(true, Ordering::SeqCst);
    });
    let open = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'tenant'";
    let open: usize = server.databases().unwrap().sql(open).parse().unwrap();
    assert!(open <= CONNECTIONS, "{open} connections");
    after::all_is_there(&client, &log, &known, &mut workers);
}

#[test]
fn a_role_with_few_connections_serves_many_and_loses_nothing() {
    let postgres = postgres(&[]);
    let databases = of_a_tenant(&postgres);
    databases.sql(&format!("ALTER ROLE tenant CONNECTION LIMIT {CONNECTIONS}"));
    many_are_served(databases);
}

#[test]
fn a_database_with_few_connections_serves_many_and_loses_nothing() {
    // Those that are reserved are for the story itself.
    let most = (CONNECTIONS + 3).to_string();
    let options =
        [("max_connections", &*most), ("superuser_reserved_connections", "3"), ("max_wal_senders", "0")];
    let postgres = postgres(&options);
    many_are_served(of_a_tenant(&postgres));
}

//! `kill -9` of PostgreSQL under load, alone and together with the server: the load goes on through the outage, what was
//! answered is there, and nobody has to tell a server that its database is back.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use local_postgres::LocalPostgres;
use stories::{Chance, PublishedLog, Server, eventually};

use super::{is_ready, on, postgres};
use crate::withstand::killed::{after, load::Worker};

const ROUNDS: u64 = 4;
const WORKERS: u64 = 6;

/// Lets the workers have some answers more than they have now.
fn some_answers(answers: &AtomicU64, chance: &mut Chance) {
    let enough = answers.load(Ordering::SeqCst) + 1 + chance.below(200);
    eventually("answers", || (answers.load(Ordering::SeqCst) >= enough).then_some(()));
}

/// The database is lost and comes back; the server says of itself how that is for it.
fn lose_the_database(postgres: &mut LocalPostgres, server: &Server) {
    postgres.kill().unwrap();
    server.call("GET", "/healthz").send().expect(200);
    assert_eq!(server.call("GET", "/readyz").send().status, 503);
    postgres.start_again().unwrap();
    is_ready(server);
}

/// Both are lost at the same moment, as on one machine.
fn lose_both(postgres: &mut LocalPostgres, server: &mut Server) {
    thread::scope(|scope| {
        scope.spawn(|| postgres.kill().unwrap());
        server.kill();
    });
    postgres.start_again().unwrap();
    server.serve();
}

#[test]
fn work_goes_on_through_a_killed_database_and_nothing_answered_is_lost() {
    let mut postgres = postgres(&[]);
    let mut server = Server::with(on(&postgres, "patience_seconds = 2"));
    let (client, log) = (server.client(), PublishedLog::of(&server));
    let (mut known, mut chance) = (log.checkpoint(), Chance::of(15));
    let mut workers: Vec<Worker> = (0..WORKERS).map(|number| Worker::new(client.clone(), number)).collect();
    for round in 0..ROUNDS {
        let (answers, end) = (AtomicU64::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            for worker in &mut workers {
                scope.spawn(|| worker.work_until(&end, &answers));
            }
            some_answers(&answers, &mut chance);
            if round % 2 == 0 {
                lose_the_database(&mut postgres, &server);
            } else {
                lose_both(&mut postgres, &mut server);
            }
            some_answers(&answers, &mut chance);
            end.store(true, Ordering::SeqCst);
        });
        known = after::all_is_there(&client, &log, &known, &mut workers);
    }
}

//! `kill -9` of PostgreSQL under load: what was answered is there, and the server goes on by itself.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use stories::{Chance, PublishedLog, Server, eventually};

use super::{on, postgres};
use crate::withstand::killed::{after, load::Worker};

const ROUNDS: u64 = 4;
const WORKERS: u64 = 6;

#[test]
fn what_was_answered_is_there_after_the_database_was_killed() {
    let mut postgres = postgres(&[]);
    let mut server = Server::with(on(&postgres, "patience_seconds = 2"));
    let client = server.client();
    let log = PublishedLog::of(&server);
    let mut known = log.checkpoint();
    let mut workers: Vec<Worker> = (0..WORKERS).map(|number| Worker::new(client.clone(), number)).collect();
    let mut chance = Chance::of(15);
    for round in 0..ROUNDS {
        let answers = AtomicU64::new(0);
        let enough = chance.below(300);
        thread::scope(|scope| {
            for worker in &mut workers {
                scope.spawn(|| worker.work_until_broken_off(&answers));
            }
            eventually("answers", || (answers.load(Ordering::SeqCst) >= enough).then_some(()));
            postgres.kill().unwrap();
        });
        // In the last round both are lost at the same moment.
        if round == ROUNDS - 1 {
            server.kill();
        }
        postgres.start_again().unwrap();
        if round == ROUNDS - 1 {
            server.serve();
        }
        eventually("a server that found its database again", || {
            (server.call("GET", "/readyz").send().status == 200).then_some(())
        });
        for worker in &mut workers {
            after::check(worker);
        }
        after::nobody_is_there_twice(&client, &workers);
        after::everything_answered_is_proved(&client, &log, &mut workers);
        let verified = log.verify(Some(&known));
        known = verified.unwrap_or_else(|fault| unreachable!("round {round}: {fault}")).checkpoint;
    }
}

//! `kill -9` at any moment, under load: what was answered is there, the log verifies, nothing is half done.

pub(super) mod after;
pub(super) mod load;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use stories::{Chance, PublishedLog, Server, eventually};

use load::Worker;

const ROUNDS: u64 = 6;
const WORKERS: u64 = 6;

#[test]
fn what_was_answered_is_there_and_nothing_is_half_done() {
    let mut server = Server::start();
    let client = server.client();
    let log = PublishedLog::of(&server);
    let mut known = log.checkpoint();
    let mut workers: Vec<Worker> = (0..WORKERS).map(|number| Worker::new(client.clone(), number)).collect();
    let mut chance = Chance::of(20_181_125);
    for _ in 0..ROUNDS {
        let answers = AtomicU64::new(0);
        // The first moments after a start are as likely as any.
        let enough = chance.below(400);
        thread::scope(|scope| {
            for worker in &mut workers {
                scope.spawn(|| worker.work_until_broken_off(&answers));
            }
            eventually("answers", || (answers.load(Ordering::SeqCst) >= enough).then_some(()));
            server.kill();
        });
        server.serve();
        known = after::all_is_there(&client, &log, &known, &mut workers);
    }
}

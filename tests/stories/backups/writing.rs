//! A backup while others write: all that was acknowledged before it began is in it.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::json;
use stories::Server;

use super::{Copies, empty_place, reads, restored};

#[test]
fn what_was_acknowledged_before_the_backup_began_is_in_it() {
    let server = Server::start();
    let (client, copies) = (server.client(), Copies::new());
    let end = AtomicBool::new(false);
    let (before, during) = thread::scope(|scope| {
        let write = || {
            let mut records = Vec::new();
            while !end.load(Ordering::SeqCst) {
                let name = format!("person {}", records.len());
                records.push((client.profile(&json!({ "full_name": name })).record, name));
            }
            records
        };
        let writers: Vec<_> = (0..3).map(|_| scope.spawn(write)).collect();
        let before: Vec<_> = (0..10).map(|_| client.profile(&json!({ "full_name": "before" }))).collect();
        copies.make(&server);
        end.store(true, Ordering::SeqCst);
        let during: usize = writers.into_iter().map(|writer| writer.join().unwrap().len()).sum();
        (before, during)
    });
    assert!(during > 0, "nobody wrote meanwhile");
    copies.copy_journal(&server);
    let mut place = empty_place(&server);
    let done = restored(&copies.restore(&place, &[]));
    assert_eq!(done["keys_missing"], 0, "{done}");
    place.serve();
    assert!(before.iter().all(|person| reads(&client.at(&place), &person.record)));
}

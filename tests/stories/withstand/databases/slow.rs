//! A database that does not answer: requests end in time, nothing piles up, and afterwards all is as before.

use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use stories::{Actor, Profile, Server};

use super::{is_ready, on, postgres};

/// Requests at once while the database stands still.
const AT_ONCE: usize = 100;
/// How often that many are sent after the first time, which fills what is kept for later.
const TIMES: usize = 6;
/// One question waits for a connection and then for its answer, each for a second of patience; the rest is for a busy
/// machine. Without a limit of the server's own, a request would wait for as long as the database stands still.
const MOST: Duration = Duration::from_secs(5);
/// Less than anything that kept each of those requests, its connection or its answer would take.
const KIBIBYTES: u64 = 8 * 1024;

fn resident_kibibytes(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.process_id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// One of the kinds of requests, which is told to come back; how long that took.
fn ask(client: &Actor, ada: &Profile, kind: usize) -> Duration {
    let begun = Instant::now();
    let reply = match kind % 4 {
        0 => client.read(&ada.record),
        1 => client.post("/v1/subjects", &json!({ "role": "end_user" })).send(),
        2 => client.profile_call(&ada.subject, &json!({ "full_name": "Ada" })).send(),
        _ => client.erase(&ada.subject),
    };
    reply.tells_to_come_back();
    begun.elapsed()
}

/// Many requests at the same time; the longest that one of them took. Meanwhile the server says that it is alive.
fn ask_at_once(server: &Server, client: &Actor, ada: &Profile) -> Duration {
    let waiting = AtomicUsize::new(AT_ONCE);
    thread::scope(|scope| {
        let asking = |kind| {
            let waiting = &waiting;
            scope.spawn(move || {
                let took = ask(client, ada, kind);
                waiting.fetch_sub(1, Ordering::SeqCst);
                took
            })
        };
        let all: Vec<_> = (0..AT_ONCE).map(asking).collect();
        // Not within a time, but before those that wait are through.
        server.call("GET", "/healthz").send().expect(200);
        assert!(waiting.load(Ordering::SeqCst) > 0, "the server was silent while requests waited");
        all.into_iter().map(|one| one.join().unwrap()).max().unwrap()
    })
}

#[test]
fn a_database_that_stands_still_ends_requests_in_time_and_piles_nothing_up() {
    let postgres = postgres(&[]);
    let server = Server::with(on(&postgres, "patience_seconds = 1\nconnections = 4"));
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    postgres.pause().unwrap();
    ask_at_once(&server, &client, &ada);
    let before = resident_kibibytes(&server);
    for _ in 0..TIMES {
        let most = ask_at_once(&server, &client, &ada);
        assert!(most < MOST, "one request took {most:?}");
    }
    let grown = resident_kibibytes(&server).saturating_sub(before);
    assert!(grown < KIBIBYTES, "grew by {grown} KiB");
    postgres.resume().unwrap();
    is_ready(&server);
    client.profile(&json!({ "full_name": "Grace" }));
    // Asked for while nothing answered, an erasure may have begun or not; asked for again it is done.
    client.erase(&ada.subject).expect(200);
}

//! A database that does not answer: requests end in time, nothing piles up, and afterwards all is as before.

use std::{fs, thread, time::Duration};

use serde_json::json;
use stories::{Server, eventually, promptly};

use super::{on, postgres};

/// Requests while the database stands still.
const ASKED: usize = 300;

fn resident_kibibytes(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.process_id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_database_that_stands_still_ends_requests_and_piles_nothing_up() {
    let postgres = postgres(&[]);
    let server = Server::with(on(&postgres, "patience_seconds = 1\nconnections = 4"));
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let before = resident_kibibytes(&server);
    postgres.pause().unwrap();
    promptly(Duration::from_secs(20), || {
        thread::scope(|scope| {
            for number in 0..ASKED {
                let (client, ada) = (&client, &ada);
                scope.spawn(move || {
                    let reply = match number % 3 {
                        0 => client.read(&ada.record),
                        1 => client.post("/v1/subjects", &json!({ "role": "end_user" })).send(),
                        _ => client.erase(&ada.subject),
                    };
                    reply.problem(503, "unavailable");
                    assert!(reply.header("retry-after").is_some(), "{}", reply.everything());
                });
            }
            promptly(Duration::from_secs(1), || server.call("GET", "/healthz").send().expect(200));
        });
    });
    let grown = resident_kibibytes(&server).saturating_sub(before);
    assert!(grown < 64 * 1024, "grew by {grown} KiB");
    postgres.resume().unwrap();
    eventually("a server that found its database again", || {
        (server.call("GET", "/readyz").send().status == 200).then_some(())
    });
    client.profile(&json!({ "full_name": "Grace" }));
    // Asked for while nothing answered, an erasure may have begun or not; asked for again it is done.
    client.erase(&ada.subject).expect(200);
}

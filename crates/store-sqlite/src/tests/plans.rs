//! Queries that run all the time find what they look for by an index.

use rusqlite::Connection;

use crate::{SqliteStore, events, webhooks};

#[test]
fn events_are_read_in_the_order_of_their_index() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data.db");
    drop(SqliteStore::open(&file).unwrap());
    let database = Connection::open(&file).unwrap();
    for sql in [events::IN_ORDER, webhooks::DUE] {
        let mut explained = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = explained.raw_query().mapped(|row| row.get::<_, String>(3)).map(Result::unwrap);
        let plan: Vec<String> = steps.collect();
        assert!(plan.iter().any(|step| step.contains("event_in_order")), "{plan:?}");
        assert!(!plan.iter().any(|step| step.contains("SCAN e")), "{plan:?}");
    }
}

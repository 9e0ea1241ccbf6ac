//! What can be proved: security, access, what erasures leave.

use std::{fs, sync::Arc};

use gate::{NewIncident, Report};
use jiff::Span;
use policy::Promise;
use serde_json::json;

use super::world::World;
use crate::Service;

#[tokio::test]
async fn security() {
    let world = World::new().await;
    world.assert_kept(Promise::Security).await;
    world.store_openly("support_message", "body", b"a sentence that anyone with the disk could read");
    world.assert_broken(Promise::Security, "not sealed").await;
}

#[tokio::test]
async fn security_of_a_log_that_was_rewritten() {
    let world = World::new().await;
    let forged = [0_u8; 41];
    world.sabotage_with(
        "UPDATE audit_bundle SET leaves = CAST(substr(leaves, 1, 4) || ?1 || substr(leaves, 46) AS BLOB)
         WHERE first_index = 0",
        [forged],
    );
    world.assert_broken(Promise::Security, "cannot be proved").await;
}

#[tokio::test]
async fn security_of_a_log_that_stands_still() {
    let world = World::new().await;
    world.subject(&world.operator(), "visitor").await;
    world.move_clock(Span::new().minutes(10));
    world.assert_broken(Promise::Security, "merge delay").await;
}

#[tokio::test]
async fn security_of_an_incident_that_nobody_was_told_of() {
    let world = World::new().await;
    let report = Report { what_happened: "A key was seen on a screen".to_owned(), reported_by: None };
    let new = NewIncident { report, aware_at: None };
    world.service.gate().open_incident(&world.operator(), &new, None).await.unwrap();
    let evidence = world.assert_kept(Promise::Security).await;
    assert!(evidence.contains("1 incident not closed"), "{evidence}");
    world.sabotage("UPDATE incident SET aware_at = aware_at - 80 * 3600 * 1000000");
    world.assert_broken(Promise::Security, "was not told of inc_").await;
    world.sabotage(
        "UPDATE incident SET aware_at = opened_at, report = CAST('A key was seen on a screen' AS BLOB)",
    );
    world.assert_broken(Promise::Security, "is not sealed").await;
}

#[tokio::test]
async fn security_of_a_log_that_does_not_say_whom_someone_has_touched() {
    let world = World::new().await;
    world.trigger(
        "AFTER INSERT ON subject_entry BEGIN
             DELETE FROM subject_entry WHERE bundle = new.bundle AND position = new.position;
         END",
    );
    world.assert_broken(Promise::Security, "did not name a person").await;
}

#[tokio::test]
async fn access() {
    let world = World::new().await;
    let operator = world.operator();
    let doomed = world.subject(&operator, "visitor").await;
    world.record(&operator, doomed, "support_message", "support", json!({ "body": "Forget me" })).await;
    world.assert_kept(Promise::Access).await;
    // The next assessment needs keys for its made-up people, so none may be made after the copy.
    let before = world.key_files();
    world.service.gate().erase(&operator, doomed).await.unwrap();
    world.run_jobs().await;
    // Somebody brings back the slots from a copy, and leaves the journal as it is.
    for (path, bytes) in before.iter().filter(|(_, bytes)| bytes.starts_with(b"BAILEE-KEY-SLOTS")) {
        fs::write(path, brought_back(bytes, &fs::read(path).unwrap())).unwrap();
    }
    world.assert_broken(Promise::Access, "is alive").await;
}

/// How long a slot is, in bytes (docs/formats.md).
const SLOT: usize = 128;

/// What stood in a file before, and what has come into empty slots since.
fn brought_back(before: &[u8], now: &[u8]) -> Vec<u8> {
    let mut all = now.to_vec();
    let places = before.chunks(SLOT).zip(all.chunks_mut(SLOT));
    for (old, new) in places.filter(|(old, _)| old.iter().any(|byte| *byte != 0)) {
        new.copy_from_slice(old);
    }
    all
}

#[tokio::test]
async fn erasure_exceptions() {
    let world = World::new().await;
    world.assert_kept(Promise::ErasureExceptions).await;
    for table in ["record", "record_metadata"] {
        world.sabotage(&format!(
            "UPDATE {table} SET subject_id = (SELECT subject_id FROM erasure WHERE kept <> '[]' LIMIT 1)
             WHERE record_type = 'client_profile'"
        ));
    }
    world.assert_broken(Promise::ErasureExceptions, "more is left").await;
}

/// A server that does not assess shows what another one beside it has found.
#[tokio::test]
async fn an_assessment_of_another_server_is_recalled() {
    let world = World::new().await;
    let other = Service::new(Arc::clone(world.service.gate()));
    other.recall_assessment().await.unwrap();
    assert_eq!(other.latest_assessment(), None);
    let found = world.service.assess().await.unwrap();
    other.recall_assessment().await.unwrap();
    assert_eq!(other.latest_assessment(), Some(found));
    world.move_clock(Span::new().hours(1));
    let newer = other.assess().await.unwrap();
    world.service.recall_assessment().await.unwrap();
    assert_eq!(world.service.latest_assessment(), Some(newer));
}

#[tokio::test]
async fn access_with_a_certificate_that_was_rewritten() {
    let world = World::new().await;
    world.sabotage("UPDATE erasure SET certificate = replace(certificate, '2026-03-01', '2026-02-01')");
    world.assert_broken(Promise::Access, "cannot be proved").await;
}

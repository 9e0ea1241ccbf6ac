//! Repeated requests make nothing twice.

use serde_json::json;
use store::records::Replay;

use super::world::{Process, World, new_record, new_subject};
use crate::GateError;

/// What is remembered of a request of the operator's.
pub(super) fn replay(process: &Process, key: &[u8], body: &[u8]) -> Replay {
    Replay {
        key: process.repetition_hash(&process.operator, &[b"key", key]).unwrap(),
        body: process.repetition_hash(&process.operator, &[b"body", body]).unwrap(),
        result: [0; 16],
        at: process.ambient().clock.now(),
        entry: None,
    }
}

#[tokio::test]
async fn a_repeated_request_answers_as_the_first() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let replay = replay(&process, b"key", b"body");
    let new = new_record("message", json!({ "body": "hello" }));
    let store = || process.create_record(&process.operator, person.id, "support", &new, Some(&replay));
    let first = store().await.unwrap();
    let before = process.entries().await;
    let second = store().await.unwrap();
    assert!(!first.replayed && second.replayed);
    assert_eq!((second.record, second.entry), (first.record, first.entry));
    assert_eq!(process.entries().await, before);
}

#[tokio::test]
async fn requests_repeated_at_once_make_one() {
    let world = World::new().await;
    let process = world.open().await;
    let replay = replay(&process, b"key", b"body");
    let new = new_subject("client");
    let create = || process.create_subject(&process.operator, &new, Some(&replay));
    let (one, two, three) = tokio::join!(create(), create(), create());
    let (one, two, three) = (one.unwrap(), two.unwrap(), three.unwrap());
    assert!(one.0.id == two.0.id && two.0.id == three.0.id && one.1 == two.1 && two.1 == three.1);
    assert_eq!([one.2, two.2, three.2].iter().filter(|replayed| !**replayed).count(), 1);
    assert_eq!(process.list_subjects(&process.operator, None, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_used_for_something_else_is_refused() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let new = new_record("message", json!({ "body": "hello" }));
    let first = replay(&process, b"key", b"body");
    process.create_record(&process.operator, person.id, "support", &new, Some(&first)).await.unwrap();
    let other = replay(&process, b"key", b"another body");
    let reused = process.create_record(&process.operator, person.id, "support", &new, Some(&other)).await;
    assert!(matches!(reused, Err(GateError::KeyReused)), "{reused:?}");
    let reused = process.create_subject(&process.operator, &new_subject("client"), Some(&other)).await;
    assert!(matches!(reused, Err(GateError::KeyReused)));
}

#[tokio::test]
async fn a_request_is_recognised_across_a_rotation() {
    let world = World::new().await;
    let process = world.open().await;
    let new = new_subject("client");
    let (first, ..) = process
        .create_subject(&process.operator, &new, Some(&replay(&process, b"key", b"body")))
        .await
        .unwrap();
    process.rotate_account(&process.operator, process.account_id()).await.unwrap();
    let (second, _, replayed) = process
        .create_subject(&process.operator, &new, Some(&replay(&process, b"key", b"body")))
        .await
        .unwrap();
    assert!(replayed && first.id == second.id);
}

//! No account learns of what is another's.

use domain::{Action, EntryId, ErasureId};
use serde_json::json;

use super::world::{World, new_record, object};
use crate::{Caller, GateError, Patch};

#[tokio::test]
async fn anothers_ids_are_not_found() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    let client = process.client().await;
    let not_found = |outcome: Result<(), GateError>, what: &str| {
        assert!(matches!(outcome, Err(GateError::NotFound(_))), "{what}: {outcome:?}");
    };
    let before = process.entries().await;
    not_found(process.subject(&client, person.id).await.map(drop), "subject");
    not_found(process.read_record(&client, record, "support", None).await.map(drop), "read");
    let patch = Patch { version: None, fields: object(json!({ "full_name": "Eve" })) };
    not_found(process.update_record(&client, record, "support", &patch).await.map(drop), "update");
    not_found(process.delete_record(&client, record, None).await.map(drop), "delete");
    let listed = process.list_records(&client, person.id, "support", None, 9).await;
    not_found(listed.map(drop), "list");
    let new = new_record("profile", json!({ "full_name": "Eve" }));
    let created = process.create_record(&client, person.id, "support", &new, None).await;
    not_found(created.map(drop), "create");
    not_found(process.rule(&client, person.id, "email", "support", None).await.map(drop), "rule");
    not_found(process.entries_of(&client, person.id, None, 9).await.map(drop), "entries");
    not_found(process.erase(&client, person.id).await.map(drop), "erase");
    assert_eq!(process.entries().await, before, "what is another's is not written to");
    assert!(process.list_subjects(&client, None, 9).await.unwrap().is_empty());
    process.read(record).await.unwrap();
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    not_found(process.erasure(&client, erasure.id).await.map(drop), "erasure");
    not_found(process.erase(&client, person.id).await.map(drop), "erased");
}

#[tokio::test]
async fn what_is_not_there_is_answered_the_same() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let absent = domain::SubjectId::from_bytes([7; 16]);
    let person = process.person().await;
    let of_another = process.subject(&client, person.id).await.unwrap_err();
    assert_eq!(of_another.to_string(), process.subject(&client, absent).await.unwrap_err().to_string());
    let none = process.erasure(&client, ErasureId::from_bytes([7; 16])).await;
    assert!(matches!(none, Err(GateError::NotFound(_))));
    let entry = EntryId { bundle: 999, position: 0 };
    assert!(matches!(process.open_entry(&client, entry, None).await, Err(GateError::NotFound(_))));
}

#[tokio::test]
async fn the_same_value_in_two_accounts_is_found_in_its_own() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let own = process.person().await;
    process.profile(own.id, "ada@example.org").await;
    let theirs = process.person_for(&client, "end_user").await;
    let new = new_record("profile", json!({ "full_name": "Ada", "email": "ada@example.org" }));
    process.create_record(&client, theirs.id, "support", &new, None).await.unwrap();
    assert_eq!(process.found("ada@example.org").await, [own.id]);
    let found = process.lookup(&client, "email", "ada@example.org", "support").await.unwrap();
    assert_eq!(found, [theirs.id]);
}

#[tokio::test]
async fn an_entry_opens_for_its_account_only() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let person = process.person().await;
    let stored = process.store(person.id, "message", json!({ "body": "hello" })).await;
    let open =
        async |caller: &Caller, subject| process.open_entry(caller, stored.entry, subject).await.unwrap();
    assert_eq!(open(&client, None).await, None);
    assert_eq!(open(&client, Some(person.id)).await, None);
    assert_eq!(open(&process.operator, None).await, None);
    let detail = open(&process.operator, Some(person.id)).await.unwrap();
    assert_eq!(detail.action, Action::RecordCreated);
}

#[tokio::test]
async fn only_the_operator_opens_accounts() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let opened = process.open_account(&client, "Another", None).await;
    assert!(matches!(opened, Err(GateError::NotFound(_))), "{opened:?}");
    let accepted = process.accept_policy(&client, process.account_id(), None).await;
    assert!(matches!(accepted, Err(GateError::NotFound(_))), "{accepted:?}");
}

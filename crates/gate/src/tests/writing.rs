//! Storing, changing and deleting records.

use domain::{Action, Told, value::Fault};
use serde_json::json;
use store::key_store::Slot;

use super::world::{World, new_record, new_subject};
use crate::{GateError, NewSubject};

#[tokio::test]
async fn a_role_that_is_not_this_accounts_is_refused() {
    let world = World::new().await;
    let process = world.open().await;
    for role in ["end_user", "nobody"] {
        let refused = process.create_subject(&process.operator, &new_subject(role), None).await;
        assert!(matches!(refused, Err(GateError::Refused { entry: Some(_), .. })), "{role}: {refused:?}");
    }
}

#[tokio::test]
async fn a_known_child_is_refused_with_an_entry_that_names_no_one() {
    let world = World::new().await;
    let process = world.open().await;
    let child = NewSubject { age: Told::Child, ..new_subject("client") };
    let refused = process.create_subject(&process.operator, &child, None).await;
    let Err(GateError::Refused { entry: Some(entry), .. }) = refused else { panic!("{refused:?}") };
    let detail = process.open_entry(&process.operator, entry, None).await.unwrap().unwrap();
    assert_eq!((detail.action, detail.subject), (Action::SubjectCreated, None));
    assert!(process.list_subjects(&process.operator, None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_may_not_be_stored_is_refused_field_by_field() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let before = process.entries().await;
    for (fields, field, fault) in [
        (json!({ "full_name": "A", "shoe_size": 1 }), "shoe_size", Fault::Undeclared),
        (json!({ "email": "ada@example.org" }), "full_name", Fault::Missing),
        (json!({ "full_name": "A", "email": "no address" }), "email", Fault::NotOfCategory),
        (json!({ "full_name": "4111 1111 1111 1111" }), "full_name", Fault::CardNumber),
    ] {
        let new = new_record("profile", fields);
        let refused = process.create_record(&process.operator, person.id, "support", &new, None).await;
        let Err(GateError::Invalid(faults)) = refused else { panic!("{refused:?}") };
        assert_eq!((faults[0].field.as_str(), faults[0].fault), (field, fault));
    }
    assert_eq!(process.entries().await, before);
}

#[tokio::test]
async fn a_purpose_a_record_is_not_held_for_is_refused_for_all_it_is_collected_for() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let mut new = new_record("profile", json!({ "full_name": "Ada" }));
    new.collected_for = vec!["security".to_owned()];
    for purpose in ["support", "security"] {
        let refused = process.create_record(&process.operator, person.id, purpose, &new, None).await;
        assert!(matches!(refused, Err(GateError::Refused { .. })), "{purpose}: {refused:?}");
    }
    assert!(process.stores.data.records(person.id, None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_null_removes() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    let changed = process.patch(record, Some(1), json!({ "full_name": "Ada King" })).await.unwrap();
    assert_eq!(changed.record.version, 2);
    let expected = json!({ "full_name": "Ada King", "email": "ada@example.org" });
    assert_eq!(process.read(record).await.unwrap(), expected);
    process.patch(record, None, json!({ "email": null })).await.unwrap();
    assert_eq!(process.read(record).await.unwrap(), json!({ "full_name": "Ada King" }));
    let missing = process.patch(record, None, json!({ "full_name": null })).await;
    assert!(matches!(missing, Err(GateError::Invalid(_))), "{missing:?}");
}

#[tokio::test]
async fn a_patch_of_another_version_is_stale() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    process.patch(record, Some(1), json!({ "full_name": "One" })).await.unwrap();
    let stale = process.patch(record, Some(1), json!({ "full_name": "Two" })).await;
    assert!(matches!(stale, Err(GateError::Stale { current: 2 })), "{stale:?}");
    let stale = process.delete_record(&process.operator, record, Some(1)).await;
    assert!(matches!(stale, Err(GateError::Stale { current: 2 })), "{stale:?}");
    assert_eq!(process.read(record).await.unwrap()["full_name"], "One");
}

#[tokio::test]
async fn of_patches_at_once_on_one_version_one_is_made() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    let patch = |name: &'static str| process.patch(record, Some(1), json!({ "full_name": name }));
    let outcomes = tokio::join!(patch("One"), patch("Two"), patch("Three"));
    let made = [outcomes.0.is_ok(), outcomes.1.is_ok(), outcomes.2.is_ok()];
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
    let held = process.stores.data.record(record).await.unwrap().unwrap();
    assert_eq!(held.record.version, 2);
}

#[tokio::test]
async fn patches_at_once_without_a_version_are_all_made() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    let patch =
        |field: &'static str, value: &'static str| process.patch(record, None, json!({ field: value }));
    let (one, two) = tokio::join!(patch("full_name", "Ada King"), patch("email", "king@example.org"));
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    let expected = json!({ "full_name": "Ada King", "email": "king@example.org" });
    assert_eq!(process.read(record).await.unwrap(), expected);
}

#[tokio::test]
async fn a_deleted_record_is_gone_and_the_last_of_a_class_takes_its_key() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let records = [process.message(person.id, "one").await, process.message(person.id, "two").await];
    process.profile(person.id, "ada@example.org").await;
    let (_, keys) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    let slot = keys.iter().find(|key| key.class == "archive").unwrap().slot;
    process.delete_record(&process.operator, records[0], None).await.unwrap();
    assert_eq!(process.read(records[1]).await.unwrap(), json!({ "body": "two" }));
    process.delete_record(&process.operator, records[1], Some(1)).await.unwrap();
    assert_eq!(process.stores.keys.read(slot).await.unwrap(), Slot::Destroyed);
    let (_, keys) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    assert!(keys.iter().all(|key| key.class != "archive") && keys.len() == 2);
    assert!(process.stores.data.condemned_slots(9).await.unwrap().is_empty());
    let gone = process.read(records[1]).await;
    assert!(matches!(gone, Err(GateError::NotFound(_))), "{gone:?}");
    let again = process.message(person.id, "three").await;
    assert_eq!(process.read(again).await.unwrap(), json!({ "body": "three" }));
}

#[tokio::test]
async fn records_stored_and_deleted_at_once_all_open_or_are_gone() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let mut kept = Vec::new();
    for round in 0..6 {
        let doomed = process.message(person.id, "doomed").await;
        let (deleted, stored) = tokio::join!(
            process.delete_record(&process.operator, doomed, None),
            process.message(person.id, "kept")
        );
        deleted.unwrap_or_else(|error| panic!("round {round}: {error}"));
        kept.push(stored);
        if round % 2 == 0 {
            let last = kept.pop().unwrap();
            process.delete_record(&process.operator, last, None).await.unwrap();
        }
        for record in &kept {
            assert_eq!(process.read(*record).await.unwrap(), json!({ "body": "kept" }), "round {round}");
        }
    }
}

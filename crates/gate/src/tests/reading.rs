//! Reading records: what is allowed opens, what is not is withheld, and both are recorded.

use domain::{Action, EntryId, Outcome, SubjectId};
use serde_json::json;

use super::world::{Process, World, revealed};
use crate::GateError;

/// The detail of an entry about a subject of the operator's.
async fn detail(process: &Process, entry: EntryId, subject: SubjectId) -> domain::Detail {
    process.open_entry(&process.operator, entry, Some(subject)).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_was_stored_is_read_and_the_reading_recorded() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let fields = json!({ "full_name": "Ada Lovelace", "email": "ada@example.org" });
    let stored = process.store(person.id, "profile", fields.clone()).await;
    let opened = process.read_record(&process.operator, stored.record.id, "support", None).await.unwrap();
    assert_eq!(revealed(&opened.fields), fields);
    assert!(opened.withheld.is_empty() && opened.record.fields.is_empty());
    let read = detail(&process, opened.entry, person.id).await;
    assert_eq!((read.action, read.outcome), (Action::RecordRead, Outcome::Allowed));
    assert_eq!((read.subject, read.record), (Some(person.id), Some(stored.record.id)));
    assert_eq!(read.categories, ["email", "full_name"]);
    assert_eq!((read.purpose.as_deref(), read.clause), (Some("support"), Some(1)));
    let created = detail(&process, stored.entry, person.id).await;
    assert_eq!(created.action, Action::RecordCreated);
}

#[tokio::test]
async fn nothing_in_the_clear_is_stored() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    process.profile(person.id, "ada@example.org").await;
    process.found("ada@example.org").await;
    drop(process);
    for file in ["data.db", "data.db-wal", "keys/slots", "keys/journal"] {
        let bytes = std::fs::read(world.folder.path().join(file)).unwrap_or_default();
        for clear in ["ada@example", "Ada Lovelace", "Lovelace"] {
            let found = bytes.windows(clear.len()).any(|window| window == clear.as_bytes());
            assert!(!found, "{clear} is in {file}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_recorded_with_its_reason_and_opens_nothing() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    let before = process.entries().await;
    let refused = process.read_record(&process.operator, record, "security", None).await;
    let Err(GateError::Refused { refusals, entry: Some(entry) }) = refused else { panic!("{refused:?}") };
    assert_eq!(process.entries().await, before + 1);
    let detail = detail(&process, entry, person.id).await;
    assert_eq!((detail.action, detail.outcome), (Action::RecordRead, Outcome::Refused));
    assert_eq!(detail.clause, Some(refusals[0].clause.section));
    assert_eq!(detail.reason.as_deref(), Some("not_collected_for_purpose"));
    assert!(detail.categories.is_empty());
}

#[tokio::test]
async fn a_recipient_gets_only_what_it_may_receive() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    let opened = process.read_record(&process.operator, record, "support", Some("helpdesk")).await.unwrap();
    assert_eq!(revealed(&opened.fields), json!({ "full_name": "Ada Lovelace" }));
    let withheld: Vec<_> = opened.withheld.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(withheld, ["email"]);
    let detail = detail(&process, opened.entry, person.id).await;
    assert_eq!(detail.categories, ["full_name"]);
    assert_eq!(detail.recipient.as_deref(), Some("helpdesk"));
}

#[tokio::test]
async fn a_list_opens_what_it_may_and_names_the_rest() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let profile = process.profile(person.id, "ada@example.org").await;
    let log = process.access_log(person.id).await;
    let before = process.entries().await;
    let listed = process.list_records(&process.operator, person.id, "support", None, 10).await.unwrap();
    assert_eq!(process.entries().await, before + 1, "one entry covers the page");
    let ids: Vec<_> = listed.iter().map(|opened| opened.record.id).collect();
    assert_eq!(ids, if profile < log { [profile, log] } else { [log, profile] });
    for opened in &listed {
        let empty = opened.fields.reveal().is_empty();
        assert_eq!(empty, opened.record.id == log);
        assert_eq!(opened.withheld.is_empty(), opened.record.id == profile);
        assert_eq!(opened.entry, listed[0].entry);
    }
    let detail = detail(&process, listed[0].entry, person.id).await;
    assert_eq!(detail.categories, ["email", "full_name"]);
}

#[tokio::test]
async fn a_question_is_answered_and_recorded() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    for (purpose, allowed) in [("support", true), ("security", false), ("no such purpose", false)] {
        let ruling = process.rule(&process.operator, person.id, "email", purpose, None).await.unwrap();
        assert_eq!(ruling.refusals().is_empty(), allowed, "{purpose}");
        let detail = detail(&process, ruling.entry, person.id).await;
        assert_eq!(detail.action, Action::DecisionAsked);
        assert_eq!(detail.outcome == Outcome::Allowed, allowed, "{purpose}");
    }
}

#[tokio::test]
async fn the_entries_about_a_person_are_theirs_newest_first() {
    let world = World::new().await;
    let process = world.open().await;
    let (person, other) = (process.person().await, process.person().await);
    let record = process.profile(person.id, "ada@example.org").await;
    process.profile(other.id, "eve@example.org").await;
    process.read(record).await.unwrap();
    let opened = process.entries_of(&process.operator, person.id, None, 10).await.unwrap();
    let actions: Vec<_> = opened.iter().map(|entry| entry.detail.action).collect();
    assert_eq!(actions, [Action::RecordRead, Action::RecordCreated, Action::SubjectCreated]);
    let before = Some(opened[0].entry);
    let older = process.entries_of(&process.operator, person.id, before, 1).await.unwrap();
    assert_eq!(older.iter().map(|entry| entry.entry).collect::<Vec<_>>(), [opened[1].entry]);
}

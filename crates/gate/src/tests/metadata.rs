//! Metadata: what is objected to is refused, queries and changes over many records leave one entry, and nothing of it
//! is another account's.

use std::sync::Arc;

use audit_log::{Tree, leaf_hash};
use domain::{
    Action, Metadata, Outcome, RecordId, Source, SubjectId,
    metadata::{Selection, Setting},
};
use jiff::SignedDuration;
use policy::decide::Reason;
use serde_json::json;

use super::{
    repetition::replay,
    world::{Process, World, new_record},
};
use crate::{GateError, MetadataSet, Terms};

fn support() -> Selection {
    Selection::CollectedFor("support".to_owned())
}

fn objecting(names: &[&str]) -> Setting {
    Setting::Objections(names.iter().map(|name| (*name).to_owned()).collect())
}

async fn set(process: &Process, selection: &Selection, setting: &Setting) -> Result<MetadataSet, GateError> {
    process.change_metadata(&process.operator, selection, "support", setting, None).await
}

async fn found(process: &Process, selection: &Selection) -> Vec<RecordId> {
    let page = process.query_metadata(&process.operator, selection, "support", None, 99).await.unwrap();
    page.rows.iter().map(|row| row.record).collect()
}

async fn stored(process: &Process, record: RecordId) -> Metadata {
    process.stores.data.record(record).await.unwrap().unwrap().record.metadata
}

fn reason<T: std::fmt::Debug>(outcome: Result<T, GateError>) -> Reason {
    match outcome {
        Err(GateError::Refused { refusals, entry: Some(_) }) => refusals[0].reason,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn one_entry_covers_a_query_and_names_no_one() {
    let world = World::new().await;
    let process = world.open().await;
    let people = [process.person().await.id, process.person().await.id];
    let mut records = Vec::new();
    for person in people {
        records.push(process.message(person, "hello").await);
        records.push(process.message(person, "again").await);
    }
    process.access_log(people[0]).await;
    let before = process.entries().await;
    let page = process.query_metadata(&process.operator, &support(), "support", None, 99).await.unwrap();
    assert_eq!(process.entries().await, before + 1);
    records.sort_unstable();
    assert_eq!(page.rows.iter().map(|row| row.record).collect::<Vec<_>>(), records);
    assert!(page.rows.iter().all(|row| row.record_type == "message" && row.metadata.expires_at.is_some()));
    let detail = process.open_entry(&process.operator, page.entry, None).await.unwrap().unwrap();
    assert_eq!((detail.action, detail.outcome), (Action::MetadataRead, Outcome::Allowed));
    assert_eq!((detail.subject, detail.record, detail.clause), (None, None, Some(1)));
    assert_eq!(detail.note.as_deref(), Some("4 records collected for support"));
    let concerned = detail.concerned.unwrap();
    assert_eq!((concerned.people, concerned.root), (2, root(&concerned.salt, &people)));
    let next = process.query_metadata(&process.operator, &support(), "support", Some(records[1]), 1).await;
    assert_eq!(next.unwrap().rows[0].record, records[2]);
}

/// The root as docs/formats.md has it.
fn root(salt: &str, people: &[SubjectId]) -> String {
    let salt = data_encoding::HEXLOWER.decode(salt.as_bytes()).unwrap();
    let leaf = |person: &SubjectId| leaf_hash(&[salt.as_slice(), person.as_bytes()].concat());
    let mut leaves: Vec<_> = people.iter().map(leaf).collect();
    leaves.sort_unstable();
    let mut tree = Tree::empty();
    for leaf in leaves {
        tree.append(leaf);
    }
    tree.root().to_base64()
}

#[tokio::test]
async fn a_query_about_one_person_is_theirs() {
    let world = World::new().await;
    let process = world.open().await;
    let (ada, eve) = (process.person().await, process.person().await);
    let record = process.message(ada.id, "hello").await;
    process.message(eve.id, "hello").await;
    let of_ada = Selection::Subject(ada.id);
    let page = process.query_metadata(&process.operator, &of_ada, "support", None, 99).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| row.record).collect::<Vec<_>>(), [record]);
    let changed = set(&process, &of_ada, &objecting(&["security"])).await.unwrap();
    assert_eq!(changed.changed, 1);
    let entries = process.entries_of(&process.operator, ada.id, None, 2).await.unwrap();
    assert_eq!(entries.iter().map(|one| one.entry).collect::<Vec<_>>(), [changed.entry, page.entry]);
    let [change, read] = [&entries[0].detail, &entries[1].detail];
    assert_eq!((change.action, read.action), (Action::MetadataChanged, Action::MetadataRead));
    let note = "1 records of the subject; set objections = [security]";
    assert_eq!((change.note.as_deref(), &change.concerned), (Some(note), &None));
    assert_eq!(process.open_entry(&process.operator, page.entry, None).await.unwrap(), None);
    process.erase(&process.operator, ada.id).await.unwrap();
    assert!(matches!(set(&process, &of_ada, &objecting(&[])).await, Err(GateError::Gone(_))));
    assert_eq!(set(&process, &support(), &objecting(&[])).await.unwrap().changed, 1, "only what is left");
}

#[tokio::test]
async fn a_purpose_that_nothing_may_be_processed_for_is_refused_and_recorded() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    process.message(person.id, "hello").await;
    for selection in [support(), Selection::Subject(person.id)] {
        let before = process.entries().await;
        let query = process.query_metadata(&process.operator, &selection, "marketing", None, 9).await;
        assert_eq!(reason(query), Reason::UnknownPurpose);
        let setting = objecting(&["support"]);
        let change =
            process.change_metadata(&process.operator, &selection, "marketing", &setting, None).await;
        assert_eq!(reason(change), Reason::UnknownPurpose);
        assert_eq!(process.entries().await, before + 2);
    }
    let unknown = Selection::CollectedFor("marketing".to_owned());
    let query = process.query_metadata(&process.operator, &unknown, "support", None, 9).await;
    assert!(matches!(query, Err(GateError::Malformed(_))), "{query:?}");
}

#[tokio::test]
async fn what_a_person_objects_to_is_refused_until_they_no_longer_do() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    let of_person = Selection::Subject(person.id);
    let read_for = |recipient: Option<&'static str>| {
        process.read_record(&process.operator, record, "support", recipient)
    };
    set(&process, &of_person, &objecting(&["helpdesk"])).await.unwrap();
    assert_eq!(reason(read_for(Some("helpdesk")).await), Reason::Objected);
    read_for(None).await.unwrap();
    set(&process, &of_person, &objecting(&["support"])).await.unwrap();
    assert_eq!(reason(read_for(None).await), Reason::Objected);
    assert_eq!(reason(process.patch(record, None, json!({ "full_name": "Eve" })).await), Reason::Objected);
    let listed = process.list_records(&process.operator, person.id, "support", None, 9).await;
    assert_eq!(reason(listed), Reason::Objected);
    assert_eq!(process.found("ada@example.org").await, []);
    assert_eq!(found(&process, &of_person).await, [record], "whoever honours an objection must find it");
    set(&process, &of_person, &objecting(&[])).await.unwrap();
    read_for(Some("helpdesk")).await.unwrap();
    assert_eq!(process.found("ada@example.org").await, [person.id]);
    assert_eq!(stored(&process, record).await.version, 4);
}

#[tokio::test]
async fn an_objection_made_meanwhile_binds() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.profile(person.id, "ada@example.org").await;
    for attempt in 0..4 {
        set(&process, &support(), &objecting(&[])).await.unwrap();
        let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
        world.faults.interpose(0, async move {
            let setting = objecting(&["support"]);
            gate.change_metadata(&operator, &support(), "support", &setting, None).await.unwrap();
        });
        let outcome = match attempt {
            0 => process.read(record).await.map(drop),
            1 => process.patch(record, None, json!({ "full_name": "Eve" })).await.map(drop),
            2 => process.list_records(&process.operator, person.id, "support", None, 9).await.map(drop),
            _ => {
                assert_eq!(process.found("ada@example.org").await, []);
                continue;
            }
        };
        assert!(!world.faults.is_waiting());
        assert_eq!(reason(outcome), Reason::Objected, "{attempt}");
    }
}

#[tokio::test]
async fn an_entry_tells_of_the_records_that_were_set() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let [first, second] = [process.message(person.id, "one").await, process.message(person.id, "two").await];
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    world.faults.interpose(0, async move {
        gate.delete_record(&operator, first, None).await.unwrap();
    });
    let changed = set(&process, &support(), &objecting(&["helpdesk"])).await.unwrap();
    assert!(!world.faults.is_waiting());
    let detail = process.open_entry(&process.operator, changed.entry, None).await.unwrap().unwrap();
    let note = "1 records collected for support; set objections = [helpdesk]";
    assert_eq!((changed.changed, detail.note.as_deref()), (1, Some(note)));
    assert_eq!(stored(&process, second).await.objections, ["helpdesk"]);
}

#[tokio::test]
async fn an_end_brought_forward_outlives_an_update_and_comes() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let (message, profile) =
        (process.message(person.id, "hello").await, process.profile(person.id, "ada@example.org").await);
    let soon = process.ambient().clock.now() + SignedDuration::from_hours(24 * 10);
    assert_eq!(set(&process, &support(), &Setting::EndsBy(soon)).await.unwrap().changed, 2);
    let later = soon + SignedDuration::from_hours(24);
    set(&process, &support(), &Setting::EndsBy(later)).await.unwrap();
    world.pass_days(9);
    process.patch(message, None, json!({ "body": "changed" })).await.unwrap();
    assert_eq!(stored(&process, message).await.expires_at, Some(soon), "though the clock starts anew");
    world.pass_days(1);
    assert!(matches!(process.read(message).await, Err(GateError::Gone(_))));
    assert_eq!(found(&process, &support()).await, []);
    assert_eq!(process.expire(9).await.unwrap(), 2);
    assert!(matches!(process.read(profile).await, Err(GateError::NotFound(_))));
}

#[tokio::test]
async fn only_words_of_the_policy_and_ends_to_come_are_set() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    process.message(person.id, "hello").await;
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let before = process.entries().await;
    for setting in [
        objecting(&["secret word"]),
        objecting(&["support", "support"]),
        Setting::Automated(words(&["helpdesk"])),
        Setting::SharedWith(words(&["support"])),
        Setting::EndsBy(process.ambient().clock.now()),
    ] {
        let outcome = set(&process, &support(), &setting).await;
        let Err(GateError::Malformed(detail)) = outcome else { panic!("{setting:?}: {outcome:?}") };
        assert!(!detail.contains("secret"), "{detail}");
    }
    assert_eq!(process.entries().await, before);
    for setting in [
        objecting(&["helpdesk", "security"]),
        Setting::Automated(words(&["support"])),
        Setting::SharedWith(words(&["helpdesk"])),
        Setting::Source(Source::ThirdParty),
    ] {
        assert_eq!(set(&process, &support(), &setting).await.unwrap().changed, 1, "{setting:?}");
    }
}

#[tokio::test]
async fn another_accounts_records_never_match() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    let client = process.client().await;
    let page = process.query_metadata(&client, &support(), "support", None, 9).await.unwrap();
    assert_eq!(page.rows, []);
    let set = process.change_metadata(&client, &support(), "support", &objecting(&["support"]), None).await;
    assert_eq!(set.unwrap().changed, 0);
    let of_person = Selection::Subject(person.id);
    let query = process.query_metadata(&client, &of_person, "support", None, 9).await;
    assert!(matches!(query, Err(GateError::NotFound(_))));
    let set = process.change_metadata(&client, &of_person, "support", &objecting(&[]), None).await;
    assert!(matches!(set, Err(GateError::NotFound(_))));
    assert_eq!(stored(&process, record).await.version, 1);
}

#[tokio::test]
async fn a_repeated_change_changes_nothing() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    let replay = replay(&process, b"key", b"body");
    let setting = objecting(&["helpdesk"]);
    let selection = support();
    let change =
        || process.change_metadata(&process.operator, &selection, "support", &setting, Some(&replay));
    let (first, second) = tokio::join!(change(), change());
    let third = change().await.unwrap();
    assert_eq!((&first.unwrap(), &second.unwrap()), (&third, &third));
    assert_eq!((third.changed, stored(&process, record).await.version), (1, 2));
}

#[tokio::test]
async fn a_record_is_stored_under_its_own_terms() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let store = async |terms: Terms| {
        let new = new_record("message", json!({ "body": "hello" }));
        process.create_record_under(&process.operator, person.id, "support", &new, &terms, None).await
    };
    let soon = process.ambient().clock.now() + SignedDuration::from_hours(1);
    let terms = Terms {
        objections: vec!["helpdesk".to_owned()],
        automated: vec!["support".to_owned()],
        shared_with: vec!["helpdesk".to_owned()],
        ends_by: Some(soon),
    };
    let metadata = store(terms.clone()).await.unwrap().record.metadata;
    assert_eq!((metadata.expires_at, metadata.ends_by), (Some(soon), Some(soon)));
    assert_eq!((metadata.objections, metadata.automated), (terms.objections, terms.automated));
    let objecting = Terms { objections: vec!["support".to_owned()], ..Terms::default() };
    assert_eq!(reason(store(objecting).await), Reason::Objected);
    let unknown = Terms { automated: vec!["nothing".to_owned()], ..Terms::default() };
    assert!(matches!(store(unknown).await, Err(GateError::Malformed(_))));
    let past = Terms { ends_by: Some(process.ambient().clock.now()), ..Terms::default() };
    assert!(matches!(store(past).await, Err(GateError::Malformed(_))));
}

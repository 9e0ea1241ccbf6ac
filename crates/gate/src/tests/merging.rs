//! Merging and splitting subjects: nothing is lost, nothing is there twice, nobody is found by what is another's, and wherever
//! it stops it goes on.

use std::sync::Arc;

use domain::{Action, ChoiceState, RecordId, SubjectId, SubjectState, Unmergeable, choice::Method};
use serde_json::{Value, json};

use super::{
    erasure::finish,
    holds::{on, policy},
    rotation::no_key_has_a_copy,
    world::{Process, World, object},
};
use crate::{Determination, GateError, NewChoice, Patch};

pub(super) fn said() -> Determination {
    Determination { by: Some("Bob".to_owned()), because: "the same passport".to_owned() }
}

/// The texts of everything that is held on someone.
pub(super) async fn held(process: &Process, subject: SubjectId) -> Vec<String> {
    let found = process.list_records(&process.operator, subject, "support", None, 100).await.unwrap();
    let mut texts: Vec<String> =
        found.iter().map(|record| Value::Object(record.fields.reveal().clone()).to_string()).collect();
    texts.sort();
    texts
}

/// Two who are one: a profile and messages of the one, a message of the other.
pub(super) async fn two(process: &Process) -> (SubjectId, SubjectId) {
    let (one, other) = (process.person().await.id, process.person().await.id);
    process.profile(one, "ada@example.org").await;
    for number in 0..3 {
        process.message(one, &format!("number {number}")).await;
    }
    process.message(other, "of the other").await;
    (one, other)
}

async fn assert_one(process: &Process, one: SubjectId, other: SubjectId) {
    let texts = held(process, other).await;
    assert_eq!(texts.len(), 5, "{texts:?}");
    for text in ["ada@example.org", "number 0", "number 1", "number 2", "of the other"] {
        assert_eq!(texts.iter().filter(|held| held.contains(text)).count(), 1, "{text}: {texts:?}");
    }
    assert_eq!(process.found("ada@example.org").await, [other]);
    let gone = process.subject(&process.operator, one).await;
    assert!(matches!(gone, Err(GateError::Merged { into }) if into == other), "{gone:?}");
    let (subject, keys) = process.stores.data.subject(one).await.unwrap().unwrap();
    assert_eq!((subject.state, keys.len()), (SubjectState::Merged, 0), "its keys are gone: {keys:?}");
    no_key_has_a_copy(process).await;
    // What was recorded about the one is told still.
    let entries = process.entries_of(&process.operator, one, None, 100).await.unwrap();
    let first = entries.last().unwrap();
    assert_eq!((first.detail.action, first.detail.subject), (Action::SubjectCreated, Some(one)));
    let seen = process.open_entry(&process.operator, first.entry, Some(one)).await.unwrap();
    assert!(seen.is_some());
    assert_eq!(process.merged_subjects(other).await.unwrap(), [one]);
}

#[tokio::test]
async fn two_subjects_become_one_and_the_same_answer_again() {
    let world = World::new().await;
    let process = world.open().await;
    let (one, other) = two(&process).await;
    let merge = process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap();
    assert_eq!((merge.records, merge.is_open()), (4, false));
    assert_one(&process, one, other).await;
    let again = process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap();
    assert_eq!(again, merge);
    let written =
        process.patch(RecordId::from_bytes([7; 16]), None, json!({ "email": "x@example.org" })).await;
    assert!(matches!(written, Err(GateError::NotFound(_))), "{written:?}");
    let stored = super::world::new_record("message", json!({ "body": "late" }));
    let late = process.create_record(&process.operator, one, "support", &stored, None).await;
    assert!(matches!(late, Err(GateError::Merged { .. })), "{late:?}");
    let erased = process.erase(&process.operator, one).await;
    assert!(matches!(erased, Err(GateError::Merged { .. })), "{erased:?}");
}

#[tokio::test]
async fn a_merge_that_stopped_at_any_step_is_brought_to_its_end() {
    let world = World::new().await;
    for unheard in [false, true] {
        for step in 0.. {
            assert!(step < 40, "the work never comes to its end");
            let process = world.open().await;
            let (one, other) = two(&process).await;
            world.faults.end_after(step, unheard);
            let outcome = process.merge_subjects(&process.operator, (one, other), &said()).await;
            let ended = world.faults.clear();
            assert_eq!(outcome.is_err(), ended, "step {step}: {outcome:?}");
            drop(process);
            let process = world.open().await;
            world.pass(jiff::SignedDuration::from_mins(2));
            while process.wake(10).await.unwrap() > 0 {}
            finish(&process).await;
            assert!(process.stores.data.condemned_slots(9).await.unwrap().is_empty());
            if process.subject(&process.operator, one).await.is_ok() {
                // It stopped before anything had begun.
                assert_eq!(held(&process, one).await.len(), 4);
                process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap();
            }
            assert_one(&process, one, other).await;
            process.erase(&process.operator, other).await.unwrap();
            finish(&process).await;
            if !ended {
                break;
            }
        }
    }
}

#[tokio::test]
async fn whoever_is_erased_takes_along_what_was_merged() {
    let world = World::new().await;
    let process = world.open().await;
    let (one, other) = two(&process).await;
    let third = process.person().await.id;
    process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap();
    process.merge_subjects(&process.operator, (other, third), &said()).await.unwrap();
    assert_eq!(held(&process, third).await.len(), 5);
    let mut merged = process.merged_subjects(third).await.unwrap();
    merged.sort_unstable();
    let mut expected = vec![one, other];
    expected.sort_unstable();
    assert_eq!(merged, expected);
    assert!(!process.entries_of(&process.operator, one, None, 100).await.unwrap().is_empty());
    let erasure = process.erase(&process.operator, third).await.unwrap();
    let certificate = super::erasure::certificate(&erasure);
    assert_eq!(certificate.keys_destroyed, 5, "two classes, and the logs about all three");
    finish(&process).await;
    process.finish_leftovers().await.unwrap();
    for subject in [one, other, third] {
        assert!(process.stores.data.subject(subject).await.unwrap().is_none(), "{subject}");
        let entries = process.entries_of(&process.operator, subject, None, 100).await;
        assert!(matches!(entries, Err(GateError::NotFound(_))), "{entries:?}");
    }
}

#[tokio::test]
async fn whoever_is_erased_in_between_leaves_nothing_behind() {
    let world = World::new().await;
    let process = world.open().await;
    let (one, other) = two(&process).await;
    // It stops when it has begun; then the other is erased.
    world.faults.end_after(1, false);
    process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap_err();
    drop(process);
    let process = world.open().await;
    process.erase(&process.operator, other).await.unwrap();
    world.pass(jiff::SignedDuration::from_mins(2));
    while process.wake(10).await.unwrap() > 0 {}
    finish(&process).await;
    assert!(process.stores.data.subject(one).await.unwrap().is_none());
    assert_eq!(process.found("ada@example.org").await, []);
}

#[tokio::test]
async fn what_is_not_one_or_is_kept_is_not_merged() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let (one, other) = two(&process).await;
    let merge = async |from, into| process.merge_subjects(&process.operator, (from, into), &said()).await;
    let same = merge(one, one).await;
    assert!(matches!(same, Err(GateError::Unmergeable(Unmergeable::Same))), "{same:?}");
    let visitor = process.person_for(&process.operator, "visitor").await.id;
    let roles = merge(one, visitor).await;
    assert!(matches!(roles, Err(GateError::Unmergeable(Unmergeable::Roles))), "{roles:?}");
    let client = process.client().await;
    let theirs = process.person_for(&client, "end_user").await.id;
    for both in [(one, theirs), (theirs, one)] {
        let across = merge(both.0, both.1).await;
        assert!(matches!(across, Err(GateError::NotFound("subject"))), "{across:?}");
    }
    let (hold, _) = process.place_hold(&process.operator, &on(other), None).await.unwrap();
    for both in [(one, other), (other, one)] {
        let frozen = merge(both.0, both.1).await;
        assert!(matches!(frozen, Err(GateError::Frozen(_))), "{frozen:?}");
    }
    let message = process.list_records(&process.operator, other, "support", None, 1).await.unwrap();
    let split = process.split_subject(&process.operator, other, &[message[0].record.id], &said()).await;
    assert!(matches!(split, Err(GateError::Frozen(_))), "{split:?}");
    process.release_hold(&process.operator, hold.id, &said()).await.unwrap();
    merge(one, other).await.unwrap();
}

#[tokio::test]
async fn what_is_split_off_is_another_persons_only() {
    let world = World::new().await;
    let process = world.open().await;
    let one = process.person().await.id;
    let profile = process.profile(one, "ada@example.org").await;
    process.message(one, "stays").await;
    let split = process.split_subject(&process.operator, one, &[profile, profile], &said()).await.unwrap();
    assert_eq!(split.records.iter().map(|(from, _)| *from).collect::<Vec<_>>(), [profile]);
    assert_eq!(process.found("ada@example.org").await, [split.subject]);
    assert_eq!((held(&process, one).await.len(), held(&process, split.subject).await.len()), (1, 1));
    assert!(matches!(process.read(profile).await, Err(GateError::NotFound("record"))));
    assert_eq!(process.read(split.records[0].1).await.unwrap()["email"], "ada@example.org");
    // With the last record of its class went the key.
    let (_, keys) = process.stores.data.subject(one).await.unwrap().unwrap();
    assert_eq!(keys.len(), 2, "{keys:?}");
    no_key_has_a_copy(&process).await;
    let detail = process.open_entry(&process.operator, split.entry, Some(one)).await.unwrap().unwrap();
    assert_eq!(detail.action, Action::SubjectSplit);
    assert_eq!(detail.case.unwrap().because.as_deref(), Some("the same passport"));
    let stranger = process.person().await.id;
    let theirs = process.message(stranger, "theirs").await;
    for records in [vec![], vec![theirs], vec![RecordId::from_bytes([7; 16])]] {
        let outcome = process.split_subject(&process.operator, one, &records, &said()).await;
        assert!(outcome.is_err(), "{records:?}");
    }
}

#[tokio::test]
async fn the_stricter_word_stands_and_is_evidence_of_its_own() {
    let reference = include_str!("../../../../policies/influxis-2018.toml");
    let world = World::under(reference).await;
    let process = world.open().await;
    let operator = &process.operator;
    let (one, other) =
        (process.person_for(operator, "visitor").await.id, process.person_for(operator, "visitor").await.id);
    let choose = async |subject, about: &str, is_yes| {
        let new = NewChoice {
            about: about.parse().unwrap(),
            is_yes,
            method: Method::Click,
            text: Some("Shall we?".to_owned()),
            language: None,
        };
        process.choose(operator, subject, &new).await.unwrap();
    };
    choose(one, "purposes.information", true).await;
    choose(one, "purposes.improvement", false).await;
    choose(one, "purposes.marketing", true).await;
    choose(other, "purposes.improvement", true).await;
    choose(other, "purposes.marketing", false).await;
    let merge = process.merge_subjects(operator, (one, other), &said()).await.unwrap();
    assert_eq!(merge.records, 0);
    for (about, state) in [
        ("purposes.information", ChoiceState::Granted),
        ("purposes.improvement", ChoiceState::Denied),
        ("purposes.marketing", ChoiceState::Denied),
    ] {
        let standing = process.standing(operator, other, &about.parse().unwrap()).await.unwrap();
        assert_eq!(standing.unwrap().state, state, "{about}");
    }
    let carried = process.choices_of(operator, other, None, 2).await.unwrap();
    assert_eq!(carried.len(), 2);
    for choice in carried {
        let receipt = process.receipt(operator, choice.id).await.unwrap();
        assert!(receipt.detail.contains(&format!("as {one} had said")), "{}", receipt.detail);
    }
}

#[tokio::test]
async fn many_records_and_those_changed_at_the_same_moment_come_along() {
    let world = World::new().await;
    let process = world.open().await;
    let (one, other) = (process.person().await.id, process.person().await.id);
    let mut records = Vec::new();
    for number in 0..120 {
        records.push(process.message(one, &format!("number {number}")).await);
    }
    let (gate, operator, last) = (Arc::clone(&process.gate), process.operator.clone(), records[119]);
    // Just before the merge begins, one is changed: it is that which is moved.
    world.faults.interpose(0, async move {
        let patch = Patch { version: None, fields: object(json!({ "body": "changed" })) };
        gate.update_record(&operator, last, "support", &patch).await.unwrap();
    });
    let merge = process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap();
    assert_eq!(merge.records, 120);
    let mut texts = held(&process, other).await;
    texts.extend(
        process
            .list_records(&process.operator, other, "support", Some(last_of_page(&process, other).await), 100)
            .await
            .unwrap()
            .iter()
            .map(|record| record.fields.reveal()["body"].to_string()),
    );
    assert_eq!(texts.len(), 120);
    assert_eq!(texts.iter().filter(|text| text.contains("changed")).count(), 1);
    assert!(!texts.iter().any(|text| text.contains("number 119")));
    let counts = process.stores.data.type_counts(other).await.unwrap();
    assert_eq!(counts.iter().map(|count| count.records).sum::<u64>(), 120);
    assert_eq!(process.stores.data.type_counts(one).await.unwrap(), []);
}

/// The last record of a subject's first hundred.
async fn last_of_page(process: &Process, subject: SubjectId) -> RecordId {
    process.stores.data.records(subject, None, 100).await.unwrap().last().unwrap().id
}

#[tokio::test]
async fn of_two_merges_at_the_same_moment_one_is_done() {
    let world = World::new().await;
    let process = world.open().await;
    let (one, other) = two(&process).await;
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    world.faults.interpose(0, async move {
        gate.merge_subjects(&operator, (other, one), &said()).await.unwrap();
    });
    let late = process.merge_subjects(&process.operator, (one, other), &said()).await;
    assert!(matches!(late, Err(GateError::Merged { into }) if into == one), "{late:?}");
    assert_eq!(held(&process, one).await.len(), 5);
}

//! Children: turned away at every door, and erased without a name when one is discovered.

use domain::{
    Action, Age, EntryId, ErasureState, EventKind, Freeze, SubjectId, Told, age::Known, value::Fault,
};
use policy::decide::Reason;
use serde_json::json;
use store::{Change, Unit, key_store::Slot};

use super::{
    erasure::{certificate, finish, holds},
    holds::{on, policy, why},
    world::{POLICY, Process, World, new_record, new_subject},
};
use crate::{AgeSaid, GateError, NewSubject};

/// The policy of the world, where a profile says when someone was born.
fn with_births() -> String {
    let category = "[categories.birthday]\nlabel = \"date of birth\"\ndpv = \"dpv-pd:BirthDate\"\nclass = \"identifying\"\n\
                    detector = \"birth_date\"\n[categories.email]";
    let field = "email = { category = \"email\", lookup = true }\nborn = { category = \"birthday\", type = \"date\" }\n\
                 born_text = { category = \"birthday\" }\n[records.message]";
    POLICY.replacen("[categories.email]", category, 1).replacen(
        "email = { category = \"email\", lookup = true }\n[records.message]",
        field,
        1,
    )
}

fn reason(error: &GateError) -> Option<Reason> {
    match error {
        GateError::Refused { refusals, .. } => refusals.first().map(|refusal| refusal.reason),
        _ => None,
    }
}

/// The entries that anyone can find with the key of the account, and whom they name.
pub(super) async fn named(process: &Process) -> Vec<(Action, Option<SubjectId>, Option<String>)> {
    let mut all = Vec::new();
    while process.advance_log().await.unwrap() > 0 {}
    for bundle in 1.. {
        let mut position = 0;
        loop {
            match process.open_entry(&process.operator, EntryId { bundle, position }, None).await {
                Ok(Some(detail)) => all.push((detail.action, detail.subject, detail.note)),
                Ok(None) => {}
                Err(_) if position == 0 => return all,
                Err(_) => break,
            }
            position += 1;
        }
    }
    all
}

#[tokio::test]
async fn only_the_answer_is_kept_of_what_a_door_is_told() {
    let world = World::new().await;
    let process = world.open().await;
    for (told, kept) in [
        ("1990-05-02", Known::AtLeast(13)),
        ("2013-03-01", Known::AtLeast(13)),
        ("13-17", Known::AtLeast(13)),
        ("12-17", Known::Unknown),
        ("unknown", Known::Unknown),
    ] {
        let age = told.parse().unwrap_or_else(|_| Told::Born(told.parse().unwrap()));
        let new = NewSubject { age, ..new_subject("client") };
        let (subject, ..) = process.create_subject(&process.operator, &new, None).await.unwrap();
        assert_eq!(process.subject(&process.operator, subject.id).await.unwrap().age, kept, "{told}");
    }
    let held = process.list_subjects(&process.operator, None, 99).await.unwrap();
    for told in ["2013-03-02", "2026-03-01", "0-12", "child"] {
        let age = told.parse().unwrap_or_else(|_| Told::Born(told.parse().unwrap()));
        let new = NewSubject { age, ..new_subject("client") };
        let refused = process.create_subject(&process.operator, &new, None).await.unwrap_err();
        assert_eq!(reason(&refused), Some(Reason::BelowMinimumAge), "{told}");
    }
    let not_born = NewSubject { age: Told::Born("2026-03-02".parse().unwrap()), ..new_subject("client") };
    let refused = process.create_subject(&process.operator, &not_born, None).await;
    assert!(matches!(refused, Err(GateError::Malformed(_))), "{refused:?}");
    assert_eq!(process.list_subjects(&process.operator, None, 99).await.unwrap(), held);
}

#[tokio::test]
async fn an_answer_says_nothing_of_a_higher_minimum_and_can_be_said_again() {
    let world = World::new().await;
    let process = world.open().await;
    let new = NewSubject { age: Told::OfAge, ..new_subject("client") };
    let person = process.create_subject(&process.operator, &new, None).await.unwrap().0;
    let record = process.profile(person.id, "ada@example.org").await;
    let stricter = POLICY.replace("minimum = 13\nunknown = \"allow\"", "minimum = 16\nunknown = \"refuse\"");
    process.publish_policy(&process.operator, &stricter, None).await.unwrap();
    assert_eq!(reason(&process.read(record).await.unwrap_err()), Some(Reason::AgeUnknown));
    let write = process.patch(record, None, json!({ "full_name": "Ada" })).await;
    assert_eq!(reason(&write.unwrap_err()), Some(Reason::AgeUnknown));

    let said =
        process.say_age(&process.operator, person.id, Told::Band { from: 16, to: Some(17) }).await.unwrap();
    let AgeSaid::Kept(subject, entry) = said else { panic!("{said:?}") };
    assert_eq!((subject.age, process.age(&subject).unwrap()), (Known::AtLeast(16), Age::OfAge));
    let detail = process.open_entry(&process.operator, entry, Some(person.id)).await.unwrap().unwrap();
    assert_eq!((detail.action, detail.note.as_deref()), (Action::AgeSaid, Some("of age")));
    process.read(record).await.unwrap();
    process.say_age(&process.operator, person.id, Told::Nothing).await.unwrap();
    assert_eq!(reason(&process.read(record).await.unwrap_err()), Some(Reason::AgeUnknown));
    let child = process.say_age(&process.operator, person.id, Told::Child).await.unwrap();
    assert_eq!(child, AgeSaid::IsChild);
    assert_eq!(
        process.subject(&process.operator, person.id).await.unwrap().age,
        Known::Unknown,
        "nothing was changed"
    );
}

#[tokio::test]
async fn a_record_that_says_when_someone_was_born_is_a_door_too() {
    let world = World::under(&with_births()).await;
    let process = world.open().await;
    let person = process.person().await;
    let store = async |fields| {
        let new = new_record("profile", fields);
        process.create_record(&process.operator, person.id, "support", &new, None).await
    };
    for field in ["born", "born_text"] {
        let child = store(json!({ "full_name": "A", field: "2013-03-02" })).await.unwrap_err();
        assert_eq!(reason(&child), Some(Reason::BelowMinimumAge), "{field}");
        let not_born = store(json!({ "full_name": "A", field: "2026-03-02" })).await.unwrap_err();
        assert!(
            matches!(&not_born, GateError::Invalid(faults) if faults[0].fault == Fault::NotABirth),
            "{not_born}"
        );
    }
    let record = store(json!({ "full_name": "A", "born": "2013-03-01" })).await.unwrap().record.id;
    let patched = process.patch(record, None, json!({ "born": "2020-01-01" })).await.unwrap_err();
    assert_eq!(reason(&patched), Some(Reason::BelowMinimumAge));
    process.patch(record, None, json!({ "born": null })).await.unwrap();
    assert_eq!(process.read(record).await.unwrap(), json!({ "full_name": "A" }));
}

#[tokio::test]
async fn a_child_who_is_discovered_is_erased_whole_and_nobody_is_named() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let message = process.message(person.id, "hello").await;
    process.access_log(person.id).await;
    let keys = process.stores.data.subject(person.id).await.unwrap().unwrap().1;
    let erasure = process.discover_child(&process.operator, person.id).await.unwrap();
    assert!(matches!(process.read(message).await, Err(GateError::Gone(_))));
    for key in &keys {
        assert_eq!(process.stores.keys.read(key.slot).await.unwrap(), Slot::Destroyed, "{}", key.class);
    }
    let written = certificate(&erasure);
    assert_eq!((written.subject, written.keys_destroyed, written.clause), (None, 3, 8));
    assert!(written.kept.is_empty(), "no exception keeps what a child left: {:?}", written.kept);
    holds(&process, &erasure).await;
    let again = process.discover_child(&process.operator, person.id).await.unwrap();
    assert_eq!(again.id, erasure.id);
    finish(&process).await;
    assert!(process.stores.data.subject(person.id).await.unwrap().is_none());
    assert_eq!(process.discover_child(&process.operator, person.id).await.unwrap().id, erasure.id);

    let entries = named(&process).await;
    let discovered = (Action::ChildDiscovered, None, Some("2 records".to_owned()));
    assert_eq!(entries.iter().filter(|entry| **entry == discovered).count(), 1, "{entries:?}");
    assert!(entries.iter().all(|(_, subject, _)| *subject != Some(person.id)), "{entries:?}");
    assert!(!serde_json::to_string(written).unwrap().contains(&person.id.to_string()));
}

#[tokio::test]
async fn what_no_policy_bars_is_no_discovery() {
    let open = POLICY.replace("minimum = 13", "minimum = 1");
    let world = World::under(&open).await;
    let process = world.open().await;
    let stranger = process.client().await;
    let person = process.person().await;
    let refused = process.discover_child(&stranger, person.id).await;
    assert!(matches!(refused, Err(GateError::NotFound("subject"))), "{refused:?}");
    let refused = process.say_age(&stranger, person.id, Told::Child).await;
    assert!(matches!(refused, Err(GateError::NotFound("subject"))), "{refused:?}");
}

#[tokio::test]
async fn a_hold_keeps_what_it_names_shut_and_an_open_request_keeps_nothing() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    process.profile(person.id, "ada@example.org").await;
    process.access_log(person.id).await;
    let hold = process.place_hold(&process.operator, &on(person.id), None).await.unwrap().0;
    let (subject, _) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    let request = Freeze::by_request("req_1".to_owned(), world.ambient.clock.now());
    let (version, freezes) = (subject.version + 1, subject.freezes.with(request));
    let freeze = Change::SetFreezes { subject: person.id, version, freezes };
    process.stores.data.commit(Unit { changes: vec![freeze], ..Unit::default() }).await.unwrap();

    let asked = process.erase(&process.operator, person.id).await;
    assert!(matches!(asked, Err(GateError::Frozen(_))), "{asked:?}");
    let erasure = process.discover_child(&process.operator, person.id).await.unwrap();
    let kept: Vec<&str> = certificate(&erasure).kept.iter().map(|kept| kept.record_type.as_str()).collect();
    assert_eq!(kept, ["message"]);
    assert!(matches!(process.read(record).await, Err(GateError::Gone(_))), "what is held stays shut");
    finish(&process).await;
    let left = process.stores.data.records(person.id, None, 9).await.unwrap();
    assert_eq!(left.iter().map(|record| record.id).collect::<Vec<_>>(), [record]);
    process.release_hold(&process.operator, hold.id, &why()).await.unwrap();
    assert!(process.stores.data.subject(person.id).await.unwrap().is_none(), "nothing is left of them");
}

#[tokio::test]
async fn what_an_exception_kept_before_anyone_knew_goes_too_wherever_it_stops() {
    let world = World::new().await;
    for unheard in [false, true] {
        for step in 0.. {
            assert!(step < 40, "the work never comes to its end");
            let process = world.open().await;
            let person = process.person().await;
            process.access_log(person.id).await;
            process.erase(&process.operator, person.id).await.unwrap();
            finish(&process).await;
            assert_eq!(process.stores.data.records(person.id, None, 9).await.unwrap().len(), 1, "it is kept");
            world.faults.end_after(step, unheard);
            let outcome = process.discover_child(&process.operator, person.id).await;
            let ended = world.faults.clear();
            assert_eq!(outcome.is_err(), ended, "step {step}: {outcome:?}");
            drop(process);
            let process = world.open().await;
            let marked = process.stores.data.subject(person.id).await.unwrap();
            if marked.is_some_and(|(subject, _)| subject.age != Known::Child) {
                process.discover_child(&process.operator, person.id).await.unwrap();
            }
            process.finish_leftovers().await.unwrap();
            assert!(process.stores.data.subject(person.id).await.unwrap().is_none(), "step {step}");
            if !ended {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_discovery_that_stopped_goes_on_and_names_no_one() {
    let world = World::new().await;
    for unheard in [false, true] {
        for step in 0.. {
            assert!(step < 40, "the work never comes to its end");
            let process = world.open().await;
            let person = process.person().await;
            let record = process.message(person.id, "hello").await;
            process.access_log(person.id).await;
            world.faults.end_after(step, unheard);
            let outcome = process.discover_child(&process.operator, person.id).await;
            let ended = world.faults.clear();
            assert_eq!(outcome.is_err(), ended, "step {step}: {outcome:?}");
            drop(process);
            let process = world.open().await;
            finish(&process).await;
            if let Some(erasure) = process.stores.data.erasure_of(person.id).await.unwrap() {
                assert!(matches!(erasure.state, ErasureState::Purged { .. }), "{erasure:?}");
                let written = certificate(&erasure);
                assert_eq!((written.subject, written.kept.len(), written.clause), (None, 0, 8));
                assert!(process.stores.data.subject(person.id).await.unwrap().is_none());
            } else {
                process.read(record).await.unwrap();
            }
            if !ended {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_refused_child_leaves_an_entry_and_nothing_else() {
    let world = World::new().await;
    let process = world.open().await;
    let before = process.entries().await;
    let born = NewSubject { age: Told::Born("2020-02-29".parse().unwrap()), ..new_subject("client") };
    process.create_subject(&process.operator, &born, None).await.unwrap_err();
    assert_eq!(process.entries().await, before + 1);
    let entries = named(&process).await;
    let refused: Vec<_> =
        entries.into_iter().filter(|(action, ..)| *action == Action::SubjectCreated).collect();
    assert_eq!(refused, [(Action::SubjectCreated, None, None)]);
}

#[tokio::test]
async fn no_event_names_a_child_that_was_discovered() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    for is_child in [false, true] {
        let person = process.person().await;
        process.message(person.id, "hello").await;
        let hold = process.place_hold(&process.operator, &on(person.id), None).await.unwrap().0;
        if is_child {
            process.discover_child(&process.operator, person.id).await.unwrap();
        } else {
            process.erase(&process.operator, person.id).await.unwrap();
        }
        finish(&process).await;
        process.release_hold(&process.operator, hold.id, &why()).await.unwrap();
        while process.advance_log().await.unwrap() > 0 {}
        let told = process.events(&process.operator, None, 99).await.unwrap();
        let released = told.last().unwrap();
        assert_eq!(released.told.kind, EventKind::HoldReleased);
        assert_eq!(released.told.facts.subject, (!is_child).then_some(person.id));
        // Now that nothing is left of them, the certificate tells.
        let children = process.known_children(&[person.id]).await.unwrap();
        assert_eq!(children.contains(&person.id), is_child);
    }
}

//! Complaints: their words stay while they are open, their clocks are told once, what they cite is there, and whoever judges
//! in their own cause is known again.

use domain::{
    Action, Complaint, Outcome, SubjectId,
    complaint::{self, Matter},
    request::Channel,
};

use super::world::{Process, World, new_record, new_subject};
use crate::{Accused, Determination, Findings, GateError, NewComplaint};

const REFERENCE: &str = include_str!("../../../../policies/influxis-2018.toml");

fn said() -> Determination {
    Determination { by: Some("Bob".to_owned()), because: "looked at it".to_owned() }
}

async fn complain(process: &Process, matter: Matter) -> Complaint {
    complain_as(process, matter, None).await
}

async fn complain_as(process: &Process, matter: Matter, subject: Option<SubjectId>) -> Complaint {
    let new = NewComplaint {
        matter,
        channel: Channel::Email,
        received_at: None,
        subject,
        about: vec![Accused::Staff("Eve".to_owned())],
        message: "That was not as promised".to_owned(),
        scan: None,
        contact: vec![("email".to_owned(), "ada@example.org".to_owned())],
    };
    process.open_complaint(&process.operator, &new, None).await.unwrap().0
}

fn citing(entries: Vec<domain::EntryId>) -> Findings {
    Findings { outcome: complaint::Outcome::Answered, said: said(), entries, clauses: Vec::new() }
}

#[tokio::test]
async fn its_words_outlast_their_term_while_it_is_open() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let complaint = complain(&process, Matter::Complaint).await;
    let visitor = process.person_for(&process.operator, "visitor").await;
    let other = new_record("complaint", serde_json::json!({ "message": "An older one" }));
    process.create_record(&process.operator, visitor.id, "complaints", &other, None).await.unwrap();
    world.pass_days(4 * 366);
    assert_eq!(process.expire(10).await.unwrap(), 1, "what is not complained of goes in time");
    assert!(process.stores.data.record(complaint.record).await.unwrap().is_some());
    process.withdraw_complaint(&process.operator, complaint.id).await.unwrap();
    assert_eq!(process.expire(10).await.unwrap(), 1);
}

#[tokio::test]
async fn each_part_of_its_time_is_told_once_and_logged() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let complaint = complain(&process, Matter::Complaint).await;
    let mut told = Vec::new();
    for day in 1..=31 {
        world.pass_days(1);
        while process.wake(10).await.unwrap() > 0 {
            told.push(day);
        }
    }
    // Half, four fifths and all of seven days, then of thirty.
    assert_eq!(told, [4, 6, 7, 15, 24, 30]);
    let entries = process.entries_of(&process.operator, complaint.subject, None, 100).await.unwrap();
    let words: Vec<String> = entries.iter().map(|entry| entry.detail.action.word()).collect();
    let count = |word: &str| words.iter().filter(|found| *found == word).count();
    assert_eq!((count("complaint.reminded"), count("complaint.overdue")), (4, 2), "{words:?}");
    let late = process.late_complaints(&process.operator, jiff::SignedDuration::ZERO).await.unwrap();
    assert_eq!(late.iter().map(|late| late.id).collect::<Vec<_>>(), [complaint.id]);
}

#[tokio::test]
async fn it_cites_what_is_there_and_what_is_the_accounts() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let question = complain(&process, Matter::Question).await;
    let client = process.client().await;
    let (_, theirs, _) = process.create_subject(&client, &new_subject("end_user"), None).await.unwrap();
    let erased = process.person_for(&process.operator, "visitor").await;
    let gone = process.entries_of(&process.operator, erased.id, None, 1).await.unwrap()[0].entry;
    process.erase(&process.operator, erased.id).await.unwrap();
    process.finish_erasures(10).await.unwrap();
    for entry in [theirs, gone] {
        let outcome = process.decide_complaint(&process.operator, question.id, &citing(vec![entry])).await;
        assert!(matches!(outcome, Err(GateError::NotFound("entry"))), "{outcome:?}");
    }
    // An entry that names nobody is the account's own: here, that somebody may not be taken in.
    let refused = process.create_subject(&process.operator, &new_subject("end_user"), None).await;
    let Err(GateError::Refused { entry: Some(nobodys), .. }) = refused else { panic!("it was taken in") };
    let own = process.entries_of(&process.operator, question.subject, None, 1).await.unwrap()[0].entry;
    let answered =
        process.decide_complaint(&process.operator, question.id, &citing(vec![own, nobodys])).await;
    assert!(!answered.unwrap().0.is_open());
}

#[tokio::test]
async fn who_it_is_about_is_known_again_after_the_keys_were_rotated_and_the_try_is_logged() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let complaint = complain(&process, Matter::Complaint).await;
    process.rotate_account(&process.operator, process.account_id()).await.unwrap();
    let refused = process.assign_complaint(&process.operator, complaint.id, " EVE", &said()).await;
    let Err(GateError::Complaint { why, entry: Some(entry) }) = refused else { panic!("{refused:?}") };
    assert_eq!(why, complaint::NotNow::Concerned);
    let detail =
        process.open_entry(&process.operator, entry, Some(complaint.subject)).await.unwrap().unwrap();
    assert_eq!((detail.outcome, detail.reason.as_deref()), (Outcome::Refused, Some("in_own_cause")));
    assert_eq!(detail.case.unwrap().by.as_deref(), Some("Bob"));
    let held = process.complaint(&process.operator, complaint.id).await.unwrap();
    assert_eq!((held.version, held.owner), (1, None));
}

#[tokio::test]
async fn an_allegation_and_its_incident_are_opened_together_or_not_at_all() {
    let world = World::under(REFERENCE).await;
    for unheard in [false, true] {
        let process = world.open().await;
        let allegation = complain(&process, Matter::Allegation).await;
        world.faults.end_after(0, unheard);
        process.escalate_complaint(&process.operator, allegation.id, &said()).await.unwrap_err();
        drop(process);
        let process = world.open().await;
        let held = process.complaint(&process.operator, allegation.id).await.unwrap();
        let incidents = process.incidents(&process.operator, None, 10).await.unwrap();
        assert_eq!((held.incident.is_some(), incidents.len()), (unheard, usize::from(unheard)));
    }
}

/// An appeal opens it again: its words stay with the one they are with by now, and the log about both tells of it.
#[tokio::test]
async fn an_appeal_of_someone_who_was_merged_keeps_the_words_where_they_are() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let operator = &process.operator;
    let (one, other) =
        (process.person_for(operator, "visitor").await.id, process.person_for(operator, "visitor").await.id);
    let complaint = complain_as(&process, Matter::Complaint, Some(one)).await;
    let findings = Findings { outcome: complaint::Outcome::Rejected, ..citing(Vec::new()) };
    process.acknowledge_complaint(operator, complaint.id, &said()).await.unwrap();
    process.assign_complaint(operator, complaint.id, "Bob", &said()).await.unwrap();
    process.decide_complaint(operator, complaint.id, &findings).await.unwrap();
    let written_at = process.ambient().clock.now();
    world.pass_days(200);
    while process.wake(10).await.unwrap() > 0 {}
    assert!(!process.complaint(operator, complaint.id).await.unwrap().is_open());
    process.merge_subjects(operator, (one, other), &said()).await.unwrap();
    let (_, entry) =
        process.appeal_complaint(operator, complaint.id, Some(written_at), &said()).await.unwrap();
    let detail = process.open_entry(operator, entry, Some(one)).await.unwrap().unwrap();
    assert_eq!((detail.action, detail.subject), (Action::ComplaintAppealed, Some(one)));
    let freezes = async |subject| {
        let (subject, _) = process.stores.data.subject(subject).await.unwrap().unwrap();
        subject.freezes.0.len()
    };
    assert_eq!((freezes(one).await, freezes(other).await), (0, 1));
    process.settle_triggers(10).await.unwrap();
    world.pass_days(4 * 366);
    assert_eq!(process.expire(10).await.unwrap(), 0);
    process.withdraw_complaint(operator, complaint.id).await.unwrap();
    assert_eq!((freezes(other).await, process.expire(10).await.unwrap()), (0, 1));
}

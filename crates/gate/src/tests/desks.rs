//! What those who answer requests tell each other, and the custodian's mail of the day.

use domain::{ConsoleRole, Right, SubjectId, message::Unsent};
use jiff::SignedDuration;

use super::world::{Process, World};
use crate::{Caller, Determination, Due, GateError, NewIncident, NewStaff, Report, Says};

const REFERENCE: &str = include_str!("../../../../policies/influxis-2018.toml");

/// Somebody who can sign in.
async fn colleague(process: &Process) -> SubjectId {
    let new = NewStaff {
        email: "grace@example.com".to_owned(),
        name: "Grace Hopper".to_owned(),
        role: ConsoleRole::Custodian,
    };
    let invited = process.invite_staff(&process.operator, &new, None).await.unwrap();
    process.set_password(&invited.link.unwrap(), "four plain words").await.unwrap();
    invited.staff.subject
}

fn noted(text: &str) -> Determination {
    Determination { by: None, because: text.to_owned() }
}

#[tokio::test]
async fn a_request_is_given_to_somebody_who_can_sign_in_and_to_nobody_else() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let (_, request) = process.vouched(Right::Access).await;
    let grace = colleague(&process).await;
    let assigned = process.assign_request(&process.operator, request.id, Some(grace)).await.unwrap().0;
    assert_eq!(assigned.assigned_to, Some(grace));
    let someone = process.person_for(&process.operator, "visitor").await.id;
    let other = process.assign_request(&process.operator, request.id, Some(someone)).await;
    assert!(matches!(other, Err(GateError::NotFound(_))), "{other:?}");
    let client = process.client().await;
    let foreign = process.assign_request(&client, request.id, None).await;
    assert!(matches!(foreign, Err(GateError::NotFound(_))), "{foreign:?}");
    process.suspend_staff(&process.operator, grace).await.unwrap();
    let gone = process.assign_request(&process.operator, request.id, Some(grace)).await;
    assert!(matches!(gone, Err(GateError::Gone(_))), "{gone:?}");
    let left = process.assign_request(&process.operator, request.id, None).await.unwrap().0;
    assert_eq!(left.assigned_to, None);
}

#[tokio::test]
async fn a_note_is_sealed_and_goes_with_the_person() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let (subject, request) = process.vouched(Right::Access).await;
    for text in ["she calls on Monday", "she called"] {
        process.note_request(&process.operator, request.id, &noted(text), None).await.unwrap();
    }
    let notes = process.notes_of_request(&process.operator, request.id).await.unwrap();
    let said: Vec<_> = notes.iter().filter_map(|(_, detail)| detail.case.as_ref()?.because.clone()).collect();
    assert_eq!(said, ["she called", "she calls on Monday"], "the newest first");
    let client = process.client().await;
    let foreign = process.notes_of_request(&client, request.id).await;
    assert!(matches!(foreign, Err(GateError::NotFound(_))), "{foreign:?}");
    process.withdraw_request(&process.operator, request.id).await.unwrap();
    process.erase(&process.operator, subject).await.unwrap();
    while process.finish_erasures(9).await.unwrap() > 0 {}
    assert!(process.notes_of_request(&process.operator, request.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_changes_what_they_are_themselves() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let grace = colleague(&process).await;
    let herself = Caller { staff: Some(grace), ..process.operator.clone() };
    for refused in [
        process.change_staff_role(&herself, grace, ConsoleRole::Owner).await,
        process.suspend_staff(&herself, grace).await,
    ] {
        assert!(matches!(refused, Err(GateError::Malformed(_))), "{refused:?}");
    }
    let changed = process.change_staff_role(&process.operator, grace, ConsoleRole::Auditor).await.unwrap().0;
    assert_eq!(changed.role, ConsoleRole::Auditor.into());
    let again = process.change_staff_role(&process.operator, grace, ConsoleRole::Auditor).await;
    assert!(matches!(again, Err(GateError::Exists)), "{again:?}");
    let client = process.client().await;
    let foreign = process.change_staff_role(&client, grace, ConsoleRole::Owner).await;
    assert!(matches!(foreign, Err(GateError::NotFound(_))), "{foreign:?}");
}

#[tokio::test]
async fn one_mail_a_day_tells_what_must_not_wait_and_none_when_nothing_must() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let today = domain::calendar::day(world.ambient.clock.now());
    let morning = domain::calendar::begin(today.tomorrow().unwrap()).unwrap() + SignedDuration::from_hours(6);
    world.pass(morning.duration_since(world.ambient.clock.now()) - SignedDuration::from_secs(1));
    process.asks_by_email(Right::Access).await;
    world.pass(SignedDuration::from_secs(2));
    assert_eq!(process.write_digest().await.unwrap(), 0, "it has a month still");
    let report = Report { what_happened: "a laptop is gone".to_owned(), reported_by: None };
    process.open_incident(&process.operator, &NewIncident { report, aware_at: None }, None).await.unwrap();
    assert_eq!(process.write_digest().await.unwrap(), 1);
    assert_eq!(process.write_digest().await.unwrap(), 0, "once a day");
    let letter = process.begin("digest").await.unwrap().unwrap();
    let Says::Waits(waits) = letter.says else { panic!("{letter:?}") };
    assert_eq!((waits.incidents, waits.soon, waits.over), (1, Due::default(), Due::default()));
    process.end_message(letter.message, Ok(())).await.unwrap();
    world.pass_days(25);
    world.pass(SignedDuration::from_hours(-1));
    assert_eq!(process.write_digest().await.unwrap(), 0, "it is night");
    world.pass(SignedDuration::from_hours(1));
    assert_eq!(process.write_digest().await.unwrap(), 1);
    let waits = process.what_waits(&process.operator).await.unwrap();
    assert_eq!((waits.soon.requests, waits.over.requests), (1, 0), "{waits:?}");
    world.pass_days(1);
    assert!(process.begin("digest").await.unwrap().is_none());
    assert_eq!(process.why_failed("digest").await, Some(Unsent::Superseded), "of another day");
}

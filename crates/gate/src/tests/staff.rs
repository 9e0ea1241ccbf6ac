//! Signing in to the console: by whom, for how long, and what is left of it in the log.

use domain::{
    Action, ConsoleRole, Outcome, Permission, Session,
    link::Reached,
    staff::{Browser, Place},
};
use jiff::SignedDuration;
use serde_json::json;

use super::world::{Process, World};
use crate::{GateError, Invitation, NewStaff, Patch, SignedIn};

const REFERENCE: &str = include_str!("../../../../policies/influxis-2018.toml");
const GRACE: &str = "grace@example.com";
const PASSWORD: &str = "twelve chars";

async fn invite(process: &Process, email: &str) -> Result<Invitation, GateError> {
    let new =
        NewStaff { email: email.to_owned(), name: "Grace Hopper".to_owned(), role: ConsoleRole::Support };
    process.invite_staff(&process.operator, &new, None).await
}

/// Grace, who has set her password.
async fn grace(process: &Process) -> Invitation {
    let invited = invite(process, GRACE).await.unwrap();
    process.set_password(invited.link.as_deref().unwrap(), PASSWORD).await.unwrap();
    invited
}

async fn sign_in(process: &Process, email: &str, password: &str) -> Option<(SignedIn, String)> {
    process.sign_in(email, password, Browser::Firefox).await.unwrap()
}

#[tokio::test]
async fn whoever_was_invited_sets_a_password_once_and_signs_in_with_it() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let invited = invite(&process, GRACE).await.unwrap();
    let link = invited.link.unwrap();
    assert!(sign_in(&process, GRACE, PASSWORD).await.is_none(), "there is no password yet");
    let short = process.set_password(&link, "eleven char").await;
    assert!(matches!(short, Err(GateError::Malformed(_))), "{short:?}");
    process.set_password(&link, PASSWORD).await.unwrap();
    assert!(matches!(process.set_password(&link, PASSWORD).await, Err(GateError::NotFound(_))));
    let (signed_in, cookie) = sign_in(&process, " Grace@Example.com", PASSWORD).await.unwrap();
    assert_eq!(signed_in.staff.role, ConsoleRole::Support.into());
    assert_eq!(process.signed_in(&cookie).await.unwrap().unwrap().session.id, signed_in.session.id);
    assert!(
        matches!(invite(&process, GRACE).await, Err(GateError::Exists)),
        "one address, one member of staff"
    );
}

#[tokio::test]
async fn a_link_that_is_used_twice_at_once_sets_the_password_of_one() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let link = invite(&process, GRACE).await.unwrap().link.unwrap();
    let (first, second) = ("the first of the two", "the other of the two");
    let (one, two) = tokio::join!(process.set_password(&link, first), process.set_password(&link, second));
    assert!(one.is_ok() != two.is_ok(), "{one:?} and {two:?}");
    let (right, wrong) = if one.is_ok() { (first, second) } else { (second, first) };
    assert!(
        sign_in(&process, GRACE, right).await.is_some() && sign_in(&process, GRACE, wrong).await.is_none()
    );
}

#[tokio::test]
async fn an_old_link_opens_nothing() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let link = invite(&process, GRACE).await.unwrap().link.unwrap();
    let forged = format!("{}{}", &link[..32], "0".repeat(64));
    assert!(
        process.opens_invitation(&link).await.unwrap() && !process.opens_invitation(&forged).await.unwrap()
    );
    world.pass_days(3);
    assert!(!process.opens_invitation(&link).await.unwrap());
    assert!(matches!(process.set_password(&link, PASSWORD).await, Err(GateError::NotFound(_))));
}

#[tokio::test]
async fn a_failed_try_names_nobody_in_the_log() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let grace = grace(&process).await.staff.subject;
    assert!(sign_in(&process, GRACE, "twelve charz").await.is_none());
    assert!(sign_in(&process, "nobody@example.com", PASSWORD).await.is_none());
    assert!(sign_in(&process, "no address", PASSWORD).await.is_none());
    let hers = process.entries_of(&process.operator, grace, None, 50).await.unwrap();
    let started = hers.iter().filter(|entry| entry.detail.action == Action::SessionStarted);
    assert_eq!(started.count(), 0, "that it was tried with her address does not stand under her name");
    sign_in(&process, GRACE, PASSWORD).await.unwrap();
    let hers = process.entries_of(&process.operator, grace, None, 50).await.unwrap();
    let started = hers.iter().find(|entry| entry.detail.action == Action::SessionStarted).unwrap();
    assert_eq!((started.detail.outcome, started.detail.staff), (Outcome::Allowed, Some(grace)));
}

#[tokio::test]
async fn a_session_ends_by_the_clock_by_hand_and_with_its_owner() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let grace = grace(&process).await.staff.subject;
    let is_in = async |cookie: &str| process.signed_in(cookie).await.unwrap().is_some();
    let (_, idle) = sign_in(&process, GRACE, PASSWORD).await.unwrap();
    for _ in 0..3 {
        world.pass(SignedDuration::from_mins(20));
        assert!(is_in(&idle).await, "somebody is there");
    }
    world.pass(SignedDuration::from_mins(30));
    assert!(!is_in(&idle).await);
    assert_eq!(process.wake(10).await.unwrap(), 1, "and the clock says so");
    let (first, cookie) = sign_in(&process, GRACE, PASSWORD).await.unwrap();
    let (second, other) = sign_in(&process, GRACE, PASSWORD).await.unwrap();
    assert_eq!(process.own_sessions(&first.session).await.unwrap().len(), 2);
    process.end_session(&first.caller, &first.session, second.session.id).await.unwrap();
    assert!(is_in(&cookie).await && !is_in(&other).await);
    process.suspend_staff(&process.operator, grace).await.unwrap();
    assert!(!is_in(&cookie).await, "a suspended member of staff with an open session");
    assert!(sign_in(&process, GRACE, PASSWORD).await.is_none());
}

#[tokio::test]
async fn nobody_ends_the_session_of_another() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    grace(&process).await;
    let link = invite(&process, "edith@example.com").await.unwrap().link.unwrap();
    process.set_password(&link, PASSWORD).await.unwrap();
    let (hers, _) = sign_in(&process, GRACE, PASSWORD).await.unwrap();
    let (another, _) = sign_in(&process, "edith@example.com", PASSWORD).await.unwrap();
    let ended = process.end_session(&another.caller, &another.session, hers.session.id).await;
    assert!(matches!(ended, Err(GateError::NotFound(_))), "{ended:?}");
}

#[tokio::test]
async fn a_hash_that_was_written_past_the_invitation_lets_nobody_in() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let record = grace(&process).await.staff.record;
    let link = invite(&process, "edith@example.com").await.unwrap().link.unwrap();
    process.set_password(&link, "another password").await.unwrap();
    let (edith, _) = sign_in(&process, "edith@example.com", "another password").await.unwrap();
    let purpose = "secure_access";
    let known = process.read_record(&process.operator, edith.staff.record, purpose, None).await.unwrap();
    let hash = known.fields.into_revealed()["password_hash"].clone();
    let fields = json!({ "password_hash": hash }).as_object().unwrap().clone();
    let patch = Patch { version: None, fields };
    process.update_record(&process.operator, record, purpose, &patch).await.unwrap();
    assert!(sign_in(&process, GRACE, "another password").await.is_none());
}

#[tokio::test]
async fn what_a_role_may_not_is_in_the_log() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let grace_id = grace(&process).await.staff.subject;
    let (signed_in, _) = sign_in(&process, GRACE, PASSWORD).await.unwrap();
    process.refuse_staff(&signed_in, Permission::DenyRequest).await.unwrap();
    let newest = process.entries_of(&process.operator, grace_id, None, 1).await.unwrap();
    let detail = &newest[0].detail;
    assert_eq!((detail.action, detail.outcome), (Action::StaffRefused, Outcome::Refused));
    assert_eq!(detail.note.as_deref(), Some("as support: deny a request"));
}

#[tokio::test]
async fn a_session_of_the_privacy_center_opens_no_console_whosever_it_is() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    grace(&process).await;
    let (hers, cookie) = sign_in(&process, GRACE, PASSWORD).await.unwrap();
    assert!(process.person_signed_in(&cookie).await.unwrap().is_none(), "nor the other way round");
    let reached =
        Reached { subject: hers.staff.subject, record: hers.staff.record, field: "email".to_owned() };
    let version = hers.session.version + 1;
    let elsewhere = Session { place: Place::PrivacyCenter(reached), version, ..hers.session };
    let changes = vec![store::Change::ReplaceCase(domain::Case::of(&elsewhere).unwrap())];
    process.commit(store::Unit { changes, ..store::Unit::default() }).await.unwrap();
    assert!(process.signed_in(&cookie).await.unwrap().is_none());
    assert!(process.person_signed_in(&cookie).await.unwrap().is_some(), "but where it belongs");
}

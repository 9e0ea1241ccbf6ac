//! A version applies when it says so, and not before people have been told of it for as long as was promised.

use domain::{Account, Scope};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::world::{POLICY, Process, World, new_record, new_subject};
use crate::{Caller, GateError, KeyRequest, Numbered, PublishError, TooSoon};

/// The policy, with so much notice of what permits more.
fn promising(ahead: &str) -> String {
    let changed = POLICY.replace("notice = [\"site\"]", &format!("notice = [\"site\"]\nahead = \"{ahead}\""));
    assert_ne!(changed, POLICY);
    changed
}

/// A policy from a day on.
fn from(policy: &str, day: &str) -> String {
    let changed = policy.replacen("effective = 2025-01-01", &format!("effective = {day}"), 1);
    assert_ne!(changed, policy);
    changed
}

/// The same with messages kept for another term than a year.
fn keeping(policy: &str, term: &str) -> String {
    let until = |term: &str| format!("while = \"changed\"\nthen = \"{term}\"");
    let changed = policy.replace(&until("P1Y"), &until(term));
    assert_ne!(changed, policy);
    changed
}

fn wider(policy: &str) -> String {
    keeping(policy, "P2Y")
}

fn stricter(policy: &str) -> String {
    policy.replace("unknown = \"allow\"", "unknown = \"refuse\"")
}

async fn publish(process: &Process, source: &str) -> Result<Numbered, PublishError> {
    process.publish_policy(&process.operator, source, None).await
}

fn in_force(process: &Process) -> u32 {
    process.policy(process.account_id()).unwrap().operator.number
}

#[tokio::test]
async fn a_version_decides_from_its_day_on_on_every_server_and_after_reopening() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let person = one.person().await;
    let record = one.profile(person.id, "ada@example.org").await;
    let published = publish(&one, &from(&stricter(POLICY), "2026-03-03")).await.unwrap();
    let applies_at: Timestamp = "2026-03-03T00:00:00Z".parse().unwrap();
    assert_eq!((published.number, published.applies_at), (2, applies_at));
    for process in [&one, &other] {
        process.read(record).await.unwrap();
        assert_eq!(in_force(process), 1);
    }
    world.pass(applies_at.duration_since(world.ambient.clock.now()) - SignedDuration::from_micros(1));
    other.read(record).await.unwrap();
    world.pass(SignedDuration::from_micros(1));
    for process in [&one, &other] {
        let refused = process.read(record).await;
        assert!(matches!(refused, Err(GateError::Refused { .. })), "{refused:?}");
        assert_eq!(in_force(process), 2);
    }
    drop((one, other));
    assert_eq!(in_force(&world.open().await), 2);
}

/// The newest number binds whoever decides at the same time, also when it does not apply yet.
#[tokio::test]
async fn what_is_published_for_later_leaves_no_gap_in_the_numbers() {
    let world = World::new().await;
    let process = world.open().await;
    for (day, number) in [("2026-04-01", 2), ("2026-05-01", 3)] {
        assert_eq!(publish(&process, &from(POLICY, day)).await.unwrap().number, number);
    }
    assert_eq!(in_force(&process), 1);
    // One that applies at once overtakes both.
    assert_eq!(publish(&process, POLICY).await.unwrap().number, 4);
    world.pass_days(90);
    assert_eq!(in_force(&process), 4);
}

#[tokio::test]
async fn an_accounts_own_policy_waits_for_its_day_too() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let person = process.person_for(&client, "end_user").await;
    let own = include_str!("account.toml");
    let own = own.replacen("effective = 2025-01-01", "effective = 2026-03-10", 1);
    process.publish_policy(&client, &own, None).await.unwrap();
    let with_email = new_record("message", json!({ "body": "hello", "email": "ada@example.org" }));
    process.create_record(&client, person.id, "support", &with_email, None).await.unwrap();
    world.pass_days(9);
    let refused = process.create_record(&client, person.id, "support", &with_email, None).await;
    assert!(matches!(refused, Err(GateError::Invalid(_))), "{refused:?}");
}

#[tokio::test]
async fn what_permits_more_is_published_as_long_ahead_as_was_promised() {
    let policy = promising("P10D");
    let world = World::under(&policy).await;
    let process = world.open().await;
    let before = process.entries().await;
    let wider = wider(&policy);
    // The eleventh at half past noon is no beginning of a day.
    for day in ["2025-01-01", "2026-03-11"] {
        let refused = publish(&process, &wider.replacen("2025-01-01", day, 1)).await;
        let Err(PublishError::TooSoon(TooSoon { day, .. })) = refused else { panic!("{refused:?}") };
        assert_eq!(day.to_string(), "2026-03-12");
    }
    assert_eq!(process.entries().await, before);
    assert_eq!(publish(&process, &from(&wider, "2026-03-12")).await.unwrap().number, 2);
    world.pass_days(1);
    // What was told once need not be told again for the same day, and what permits less never.
    assert_eq!(publish(&process, &from(&wider, "2026-03-12")).await.unwrap().number, 3);
    assert!(publish(&process, &from(&wider, "2026-03-11")).await.is_err());
    assert_eq!(publish(&process, &stricter(&policy)).await.unwrap().number, 4);
    assert_eq!(in_force(&process), 4);
}

#[tokio::test]
async fn what_cannot_wait_applies_at_once_for_a_reason_that_is_recorded() {
    let policy = promising("P10D");
    let world = World::under(&policy).await;
    let process = world.open().await;
    let because = "a court ordered it";
    let urgent = process.publish_policy_urgently(&process.operator, &wider(&policy), because, None).await;
    assert_eq!(urgent.unwrap().because.as_deref(), Some(because));
    assert_eq!(in_force(&process), 2);
    process.advance_log().await.unwrap();
    let entry = process.prove_at(1).await.unwrap().entry;
    let detail = process.open_entry(&process.operator, entry, None).await.unwrap().unwrap();
    let note = detail.note.unwrap();
    assert!(
        note.starts_with("version 2, sha256:") && note.ends_with(", urgent: a court ordered it"),
        "{note}"
    );
    drop(process);
    let versions = world.open().await.policy_versions(detail.account);
    assert_eq!(versions[1].because.as_deref(), Some(because));
}

/// Promising less notice is itself a change that is told as long ahead as was promised.
#[tokio::test]
async fn the_notice_that_is_due_is_the_one_that_was_promised() {
    let policy = promising("P10D");
    let world = World::under(&policy).await;
    let process = world.open().await;
    let refused = publish(&process, POLICY).await;
    assert!(matches!(refused, Err(PublishError::TooSoon(_))), "{refused:?}");
    publish(&process, &from(POLICY, "2026-03-12")).await.unwrap();
    let wider = wider(POLICY);
    assert!(matches!(publish(&process, &wider).await, Err(PublishError::TooSoon(_))));
    world.pass_days(11);
    publish(&process, &wider).await.unwrap();
}

/// A yes is asked about again because of what was in force, not because of what was taken back before it was.
#[tokio::test]
async fn what_was_never_in_force_changes_nothing() {
    let world = World::new().await;
    let process = world.open().await;
    publish(&process, &from(&wider(POLICY), "2026-04-01")).await.unwrap();
    let back = publish(&process, POLICY).await.unwrap();
    assert_eq!(back.changes.unwrap().changes().count(), 0);
    let again = publish(&process, &from(&wider(POLICY), "2026-05-01")).await.unwrap();
    assert!(again.changes.unwrap().is_material());
}

/// A Client's key, and who is asked through it.
async fn key_of(process: &Process, client: &Caller) -> String {
    let scopes = &[Scope::DataRead, Scope::DataWrite, Scope::AccountsWrite];
    let request = KeyRequest { name: "key", scopes, expires_at: None };
    let made = process.create_key(&process.operator, client.account_id(), &request, None).await;
    made.unwrap().secret.unwrap()
}

fn account(process: &Process, client: &Caller) -> Account {
    process.accounts().into_iter().find(|account| account.id == client.account_id()).unwrap()
}

#[tokio::test]
async fn a_client_accepts_again_what_permits_more_and_nothing_else() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let client = one.client().await;
    let key = key_of(&one, &client).await;
    let caller = other.authenticate(&key).await.unwrap();
    let new = new_subject("end_user");
    let create = || other.create_subject(&caller, &new, None);
    publish(&one, &keeping(POLICY, "P6M")).await.unwrap();
    assert!(one.must_accept(&account(&one, &client)).is_none(), "it accepted what is amended");
    publish(&one, &from(&wider(POLICY), "2026-03-10")).await.unwrap();
    let must = one.must_accept(&account(&one, &client)).unwrap();
    assert_eq!((must.version, must.by), (3, "2026-03-10T00:00:00Z".parse().unwrap()));
    create().await.unwrap();
    world.pass_days(9);
    for process in [&one, &other] {
        assert!(!process.has_accepted(client.account_id()));
    }
    // A request that was under way when the version came into force does not slip through.
    assert!(matches!(create().await, Err(GateError::NotAccepted)));
    one.accept_policy(&caller, client.account_id(), None).await.unwrap();
    other.authenticate(&key).await.unwrap();
    create().await.unwrap();
    assert!(one.must_accept(&account(&one, &client)).is_none());
}

#[tokio::test]
async fn what_is_to_come_is_accepted_ahead_and_what_is_over_is_not() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    publish(&process, &from(&wider(POLICY), "2026-03-10")).await.unwrap();
    let accept = |version| process.accept_policy(&client, client.account_id(), version);
    assert_eq!(accept(Some(1)).await.unwrap().accepted_policy, Some(1));
    assert!(matches!(accept(Some(3)).await, Err(GateError::Malformed(_))));
    assert_eq!(accept(Some(2)).await.unwrap().accepted_policy, Some(2));
    assert_eq!(accept(Some(1)).await.unwrap().accepted_policy, Some(2), "what was accepted stays so");
    assert!(process.has_accepted(client.account_id()), "until then, too");
    world.pass_days(9);
    assert!(process.has_accepted(client.account_id()));
    assert!(matches!(accept(Some(1)).await, Err(GateError::Malformed(_))));
}

/// One server has not heard yet of what another published at once.
#[tokio::test]
async fn a_version_that_another_server_published_asks_here_too() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let client = one.client().await;
    let key = key_of(&one, &client).await;
    let caller = other.authenticate(&key).await.unwrap();
    publish(&one, &wider(POLICY)).await.unwrap();
    let created = other.create_subject(&caller, &new_subject("end_user"), None).await;
    assert!(matches!(created, Err(GateError::NotAccepted)), "{created:?}");
}

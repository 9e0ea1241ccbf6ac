//! Decisions of the log, made again under a policy that is not in force.

use domain::{About, Action, choice::Method};
use jiff::SignedDuration;
use policy::decide::Reason;

use super::world::{POLICY, Process, World};
use crate::{NewChoice, PublishError, ReplayedPolicy};

/// A Client's policy: messages hold a text and nothing else, for a year.
const ACCOUNT: &str = include_str!("account.toml");

/// Without any e-mail address.
fn without_addresses() -> String {
    let changed = POLICY.replace("email = { category = \"email\", lookup = true }\n", "");
    assert_ne!(changed, POLICY);
    changed
}

/// With profiles for the security of the network, too.
fn with_security() -> String {
    let changed = POLICY.replacen(
        "purposes = [\"support\"]\nretention = \"account\"",
        "purposes = [\"support\", \"security\"]\nretention = \"account\"",
        1,
    );
    assert_ne!(changed, POLICY);
    changed
}

async fn replayed(world: &World, process: &Process, source: &str) -> ReplayedPolicy {
    let from = world.ambient.clock.now() - SignedDuration::from_hours(24);
    world.pass(SignedDuration::from_secs(1));
    process.replay_policy(&process.operator, source, from).await.unwrap()
}

/// By purpose, category and role, how often.
fn told(turned: &[policy::replay::Turned]) -> Vec<(&str, &str, &str, u64)> {
    turned.iter().map(|one| (&*one.purpose, &*one.category, &*one.role, one.count)).collect()
}

#[tokio::test]
async fn the_same_policy_changes_nothing_and_leaves_one_entry() {
    let world = World::new().await;
    let process = world.open().await;
    let ada = process.person().await.id;
    let record = process.profile(ada, "ada@example.org").await;
    process.read(record).await.unwrap();
    process.read_record(&process.operator, record, "security", None).await.unwrap_err();
    process.found("ada@example.org").await;
    let before = process.entries().await;
    let same = replayed(&world, &process, POLICY).await;
    assert_eq!(process.entries().await, before + 1);
    // Stored and read, two categories each; refused, two; found, one.
    assert_eq!((same.otherwise.decisions, same.changed_since, same.unnamed), (7, 0, 0));
    assert_eq!((same.otherwise.newly_refused, same.otherwise.newly_allowed), (Vec::new(), Vec::new()));
    let detail = process.open_entry(&process.operator, same.entry, None).await.unwrap().unwrap();
    assert_eq!(detail.action, Action::PolicyReplayed);
    assert_eq!(process.policy_versions(process.account_id()).len(), 1, "it is not published");
}

#[tokio::test]
async fn what_would_turn_out_otherwise_is_counted_by_use() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let ada = process.person().await.id;
    let record = process.profile(ada, "ada@example.org").await;
    for _ in 0..2 {
        process.read(record).await.unwrap();
        process.read_record(&process.operator, record, "security", None).await.unwrap_err();
    }
    process.message(ada, "hello").await;
    let fan = process.person_for(&client, "end_user").await.id;
    process.rule(&client, fan, "email", "support", None).await.unwrap();

    let narrower = replayed(&world, &process, &without_addresses()).await;
    assert_eq!(
        told(&narrower.otherwise.newly_refused),
        [("support", "email", "client", 3), ("support", "email", "end_user", 1)]
    );
    assert!(narrower.otherwise.newly_refused.iter().all(|one| one.reason == Some(Reason::NotHeldForPurpose)));
    assert_eq!(narrower.changed_since, 0);
    let sentence = &narrower.otherwise.newly_refused[0].sentence;
    assert!(sentence.starts_with("The use of the e-mail address of a client for"), "{sentence}");

    let wider = replayed(&world, &process, &with_security()).await;
    // The record was not collected for it, and that is what still refuses it.
    assert_eq!(told(&wider.otherwise.newly_allowed), []);
    process.rule(&process.operator, ada, "email", "security", None).await.unwrap();
    let wider = replayed(&world, &process, &with_security()).await;
    assert_eq!(told(&wider.otherwise.newly_allowed), [("security", "email", "client", 1)]);
    assert_eq!(wider.otherwise.newly_refused, []);
}

#[tokio::test]
async fn what_has_changed_since_is_not_laid_to_the_policy() {
    let policy = POLICY.replacen("region = \"DE\"\n", "region = \"DE\"\nchoice = \"opt_out\"\n", 1);
    let world = World::under(&policy).await;
    let process = world.open().await;
    let (ada, bob, cyd) = (process.person().await.id, process.person().await.id, process.person().await.id);
    for person in [ada, bob, cyd] {
        process.rule(&process.operator, person, "full_name", "support", Some("helpdesk")).await.unwrap();
    }
    let no = NewChoice {
        about: About::Recipient("helpdesk".to_owned()),
        is_yes: false,
        method: Method::Click,
        text: None,
        language: None,
    };
    process.choose(&process.operator, ada, &no).await.unwrap();
    process.erase(&process.operator, bob).await.unwrap();
    while process.finish_erasures(9).await.unwrap() > 0 {}
    let expired = policy.replacen("signed = 2025-01-01", "signed = 2025-01-01\nuntil = 2025-06-01", 1);
    let replay = process.replay_policy(&process.operator, &expired, world.ambient.clock.now()).await;
    assert!(matches!(replay, Err(PublishError::Diagnostics(_))), "a policy with errors decides nothing");
    let without = policy.replacen("receives = [\"full_name\"]", "receives = [\"email\"]", 1);
    let replay = replayed(&world, &process, &without).await;
    assert_eq!(replay.changed_since, 1, "Ada said no since");
    assert!(replay.unopenable >= 2, "Bob was created and asked about");
    assert_eq!(told(&replay.otherwise.newly_refused), [("support", "full_name", "client", 1)]);
    let refused = &replay.otherwise.newly_refused[0];
    assert_eq!(refused.recipient.as_deref(), Some("helpdesk"));
    assert!(refused.sentence.contains("a client on to Helpdesk"), "{}", refused.sentence);
}

#[tokio::test]
async fn a_client_replays_its_own_policy_over_its_own_people() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let ada = process.person().await.id;
    process.profile(ada, "ada@example.org").await;
    let fan = process.person_for(&client, "end_user").await.id;
    process.rule(&client, fan, "email", "support", None).await.unwrap();
    process.rule(&client, fan, "message_text", "support", None).await.unwrap();
    let from = world.ambient.clock.now() - SignedDuration::from_hours(1);
    world.pass(SignedDuration::from_secs(1));
    let replay = process.replay_policy(&client, ACCOUNT, from).await.unwrap();
    assert_eq!((replay.otherwise.decisions, replay.unopenable), (2, 0));
    assert_eq!(told(&replay.otherwise.newly_refused), [("support", "email", "end_user", 1)]);
    assert!(process.policy_versions(client.account_id()).is_empty());
    let entry = process.open_entry(&client, replay.entry, None).await.unwrap();
    assert_eq!(entry.map(|detail| detail.account), Some(client.account_id()));
}

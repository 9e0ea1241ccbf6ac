//! The retention plan says what will go, and that is what goes.

use domain::Trigger;
use jiff::SignedDuration;

use super::{
    holds::{on, policy},
    world::{Process, World},
};
use crate::{GateError, Going, Grain, NewTrigger, Plan};

async fn plan(process: &Process, days: i64) -> Plan {
    let until = process.ambient().clock.now() + SignedDuration::from_hours(24 * days);
    process.retention_plan(None, until).await.unwrap()
}

fn total(list: &[Going], record_type: &str) -> u64 {
    list.iter().filter(|one| one.record_type == record_type).map(|one| one.records).sum()
}

async fn left(process: &Process) -> u64 {
    process.stores.data.all_records(None, 1_000).await.unwrap().len() as u64
}

#[tokio::test]
async fn what_goes_is_what_the_plan_said() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let (ada, bob) = (process.person().await.id, process.person().await.id);
    for person in [ada, bob] {
        process.message(person, "hello").await;
        process.access_log(person).await;
        process.profile(person, "someone@example.org").await;
        world.pass_days(3);
    }
    let (hold, _) = process.place_hold(&process.operator, &on(bob), None).await.unwrap();
    let said = plan(&process, 400).await;
    assert_eq!((total(&said.going, "message"), total(&said.going, "access_log")), (1, 2), "{said:?}");
    assert!(said.going.iter().all(|one| one.clock.is_some()) && said.overdue.is_empty());
    let [kept] = said.kept.as_slice() else { panic!("{said:?}") };
    assert_eq!((kept.by.as_str(), kept.exception.as_deref()), (hold.id.to_string().as_str(), Some("fraud")));
    assert_eq!((kept.record_type.as_str(), kept.records), ("message", 1));
    let [waiting] = said.waiting.as_slice() else { panic!("{said:?}") };
    assert_eq!((waiting.trigger, waiting.records), (Some(Trigger::Account), 2));
    // Day by day.
    let mut before = left(&process).await;
    for going in said.clone().by(Grain::Month).going {
        assert_eq!(going.day, going.day.first_of_month());
    }
    for one in &said.going {
        let end: jiff::Timestamp = format!("{}T00:00:00Z", one.day.tomorrow().unwrap()).parse().unwrap();
        world.pass(end.duration_since(process.ambient().clock.now()));
        while process.expire(100).await.unwrap() > 0 {}
        let now = left(&process).await;
        assert_eq!(before - now, one.records, "on {}", one.day);
        before = now;
    }
    assert_eq!(before, 3, "the held message and what waits");
}

#[tokio::test]
async fn what_is_over_and_not_gone_is_told_apart() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await.id;
    process.access_log(person).await;
    world.pass_days(91);
    process.access_log(person).await;
    let said = plan(&process, 100).await;
    assert_eq!((total(&said.overdue, "access_log"), total(&said.going, "access_log")), (1, 1));
    process.expire(10).await.unwrap();
    assert!(plan(&process, 100).await.overdue.is_empty());
    let refused = process.retention_plan(None, process.ambient().clock.now()).await;
    assert!(matches!(refused, Err(GateError::Malformed(_))), "{refused:?}");
}

#[tokio::test]
async fn what_waits_is_planned_once_it_is_triggered_and_each_account_sees_its_own() {
    let policy = super::world::POLICY.replacen(
        "while = \"account\"",
        "while = \"account\"\nthen = \"P1M\"\nground = \"second thoughts\"",
        1,
    );
    let world = World::under(&policy).await;
    let process = world.open().await;
    let person = process.person().await.id;
    process.profile(person, "ada@example.org").await;
    let now = process.ambient().clock.now();
    let new = NewTrigger { trigger: Trigger::Account, at: Some(now) };
    process.pull_trigger(&process.operator, person, new, None).await.unwrap();
    let said = plan(&process, 60).await;
    assert_eq!((total(&said.going, "profile"), said.waiting.len(), said.settling), (1, 0, 0));
    let client = process.client().await;
    let until = now + SignedDuration::from_hours(24 * 60);
    assert!(process.retention_plan(Some(client.account_id()), until).await.unwrap().going.is_empty());
}

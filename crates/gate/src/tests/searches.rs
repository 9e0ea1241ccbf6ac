//! Questions to the log: they find what is meant of one's own account and nothing else, and each has an entry.

use domain::{Action, access::Reader, incident::Actor};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::world::World;
use crate::{Determination, GateError, KeyRequest, LogQuestion};

pub(super) fn so_far(world: &World) -> (Timestamp, Timestamp) {
    let now = world.ambient.clock.now();
    (now - SignedDuration::from_hours(24 * 365), now + SignedDuration::from_secs(1))
}

fn question((from, until): (Timestamp, Timestamp)) -> LogQuestion {
    LogQuestion { from, until, action: None, by: None, is_refused: false }
}

#[tokio::test]
async fn a_search_finds_what_is_meant_of_ones_own_account() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let own = process.person().await.id;
    let foreign = process.person_for(&client, "end_user").await.id;
    process.profile(own, "ada@example.com").await;
    let all = process.search_log(&process.operator, &question(so_far(&world)), (0, 1_000)).await.unwrap();
    let about = |subject| all.entries.iter().filter(|(_, detail)| detail.subject == Some(subject)).count();
    assert!(about(own) >= 2, "{all:?}");
    assert_eq!(about(foreign), 0, "it is another account's");
    let times: Vec<Timestamp> = all.entries.iter().map(|(_, detail)| detail.at).collect();
    assert!(times.is_sorted_by(|one, next| one >= next), "the newest first");

    let created = LogQuestion { action: Some(Action::RecordCreated), ..question(so_far(&world)) };
    let created = process.search_log(&process.operator, &created, (0, 1_000)).await.unwrap();
    assert_eq!((created.count, created.entries.len()), (1, 1), "{created:?}");
    let (entry, detail) = &created.entries[0];
    assert_eq!(process.own_entry(&process.operator, *entry).await.unwrap().as_ref(), Some(detail));
    assert_eq!(process.own_entry(&client, *entry).await.unwrap(), None, "nobody else opens it");
    let refused = LogQuestion { is_refused: true, ..question(so_far(&world)) };
    assert_eq!(process.search_log(&process.operator, &refused, (0, 9)).await.unwrap().count, 0);

    let searched = LogQuestion { action: Some(Action::LogSearched), ..question(so_far(&world)) };
    let searched = process.search_log(&process.operator, &searched, (0, 2)).await.unwrap();
    assert_eq!((searched.count, searched.entries.len()), (3, 2), "each search has an entry: {searched:?}");
    let (from, until) = so_far(&world);
    let backwards = process.search_log(&process.operator, &question((until, from)), (0, 9)).await;
    assert!(matches!(backwards, Err(GateError::Malformed(_))), "{backwards:?}");
}

#[tokio::test]
async fn who_opened_whose_data_is_counted_for_each_and_signed_off() {
    let world = World::new().await;
    let process = world.open().await;
    let request = KeyRequest { name: "server", scopes: domain::Scope::ALL, expires_at: None };
    let made = process.create_key(&process.operator, process.account_id(), &request, None).await.unwrap();
    let caller = process.authenticate(&made.secret.unwrap()).await.unwrap();
    let key = caller.key.unwrap();
    let person = process.person().await.id;
    let record = process.profile(person, "ada@example.com").await;
    process.read(record).await.unwrap();
    assert!(process.access_between(&process.operator, so_far(&world)).await.unwrap().readers.is_empty());
    for purpose in ["support", "support", "nothing_declared"] {
        let _ = process.read_record(&caller, record, purpose, None).await;
    }
    let found = process.access_between(&process.operator, so_far(&world)).await.unwrap();
    let opened = &found.readers[&Reader::Key(key)];
    assert_eq!((opened.people.len(), opened.times, opened.refused), (1, 2, 1), "{opened:?}");
    assert_eq!(json!(opened.purposes), json!({ "support": 2 }));
    let client = process.client().await;
    assert!(process.access_between(&client, so_far(&world)).await.unwrap().readers.is_empty());
    let said = Determination { by: None, because: "all had reason".to_owned() };
    let entry = process.sign_access_review(&process.operator, so_far(&world), &said).await.unwrap();
    let detail = process.own_entry(&process.operator, entry).await.unwrap().unwrap();
    assert_eq!(detail.action, Action::AccessReviewed);
    assert_eq!(detail.case.unwrap().because.as_deref(), Some("all had reason"));
    let by_key = LogQuestion { by: Some(Actor::Key(key)), ..question(so_far(&world)) };
    assert_eq!(process.search_log(&process.operator, &by_key, (0, 9)).await.unwrap().count, 3);
}

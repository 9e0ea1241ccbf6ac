//! What is shown next: by what a visitor who said yes is known by, and by nothing of anybody else.

use domain::item::{Cap, MOST_ITEMS, Terms};
use jiff::SignedDuration;
use store::key_store::Slot;

use super::{
    visits::{Browser, browser, page, settle, site},
    world::{Process, World},
};
use crate::{Caller, Gate, GateError, NextItem};

const POLICY: &str = include_str!("../../../../policies/influxis-2018.toml");
const YES: [(&str, bool); 2] = [("statistics", true), ("tailoring", true)];

fn terms(tags: &[&str], cap: Option<(u32, u32)>) -> Terms {
    Terms {
        slot: "top".to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        weight: 1,
        from: None,
        until: None,
        cap: cap.map(|(times, hours)| Cap { times, hours }),
    }
}

async fn put(process: &Process, name: &str, terms: &Terms) {
    process.put_item(&process.operator, ("website", name), terms).await.unwrap();
}

async fn next(process: &Process, browser: &Browser) -> NextItem {
    process.next_item(&site(process), "top", browser.cookie.as_deref()).await.unwrap()
}

/// The name of what was picked for somebody.
async fn picked(process: &Process, browser: &Browser) -> Option<String> {
    match next(process, browser).await {
        NextItem::Picked(item) => item.map(|item| item.name),
        NextItem::Candidates(all) => panic!("nobody was known: {all:?}"),
    }
}

async fn agreed(process: &Process) -> Browser {
    let mut ada = browser("192.0.2.1");
    ada.says_of(process, &YES).await;
    ada
}

/// How many records there are of what visitors are known by.
async fn profiles(process: &Process) -> usize {
    let all = process.stores.data.all_records(None, 99).await.unwrap();
    all.iter().filter(|record| record.record_type == "visit_profile").count()
}

#[tokio::test]
async fn who_did_not_say_yes_is_told_what_there_is_and_nothing_is_kept() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    put(&process, "spring", &terms(&[], Some((1, 24)))).await;
    put(&process, "autumn", &terms(&["streaming"], None)).await;
    let mut asking = vec![browser("192.0.2.1")];
    for said in [&[("statistics", true)][..], &[("statistics", true), ("tailoring", false)]] {
        let mut one = browser("192.0.2.2");
        one.says_of(&process, said).await;
        asking.push(one);
    }
    asking.push(Browser { cookie: Some("forged".to_owned()), ..browser("192.0.2.3") });
    let first = next(&process, &asking[0]).await;
    let NextItem::Candidates(all) = &first else { panic!("{first:?}") };
    assert_eq!(all.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["autumn", "spring"]);
    let before = process.traffic();
    for _ in 0..3 {
        for one in &asking {
            assert_eq!(next(&process, one).await, first, "it is the same for everybody");
        }
    }
    assert_eq!(process.traffic(), before, "nothing was entered, as nothing happened");
    assert_eq!(profiles(&process).await, 0);
}

#[tokio::test]
async fn nothing_is_shown_more_often_than_its_cap_in_any_period() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    put(&process, "spring", &terms(&[], Some((2, 24)))).await;
    let ada = agreed(&process).await;
    let spring = Some("spring".to_owned());
    assert_eq!(picked(&process, &ada).await, spring);
    world.pass(SignedDuration::from_hours(20));
    assert_eq!(picked(&process, &ada).await, spring);
    assert_eq!(picked(&process, &ada).await, None, "twice in twenty-four hours");
    world.pass(SignedDuration::from_hours(5));
    assert_eq!(picked(&process, &ada).await, spring, "the first is more than a day ago");
    assert_eq!(picked(&process, &ada).await, None);
    assert_eq!(profiles(&process).await, 1);
    let process = {
        drop(process);
        world.open().await
    };
    assert_eq!(picked(&process, &ada).await, None, "another process knows it too");
}

#[tokio::test]
async fn many_who_ask_at_once_are_not_shown_it_more_often() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    put(&process, "spring", &terms(&[], Some((2, 24)))).await;
    let ada = agreed(&process).await;
    let known = site(&process);
    let asks = (0..6).map(|_| process.next_item(&known, "top", ada.cookie.as_deref()));
    let all = futures_util::future::join_all(asks).await;
    let shown = all.iter().filter(|one| matches!(one, Ok(NextItem::Picked(Some(_))))).count();
    assert!(shown <= 2, "{all:?}");
    assert_eq!(profiles(&process).await, 1, "and what is known of them stands in one place");
}

#[tokio::test]
async fn what_somebody_looks_at_makes_more_of_it_likely() {
    for (path, liked) in [("/streaming/live", "video"), ("/hosting/plans", "servers")] {
        let world = World::under(POLICY).await;
        let process = world.open().await;
        put(&process, "video", &terms(&["streaming"], None)).await;
        put(&process, "servers", &terms(&["hosting"], None)).await;
        let ada = agreed(&process).await;
        let count = async || {
            let mut times = 0;
            for _ in 0..60 {
                times += usize::from(picked(&process, &ada).await.as_deref() == Some(liked));
            }
            times
        };
        let before = count().await;
        for view in 0..3 {
            ada.hits(&process, page(view, path)).await;
        }
        let during = count().await;
        world.pass_days(1);
        settle(&process).await;
        let after = count().await;
        assert!((15..45).contains(&before), "{before} of 60 by chance");
        assert!(during > 42 && after > 42, "{during} and {after} of 60 by interest");
        let subjects = process.list_subjects(&process.operator, None, 9).await.unwrap();
        let held = process.list_held(&process.operator, subjects[0].id, "requests", None, 9).await.unwrap();
        let profile = held.iter().find(|one| one.record.record_type == "visit_profile").unwrap();
        let name = if liked == "video" { "streaming: 3" } else { "hosting: 3" };
        assert_eq!(profile.fields.reveal()["interests"], name, "a person sees what is known of them");
    }
}

#[tokio::test]
async fn a_no_takes_what_was_known_and_its_key() {
    for said in [&[("statistics", true), ("tailoring", false)][..], &[("statistics", false)]] {
        let world = World::under(POLICY).await;
        let process = world.open().await;
        put(&process, "spring", &terms(&[], Some((1, 24)))).await;
        let mut ada = agreed(&process).await;
        assert_eq!(picked(&process, &ada).await.as_deref(), Some("spring"));
        let subject = process.list_subjects(&process.operator, None, 9).await.unwrap()[0].id;
        let (_, keys) = process.stores.data.subject(subject).await.unwrap().unwrap();
        let slot = keys.iter().find(|key| key.class == "visit_profiles").unwrap().slot;
        ada.says_of(&process, said).await;
        process.finish_erasures(9).await.unwrap();
        assert_eq!(profiles(&process).await, 0);
        let left = process.stores.keys.read(slot).await.unwrap();
        assert!(!matches!(left, Slot::Live(_)), "what was known opens yet");
        assert!(matches!(next(&process, &ada).await, NextItem::Candidates(_)));
    }
}

#[tokio::test]
async fn items_are_put_changed_and_removed_with_their_entries() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let before = process.traffic();
    put(&process, "spring", &terms(&[], None)).await;
    put(&process, "spring", &terms(&["hosting"], Some((3, 1)))).await;
    let gate: &Gate = &process;
    let items = gate.items(&process.operator, "website").await.unwrap();
    assert_eq!(
        items.iter().map(|item| (item.name.as_str(), item.version)).collect::<Vec<_>>(),
        [("spring", 2)]
    );
    assert_eq!(gate.item(&process.operator, "website", "spring").await.unwrap().terms.cap.unwrap().times, 3);
    gate.remove_item(&process.operator, "website", "spring").await.unwrap();
    assert_eq!(process.traffic(), before + 3);
    assert!(matches!(
        gate.remove_item(&process.operator, "website", "spring").await,
        Err(GateError::NotFound("item"))
    ));
    let refused = [
        ("Spring", terms(&[], None)),
        ("spring", terms(&["not declared"], None)),
        ("spring", Terms { weight: 0, ..terms(&[], None) }),
    ];
    for (name, terms) in refused {
        let outcome = gate.put_item(&process.operator, ("website", name), &terms).await;
        assert!(matches!(outcome, Err(GateError::Malformed(_))), "{name}");
    }
    let client = process.client().await;
    let theirs = gate.put_item(&client, ("website", "spring"), &terms(&[], None)).await;
    assert!(matches!(theirs, Err(GateError::NotFound("site"))));
    for number in 0..MOST_ITEMS {
        put(&process, &format!("item-{number}"), &terms(&[], None)).await;
    }
    let staff = domain::SubjectId::derived(jiff::Timestamp::UNIX_EPOCH, [1; 16], domain::Bucket(1));
    let somebody = Caller { staff: Some(staff), ..process.operator.clone() };
    let one_more = gate.put_item(&somebody, ("website", "spring"), &terms(&[], None)).await;
    assert!(matches!(one_more, Err(GateError::Malformed(_))));
    put(&process, "item-1", &terms(&["hosting"], None)).await;
}
